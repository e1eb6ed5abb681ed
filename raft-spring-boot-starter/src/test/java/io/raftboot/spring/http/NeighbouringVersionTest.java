package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Commands that pile up for a leader which takes them one at a time, together, or not any more. */
class NeighbouringVersionTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String ONE = "{\"index\":1,\"term\":1,\"value\":\"\"}";
    private static final MockResponse NO_SUCH_CALL = FakePeer.json(
            404,
            "{\"status\":404,\"title\":\"not found\",\"detail\":\"there is no such call\",\"outcome\":\"not-applied\"}");

    private final TestNode n1 = TestNode.of("n1", TestNode.settings(Optional.empty()));
    private final Forwarder forwarder = new Forwarder(n1.transport);
    /** A call that takes one of these goes on. */
    private final BlockingQueue<String> passes = new LinkedBlockingQueue<>();

    private final List<CompletableFuture<Result>> held = new ArrayList<>();
    private volatile boolean holding;
    private volatile boolean takesMany = true;
    private volatile Supplier<MockResponse> together = () -> NO_SUCH_CALL;

    private FakePeer leader() throws IOException {
        return new FakePeer("n2", this::answer);
    }

    /** Lets so many of the calls that are held go on. */
    private void letGo(int calls) {
        passes.addAll(Collections.nCopies(calls, "pass"));
    }

    @AfterEach
    void stop() {
        n1.close();
    }

    private MockResponse answer(RecordedRequest request) {
        if (!Objects.requireNonNull(request.getTarget()).endsWith("/submit")) {
            return together.get();
        }
        if (holding) {
            take();
        }
        MockResponse.Builder one = FakePeer.ok(ONE).newBuilder();
        return (takesMany ? one.addHeader(CallsTogether.HEADER, CallsTogether.HEADER_VALUE) : one).build();
    }

    private void take() {
        try {
            assertThat(passes.poll(20, TimeUnit.SECONDS)).isNotNull();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<Result> submit(FakePeer leader) {
        return forwarder.submit(leader.member(), new byte[] {1}, Optional.empty(), LONG);
    }

    private static Throwable failureOf(CompletableFuture<Result> result) {
        Throwable thrown = catchThrowable(() -> result.get(20, TimeUnit.SECONDS));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return Objects.requireNonNull(thrown.getCause());
    }

    /** Five more than there are calls under way; all calls that are under way are held. */
    private List<CompletableFuture<Result>> pileUp(FakePeer leader) throws Exception {
        for (int i = 1; i <= CallsTogether.MAX_CALLS; i *= 2) {
            submit(leader).get(20, TimeUnit.SECONDS);
            pathOfNext(leader);
        }
        holding = true;
        for (int i = 0; i < Outbox.MAX_CALLS; i++) {
            held.add(submit(leader));
            pathOfNext(leader);
        }
        List<CompletableFuture<Result>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(submit(leader));
        }
        return waiting;
    }

    private static String pathOfNext(FakePeer leader) throws InterruptedException {
        RecordedRequest request = Objects.requireNonNull(leader.server.takeRequest(20, TimeUnit.SECONDS));
        String target = Objects.requireNonNull(request.getTarget());
        return target.substring(target.lastIndexOf('/'));
    }

    @Test
    void aLeaderOfAnEarlierVersionGetsOneAtATime() throws Exception {
        takesMany = false;
        try (FakePeer leader = leader()) {
            List<CompletableFuture<Result>> waiting = pileUp(leader);
            letGo(Outbox.MAX_CALLS + 5);

            for (CompletableFuture<Result> result : waiting) {
                assertThat(result.get(20, TimeUnit.SECONDS).index()).isEqualTo(1);
                assertThat(pathOfNext(leader)).isEqualTo("/submit");
            }
        }
    }

    @Test
    void aFollowerOfAnEarlierVersionIsAnsweredAsItAlwaysWas() {
        try (TestNode leader = TestNode.of("n2", TestNode.settings(Optional.empty()))) {
            HttpResponse<String> submitted = WireCall.unsigned(leader, "{\"command\":\"AQ==\"}".getBytes(UTF_8))
                    .at("/raft/rpc/submit")
                    .send();
            HttpResponse<String> read = WireCall.unsigned(
                            leader, "{\"query\":\"AQ==\",\"consistency\":\"LEASE\"}".getBytes(UTF_8))
                    .at("/raft/rpc/read")
                    .send();

            assertThat(submitted.body()).isEqualTo("{\"index\":7,\"term\":3,\"value\":\"AQID\"}");
            assertThat(read.body()).isEqualTo(submitted.body());
        }
    }

    // Whether the leader is of an earlier version again, or something else listens there: without a secret its word is
    // taken.
    @Test
    void aLeaderThatDoesNotTakeManyAnyMoreGetsOneAtATimeFromThenOn() throws Exception {
        try (FakePeer leader = leader()) {
            List<CompletableFuture<Result>> waiting = pileUp(leader);
            letGo(1);
            for (CompletableFuture<Result> result : waiting) {
                assertThat(failureOf(result)).isInstanceOf(RaftException.Stopped.class);
            }
            assertThat(pathOfNext(leader)).isEqualTo("/forward");

            takesMany = false;
            letGo(Outbox.MAX_CALLS);
            assertThat(submit(leader).get(20, TimeUnit.SECONDS).index()).isEqualTo(1);
            assertThat(pathOfNext(leader)).isEqualTo("/submit");
        }
    }

    // bug R51
    @Test
    void aCallThatBreaksIsMadeOnceAndUnknownForAll() throws Exception {
        together = () -> new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseSocket())
                .build();
        try (FakePeer leader = leader()) {
            List<CompletableFuture<Result>> waiting = pileUp(leader);
            letGo(1);

            for (CompletableFuture<Result> result : waiting) {
                assertThat(failureOf(result)).isInstanceOf(RaftException.OutcomeUnknown.class);
            }
            assertThat(pathOfNext(leader)).isEqualTo("/forward");
            assertThat(leader.server.takeRequest(0, TimeUnit.SECONDS)).isNull();
            letGo(Outbox.MAX_CALLS);
        }
    }

    @Test
    void answersThatAreNotAsManyAsTheCallsSayNothing() throws Exception {
        together = () -> FakePeer.ok("{\"answers\":[{\"result\":" + ONE + "}]}");
        try (FakePeer leader = leader()) {
            List<CompletableFuture<Result>> waiting = pileUp(leader);
            letGo(1);

            for (CompletableFuture<Result> result : waiting) {
                assertThat(failureOf(result)).isInstanceOf(RaftException.OutcomeUnknown.class);
            }
            letGo(Outbox.MAX_CALLS);
        }
    }
}
