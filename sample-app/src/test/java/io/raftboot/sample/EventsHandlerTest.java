package io.raftboot.sample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.RaftException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GET /events on a real web server. */
class EventsHandlerTest {

    private static RunningStore store;

    @BeforeAll
    static void start() {
        store = RunningStore.start();
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @BeforeEach
    void reset() {
        store.cluster().reset(40);
    }

    @Test
    void changesAreToldAsTheyHappenWithTheJsonOfARead() {
        try (Caller caller = listen("/events")) {
            assertThat(caller.headers.headers().firstValue("Content-Type")).contains("text/event-stream;charset=UTF-8");
            assertThat(caller.headers.headers().firstValue("Raft-Index")).contains("40");

            store.put("/kv/a", "two\nlines");
            assertThat(caller.event()).isEqualTo("""
                    event: put
                    id: 41
                    data: {"key":"a","value":"two\\nlines","revision":41}
                    """);
            store.post("/kv/n/increment");
            assertThat(caller.event()).contains("id: 42", "\"value\":\"1\"");
            store.delete("/kv/a");
            assertThat(caller.event()).isEqualTo("""
                    event: delete
                    id: 43
                    data: {"key":"a","revision":43}
                    """);
        }
    }

    @Test
    void onlyKeysWithThePrefixAreTold() {
        try (Caller caller = listen("/events?prefix=b")) {
            store.put("/kv/a", "1");
            store.put("/kv/b.1", "2");
            store.delete("/kv/a");
            store.delete("/kv/b.1");

            assertThat(caller.event()).contains("event: put", "id: 42");
            assertThat(caller.event()).contains("event: delete", "id: 44");
        }
    }

    @Test
    void whatWasRefusedOrSentAgainIsNoEvent() {
        try (Caller caller = listen("/events")) {
            store.put("/kv/a", "1", "If-Match", "\"7\"");
            store.delete("/kv/a");
            store.put("/kv/a", "1", "Idempotency-Key", "once");
            store.put("/kv/a", "1", "Idempotency-Key", "once");
            store.put("/kv/a", "2");

            assertThat(caller.event()).contains("id: 43");
            assertThat(caller.event()).contains("id: 45");
        }
    }

    @Test
    void aCallerGoesOnAfterTheLastEventItGot() {
        store.put("/kv/a", "1");
        store.put("/kv/a", "2");
        store.put("/kv/a", "3");

        try (Caller caller = listen("/events", "Last-Event-ID", "41")) {
            assertThat(caller.event()).contains("id: 42");
            assertThat(caller.event()).contains("id: 43");
        }
    }

    @Test
    void aPastThatIsForgottenIsGone() {
        store.cluster().failWith(new RaftException.HistoryGone(6, 30));

        HttpResponse<String> answer = store.send(store.request("/events").header("Last-Event-ID", "5"));

        assertThat(answer.statusCode()).isEqualTo(410);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).contains("from index 30 on").contains("\"outcome\":\"not-applied\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"41", "999999999999999999"})
    void anEventThatIsYetToComeIsABadRequest(String id) {
        HttpResponse<String> answer = store.send(store.request("/events").header("Last-Event-ID", id));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("there is no event " + id + " yet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "1.5", "9999999999999999999", ""})
    void whatIsNoEventIdIsABadRequest(String id) {
        HttpResponse<String> answer = store.send(store.request("/events").header("Last-Event-ID", id));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @Test
    void aWrongPrefixIsABadRequestAndTooManyCallersAreRefused() {
        assertThat(store.get("/events?prefix=a/b").statusCode()).isEqualTo(400);
        store.cluster().failWith(new RaftException.Overloaded("too many watch"));
        assertThat(store.get("/events").statusCode()).isEqualTo(429);
    }

    @Test
    void whoAsksForTheHeadersAloneDoesNotListen() {
        store.cluster().failWith(new RaftException.Overloaded("too many watch"));

        HttpResponse<String> answer = store.send(store.request("/events").method("HEAD", BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream;charset=UTF-8");
    }

    @Test
    void theStreamEndsWhenTheServerStops() {
        try (Caller caller = listen("/events")) {
            store.cluster().endWatches(new RaftException.Stopped("the server is stopping"));

            assertThat(caller.rest()).isEmpty();
            assertThat(store.cluster().watchers()).isZero();
        }
    }

    @Test
    void theStreamEndsWhenTheApplicationClosesAndDoesNotHoldItUp() {
        RunningStore closing = RunningStore.start("spring.lifecycle.timeout-per-shutdown-phase=1h");
        try (Caller caller = listen(closing, "/events")) {
            closing.close();

            assertThat(caller.rest()).isEmpty();
        }
    }

    private static Caller listen(String path, String... headers) {
        return listen(store, path, headers);
    }

    private static Caller listen(RunningStore store, String path, String... headers) {
        HttpRequest.Builder request = store.request(path);
        HttpResponse<InputStream> answer = store.open(headers.length == 0 ? request : request.headers(headers));
        assertThat(answer.statusCode()).isEqualTo(200);
        return new Caller(answer, new BufferedReader(new InputStreamReader(answer.body(), UTF_8)));
    }

    /** Somebody who listens. */
    private record Caller(HttpResponse<InputStream> headers, BufferedReader body) implements AutoCloseable {

        /** The lines of the next event; waits for it. */
        String event() {
            StringBuilder event = new StringBuilder();
            for (String line = line(); !line.isEmpty() || event.isEmpty(); line = line()) {
                if (!line.isEmpty() && !line.startsWith(":")) {
                    event.append(line).append('\n');
                }
            }
            return event.toString();
        }

        private String line() {
            try {
                String line = body.readLine();
                if (line == null) {
                    throw new AssertionError("the stream has ended");
                }
                return line;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** What comes until the end, without comments. */
        String rest() {
            try {
                return body.lines().filter(line -> !line.startsWith(":")).reduce("", String::concat);
            } finally {
                close();
            }
        }

        @Override
        public void close() {
            try {
                body.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
