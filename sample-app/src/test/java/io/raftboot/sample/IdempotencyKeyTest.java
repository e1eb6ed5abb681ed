package io.raftboot.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scenarios C3 and C4 over HTTP. Every test uses keys of its own: the server is the same for all. */
class IdempotencyKeyTest {

    private static final String KEY = "Idempotency-Key";
    private static final String REPLAYED = "Idempotency-Replayed";

    private static RunningStore store;

    @BeforeAll
    static void start() {
        store = RunningStore.start();
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @Test
    void aRepeatedPutIsAnsweredAsTheFirstTimeAndChangesNothing() {
        HttpResponse<String> first = store.put("/kv/put", "1", KEY, "put-1");
        store.put("/kv/put", "2");

        HttpResponse<String> again = store.put("/kv/put", "1", KEY, "put-1");

        assertSame(first, again);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(store.get("/kv/put").body()).contains("\"value\":\"2\"");
    }

    @Test
    void aRepeatedIncrementCountsOnce() {
        HttpResponse<String> first = send("POST", "/kv/count/increment?by=5", "increment-1");

        assertSame(first, send("POST", "/kv/count/increment?by=5", "increment-1"));
        assertSame(first, send("POST", "/kv/count/increment?by=5", "increment-1"));
        assertThat(send("POST", "/kv/count/increment?by=5", "increment-2").body())
                .contains("\"value\":\"10\"");
    }

    /** 18 MB of values, where 16 MB of results are remembered. */
    @Test
    void aRepeatedIncrementCountsOnceHoweverLargeWhatWasWrittenSince() {
        HttpResponse<String> first = send("POST", "/kv/before/increment", "before-1");
        for (int i = 0; i < 20; i++) {
            assertThat(store.put("/kv/large", "x".repeat(900_000), KEY, "large-" + i)
                            .statusCode())
                    .isEqualTo(200);
        }

        assertSame(first, send("POST", "/kv/before/increment", "before-1"));
    }

    @Test
    void aRepeatedDeleteIsNoContentAgainAndDeletesNothingNew() {
        store.put("/kv/delete", "1");
        HttpResponse<String> first = send("DELETE", "/kv/delete", "delete-1");
        store.put("/kv/delete", "2");

        assertSame(first, send("DELETE", "/kv/delete", "delete-1"));
        assertThat(first.statusCode()).isEqualTo(204);
        assertThat(store.get("/kv/delete").statusCode()).isEqualTo(200);
    }

    @Test
    void aRefusalIsAnAnswerThatIsGivenAgainToo() {
        HttpResponse<String> missing = send("DELETE", "/kv/missing", "missing-1");
        store.put("/kv/missing", "x");
        HttpResponse<String> noInteger = send("POST", "/kv/missing/increment", "no-integer-1");
        HttpResponse<String> precondition = store.put("/kv/missing", "y", KEY, "precondition-1", "If-None-Match", "*");
        store.delete("/kv/missing");

        assertThat(missing.statusCode()).isEqualTo(404);
        assertSame(missing, send("DELETE", "/kv/missing", "missing-1"));
        assertThat(noInteger.statusCode()).isEqualTo(409);
        assertSame(noInteger, send("POST", "/kv/missing/increment", "no-integer-1"));
        assertThat(precondition.statusCode()).isEqualTo(412);
        assertSame(precondition, store.put("/kv/missing", "y", KEY, "precondition-1", "If-None-Match", "*"));
    }

    @Test
    void withoutAKeyEveryCallCountsAndNoneIsReplayed() {
        HttpResponse<String> first = store.post("/kv/plain/increment");
        HttpResponse<String> second = store.post("/kv/plain/increment");

        assertThat(second.body()).contains("\"value\":\"2\"");
        assertThat(List.of(first, second))
                .allMatch(answer -> answer.headers().allValues(REPLAYED).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /kv/other-b, 1, other-1",
        "PUT, /kv/other-a, 2, other-2",
        "DELETE, /kv/other-a, '', other-3",
        "POST, /kv/other-a/increment, '', other-4"
    })
    void theSameKeyWithOtherContentIsRefusedAndChangesNothing(String method, String path, String body, String key) {
        HttpResponse<String> first = store.put("/kv/other-a", "1", KEY, key);

        HttpResponse<String> answer = send(method, path, key, body);

        assertProblem(answer, 422);
        assertSame(first, store.put("/kv/other-a", "1", KEY, key));
        assertThat(store.get("/kv/other-b").statusCode()).isEqualTo(404);
    }

    @Test
    void anotherPreconditionOrAmountIsOtherContentToo() {
        store.put("/kv/condition", "1", KEY, "condition-1");
        send("POST", "/kv/amount/increment", "amount-1");

        assertProblem(store.put("/kv/condition", "1", KEY, "condition-1", "If-None-Match", "*"), 422);
        assertProblem(send("POST", "/kv/amount/increment?by=2", "amount-1"), 422);
    }

    @Test
    void aKeyHas1To128Characters() {
        String longest = "k".repeat(128);

        assertThat(store.put("/kv/length", "1", KEY, longest).statusCode()).isEqualTo(200);
        assertProblem(store.put("/kv/length", "2", KEY, longest + "k"), 400);
        assertProblem(store.put("/kv/length", "2", KEY, ""), 400);
        assertProblem(send("POST", "/kv/length/increment", longest + "k"), 400);
        assertProblem(send("DELETE", "/kv/length", ""), 400);
        assertThat(store.get("/kv/length").body()).contains("\"value\":\"1\"");
    }

    @Test
    void aKeyThatIsGivenTwiceIsRefusedAndNotChosenFrom() {
        assertProblem(store.put("/kv/twice", "1", KEY, "twice-1", KEY, "twice-2"), 400);
    }

    @Test
    void everyCharacterOfAHeaderMayBeInAKey() {
        String key = "~ !#$%&'()*+,-./:;<=>?@[]^_`{|}\"\\a";

        HttpResponse<String> first = store.put("/kv/characters", "1", KEY, key);

        assertSame(first, store.put("/kv/characters", "1", KEY, key));
    }

    private static HttpResponse<String> send(String method, String path, String key) {
        return send(method, path, key, "");
    }

    private static HttpResponse<String> send(String method, String path, String key, String body) {
        HttpRequest.Builder request = store.request(path).header(KEY, key);
        return store.send(
                request.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    /** The second answer is the first again, and says so. */
    private static void assertSame(HttpResponse<String> first, HttpResponse<String> again) {
        assertThat(again.statusCode()).isEqualTo(first.statusCode());
        assertThat(again.body()).isEqualTo(first.body());
        for (String header : Arrays.asList("ETag", "Content-Type", "Raft-Index", "Raft-Term")) {
            assertThat(again.headers().allValues(header))
                    .isEqualTo(first.headers().allValues(header));
        }
        assertThat(first.headers().allValues(REPLAYED)).isEmpty();
        assertThat(again.headers().allValues(REPLAYED)).containsExactly("true");
    }

    private static void assertProblem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().allValues("Content-Type")).containsExactly("application/problem+json");
        assertThat(answer.body()).contains("\"status\":" + status, "\"outcome\":\"not-applied\"");
    }
}
