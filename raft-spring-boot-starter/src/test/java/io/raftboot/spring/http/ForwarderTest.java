package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.raftboot.model.Consistency;
import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a command that another server is to carry out (API.md §5, threat S27). */
class ForwarderTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final byte[] COMMAND = {1, 2};

    private final TestNode n1 = TestNode.of("n1");
    private final TestNode n2 = TestNode.of("n2");
    private final Forwarder forwarder = new Forwarder(n1.transport);

    @AfterEach
    void stop() {
        n1.close();
        n2.close();
    }

    private CompletableFuture<Result> submit(Member leader) {
        return forwarder.submit(leader, COMMAND, Optional.empty(), LONG);
    }

    private CompletableFuture<Result> read(Member leader) {
        return forwarder.read(leader, COMMAND, Consistency.LINEARIZABLE, LONG);
    }

    private static Throwable failureOf(CompletableFuture<Result> result) {
        Throwable thrown = catchThrowable(() -> result.get(20, TimeUnit.SECONDS));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return Objects.requireNonNull(thrown.getCause());
    }

    @Test
    void aCommandIsCarriedOutOnceByTheOtherServer() throws Exception {
        Result result = forwarder
                .submit(n2.member(), COMMAND, Optional.of(new RequestId("r1")), LONG)
                .get(20, TimeUnit.SECONDS);

        assertThat(result).isEqualTo(new Result(7, 3, new byte[] {1, 2, 3}));
        assertThat(n2.operations.commands).containsExactly(COMMAND);
        assertThat(n2.operations.requestIds).containsExactly(Optional.of(new RequestId("r1")));
        assertThat(n1.operations.commands).isEmpty();
    }

    @Test
    void theOtherServerGivesUpWhenTheCallerHas() throws Exception {
        forwarder
                .submit(n2.member(), COMMAND, Optional.empty(), Duration.ofSeconds(4))
                .get(20, TimeUnit.SECONDS);
        read(n2.member()).get(20, TimeUnit.SECONDS);

        assertThat(n2.operations.timeLimits.get(0)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(4));
        // Nobody waits longer than the other server's own limit.
        assertThat(n2.operations.timeLimits.get(1)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aCallerWithoutPatienceIsAnsweredAtOnceAndNotNever() throws Exception {
        try (TestNode open = TestNode.of("n2", TestNode.settings(Optional.empty()))) {
            open.operations.next = new CompletableFuture<>();
            var answer = WireCall.unsigned(open, "{\"command\":\"AQ==\",\"timeLimitMillis\":0}".getBytes(UTF_8))
                    .at("/raft/rpc/submit")
                    .send();

            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(open.operations.timeLimits).containsExactly(Duration.ofMillis(1));
        }
    }

    @Test
    void aResultThatWasGivenBeforeSaysSo() throws Exception {
        Result again = new Result(7, 3, new byte[] {1}).again();
        n2.operations.next = CompletableFuture.completedFuture(again);

        assertThat(submit(n2.member()).get(20, TimeUnit.SECONDS)).isEqualTo(again);
    }

    @Test
    void aReadIsAnsweredByTheOtherServer() throws Exception {
        Result result =
                forwarder.read(n2.member(), COMMAND, Consistency.LEASE, LONG).get(20, TimeUnit.SECONDS);

        assertThat(result.index()).isEqualTo(7);
        assertThat(n2.operations.queries).containsExactly(COMMAND);
        assertThat(n2.operations.consistency).isEqualTo(Consistency.LEASE);
    }

    // scenario Q4
    @Test
    void theReadIndexIsAskedOfTheOtherServerAndNotItsState() throws Exception {
        assertThat(forwarder.readIndex(n2.member(), LONG).get(20, TimeUnit.SECONDS))
                .isEqualTo(7);
        assertThat(n2.operations.queries).isEmpty();
    }

    static List<RaftException> everyFailure() {
        return List.of(
                new RaftException.NotLeader(Optional.of(NodeId.of("n3"))),
                new RaftException.NotLeader(Optional.empty()),
                new RaftException.Stopped("stopping"),
                new RaftException.Overloaded("full"),
                new RaftException.CommandTooLarge(2, 1),
                new RaftException.OutcomeUnknown("lost the leadership"),
                new RaftException.RequestIdConflict(),
                new RaftException.ResultForgotten(),
                RaftException.OutcomeUnknown.forgotten());
    }

    // scenario C2: a server that does not lead says so, and passes nothing on that was passed on to it
    @ParameterizedTest
    @MethodSource("everyFailure")
    void theOtherServersFailureIsTheCallersFailure(RaftException failure) {
        n2.operations.failWith(failure);

        Throwable submitted = failureOf(submit(n2.member()));
        assertThat(submitted).isInstanceOf(failure.getClass());
        assertThat(((RaftException) submitted).outcome()).isEqualTo(failure.outcome());
        assertThat(failureOf(read(n2.member()))).isInstanceOf(failure.getClass());
        if (failure instanceof RaftException.OutcomeUnknown unknown) {
            assertThat(((RaftException.OutcomeUnknown) submitted).isForgotten()).isEqualTo(unknown.isForgotten());
        }
        if (failure instanceof RaftException.NotLeader notLeader) {
            assertThat(((RaftException.NotLeader) submitted).leaderId()).isEqualTo(notLeader.leaderId());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,503,not-applied",
        "2,503,not-applied",
        "3,429,not-applied",
        "4,413,not-applied",
        "5,504,unknown",
        "6,422,not-applied",
        "7,410,applied",
        "8,504,unknown"
    })
    void everyOutcomeHasItsCode(int failure, int status, String outcome) {
        try (TestNode open = TestNode.of("n2", TestNode.settings(Optional.empty()))) {
            open.operations.failWith(everyFailure().get(failure));
            var answer = WireCall.unsigned(open, "{\"command\":\"AQ==\"}".getBytes(UTF_8))
                    .at("/raft/rpc/submit")
                    .send();

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.body()).contains("\"outcome\":\"" + outcome + "\"");
            assertThat(answer.headers().firstValue("Retry-After").isPresent())
                    .isEqualTo(status == 503 || status == 429);
            if (failure == 0) {
                assertThat(answer.body()).contains("\"leaderId\":\"n3\"");
            }
        }
    }

    @Test
    void aQueryThatMakesTheStateMachineFailIsNotAskedAgain() {
        n2.operations.failWith(new IllegalStateException("inside"));

        assertThat(failureOf(read(n2.member())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageNotContaining("inside");
        assertThat(failureOf(submit(n2.member()))).isInstanceOf(RaftException.OutcomeUnknown.class);
    }

    @Test
    void whatWasNeverSentIsCertainlyNotApplied() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Member gone = new Member(NodeId.of("n2"), URI.create("http://127.0.0.1:" + port));

        assertThat(failureOf(submit(gone))).isInstanceOf(RaftException.NotLeader.class);
        assertThat(failureOf(read(gone))).isInstanceOf(RaftException.NotLeader.class);
    }

    // bug R51: never sent twice by the HTTP client
    @Test
    void aCommandWhoseConnectionBreaksIsDeliveredOnceAndUnknown() throws IOException {
        try (FakePeer fake = new FakePeer("n2", request -> breakOff())) {
            assertThat(failureOf(submit(fake.member()))).isInstanceOf(RaftException.OutcomeUnknown.class);
            assertThat(fake.server.getRequestCount()).isEqualTo(1);
            assertThat(failureOf(read(fake.member()))).isInstanceOf(RaftException.NotLeader.class);
            assertThat(fake.server.getRequestCount()).isEqualTo(2);
        }
    }

    private static MockResponse breakOff() {
        return new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseSocket())
                .build();
    }

    // bug R51: the default client delivers twice here, because the connection was in its pool
    @Test
    void aCommandWhosePooledConnectionBreaksIsDeliveredOnceAndUnknown() throws Exception {
        List<MockResponse> answers = new ArrayList<>(List.of(
                FakePeer.ok("{\"index\":1,\"term\":1,\"value\":\"\"}"),
                breakOff(),
                FakePeer.ok("{\"index\":2,\"term\":1,\"value\":\"\"}")));
        try (FakePeer fake = new FakePeer("n2", request -> answers.remove(0));
                TestNode open = TestNode.of("n1", TestNode.settings(Optional.empty()))) {
            Forwarder unsigned = new Forwarder(open.transport);
            unsigned.submit(fake.member(), COMMAND, Optional.empty(), LONG).get(20, TimeUnit.SECONDS);

            assertThat(failureOf(unsigned.submit(fake.member(), COMMAND, Optional.empty(), LONG)))
                    .isInstanceOf(RaftException.OutcomeUnknown.class);
            assertThat(fake.server.getRequestCount()).isEqualTo(2);
        }
    }

    static List<MockResponse> answersNobodySigned() {
        return List.of(
                FakePeer.json(503, "{\"status\":503,\"title\":\"x\",\"detail\":\"x\",\"outcome\":\"not-applied\"}"),
                FakePeer.json(429, "{\"status\":429,\"title\":\"x\",\"detail\":\"x\",\"outcome\":\"not-applied\"}"),
                FakePeer.ok("{\"index\":1,\"term\":1,\"value\":\"\"}"),
                FakePeer.json(401, "")
                        .newBuilder()
                        .addHeader("Raft-Session", "0".repeat(32))
                        .addHeader("Raft-Sequence", "5")
                        .build(),
                FakePeer.json(404, "<html>"),
                FakePeer.json(307, "")
                        .newBuilder()
                        .addHeader("Location", "/elsewhere")
                        .build());
    }

    // threat S3: "not applied" that is not true would have the command applied twice
    @ParameterizedTest
    @MethodSource("answersNobodySigned")
    void whatNobodySignedSaysNothing(MockResponse answer) throws IOException {
        try (FakePeer fake = new FakePeer("n2", request -> answer)) {
            assertThat(failureOf(submit(fake.member()))).isInstanceOf(RaftException.OutcomeUnknown.class);
            assertThat(fake.server.getRequestCount()).isEqualTo(1);
        }
    }

    @Test
    void aFullDiskIsOverload() throws IOException {
        MockResponse full =
                FakePeer.json(507, "{\"status\":507,\"title\":\"x\",\"detail\":\"x\",\"outcome\":\"not-applied\"}");
        try (FakePeer fake = new FakePeer("n2", request -> full);
                TestNode open = TestNode.of("n1", TestNode.settings(Optional.empty()))) {
            assertThat(failureOf(new Forwarder(open.transport).submit(fake.member(), COMMAND, Optional.empty(), LONG)))
                    .isInstanceOfSatisfying(
                            RaftException.Overloaded.class,
                            overloaded -> assertThat(overloaded.isDiskFull()).isTrue());
        }
    }

    @Test
    void aServerThatIsStoppingHasCertainlyNotAppliedIt() {
        n2.transport.stop();

        assertThat(failureOf(submit(n2.member()))).isInstanceOf(RaftException.Stopped.class);
        assertThat(n2.operations.commands).isEmpty();
    }

    @Test
    void withoutATransportNothingIsForwarded() {
        n1.transport.stop();

        assertThat(failureOf(submit(n2.member()))).isInstanceOf(RaftException.Stopped.class);
    }

    @Test
    void aRestartOfTheOtherServerRepeatsNoCommand() throws Exception {
        submit(n2.member()).get(20, TimeUnit.SECONDS);
        n2.restart();
        submit(n2.member()).get(20, TimeUnit.SECONDS);

        assertThat(n2.operations.commands).hasSize(2);
    }

    @Test
    void aCallerThatWaitsNoLongerKnowsNothing() {
        n2.operations.next = new CompletableFuture<>();

        assertThat(failureOf(forwarder.submit(n2.member(), COMMAND, Optional.empty(), Duration.ofMillis(200))))
                .isInstanceOf(RaftException.OutcomeUnknown.class);
    }

    @Test
    void aServerThatTakesTooLongSaysThatItDoesNotKnow() throws IOException {
        try (TestNode hasty = TestNode.of("n2", TestNode.settings(Duration.ofSeconds(4)));
                TestNode open = TestNode.of("n1", TestNode.settings(Optional.empty()))) {
            hasty.operations.next = new CompletableFuture<>();

            assertThat(failureOf(new Forwarder(open.transport).submit(hasty.member(), COMMAND, Optional.empty(), LONG)))
                    .isInstanceOf(RaftException.OutcomeUnknown.class)
                    .hasMessage("the time is up");
        }
    }

    @Test
    void commandsThatWaitHoldNoThreadOfTheWebServer() throws Exception {
        CompletableFuture<Result> commit = new CompletableFuture<>();
        n2.operations.next = commit;
        List<CompletableFuture<Result>> waiting = new ArrayList<>();
        for (int i = 0; i < 4 * TestNode.MAX_THREADS; i++) {
            waiting.add(submit(n2.member()));
        }
        n1.knows(n2.member());
        n1.transport.send(new Message.TimeoutNow(n1.id(), n2.id(), 5, 1));
        assertThat(n1.receiver.nextMessage().round()).isEqualTo(1);

        commit.complete(new Result(9, 3, new byte[0]));
        for (CompletableFuture<Result> result : waiting) {
            assertThat(result.get(20, TimeUnit.SECONDS).index()).isEqualTo(9);
        }
        assertThat(n2.operations.commands).hasSize(waiting.size());
    }

    @Test
    void aFilterWithoutAsyncSupportMakesItSlowerAndNotWrong() throws Exception {
        try (TestNode blocking = TestNode.withoutAsync("n2")) {
            assertThat(submit(blocking.member()).get(20, TimeUnit.SECONDS).index())
                    .isEqualTo(7);
            blocking.operations.failWith(new RaftException.NotLeader(Optional.empty()));
            assertThat(failureOf(submit(blocking.member()))).isInstanceOf(RaftException.NotLeader.class);
        }
    }

    @Test
    void aCommandThatIsTooLargeIsNotSent() throws Exception {
        byte[] largest = new byte[TestNode.MAX_COMMAND];
        forwarder.submit(n2.member(), largest, Optional.empty(), LONG).get(20, TimeUnit.SECONDS);

        byte[] tooLarge = new byte[TestNode.MAX_COMMAND + 1];
        assertThat(failureOf(forwarder.submit(n2.member(), tooLarge, Optional.empty(), LONG)))
                .isInstanceOf(RaftException.CommandTooLarge.class);
        assertThat(n2.operations.commands).hasSize(1);
    }

    // threat S21
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tooManyCommandsOrReadsForOneServerAreRefusedAtOnce(boolean commands) throws Exception {
        try (FakePeer hanging = FakePeer.hanging("n3")) {
            List<CompletableFuture<Result>> waiting = new ArrayList<>();
            for (int i = 0; i < Outbox.MAX_CALLS; i++) {
                waiting.add(commands ? submit(hanging.member()) : read(hanging.member()));
                assertThat(hanging.server.takeRequest(20, TimeUnit.SECONDS)).isNotNull();
            }
            for (int i = 0; i < TestNode.MAX_PENDING; i++) {
                waiting.add(commands ? submit(hanging.member()) : read(hanging.member()));
            }
            assertThat(failureOf(commands ? submit(hanging.member()) : read(hanging.member())))
                    .isInstanceOf(RaftException.Overloaded.class);
            // What is full is this queue and no other.
            waiting.add(commands ? read(hanging.member()) : submit(hanging.member()));
            assertThat(hanging.server.takeRequest(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(waiting).noneMatch(CompletableFuture::isDone);

            n1.transport.stop();
            for (CompletableFuture<Result> result : waiting) {
                assertThat(failureOf(result))
                        .as("what is not sent is worth another attempt, at another server")
                        .isInstanceOf(RaftException.class)
                        .isNotInstanceOf(RaftException.Overloaded.class);
            }
        }
    }

    // threat S21
    @Test
    void tooManyBytesAreRefusedAtOnceAndGivenBackWhenTheCallIsOver() throws Exception {
        Forwarder small = new Forwarder(n1.transport, 3);
        n2.operations.next = new CompletableFuture<>();
        CompletableFuture<Result> first = small.submit(n2.member(), COMMAND, Optional.empty(), LONG);

        assertThat(failureOf(small.submit(n2.member(), COMMAND, Optional.empty(), LONG)))
                .isInstanceOf(RaftException.Overloaded.class);
        n2.operations.next.complete(new Result(1, 1, new byte[0]));
        first.get(20, TimeUnit.SECONDS);
        assertThat(small.submit(n2.member(), COMMAND, Optional.empty(), LONG)
                        .get(20, TimeUnit.SECONDS)
                        .index())
                .isEqualTo(1);
    }
}
