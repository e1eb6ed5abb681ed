package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.raftboot.model.Consistency;
import io.raftboot.model.Member;
import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import io.raftboot.spring.http.PeerHttpSettings.Believed;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Commands and reads that wait for the same leader travel together. Each test first keeps all calls under way busy with commands
 * whose first byte is {@link #HELD}, and lets one go when the others have piled up.
 */
class ForwardingTogetherTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final byte HELD = 100;
    private static final Result RESULT = new Result(7, 3, new byte[] {1});

    private TestNode n1 = TestNode.of("n1", roomy());
    private TestNode n2 = TestNode.of("n2");
    private Forwarder forwarder = new Forwarder(n1.transport);
    private final CompletableFuture<Result> first = new CompletableFuture<>();
    private final List<CompletableFuture<Result>> held = new ArrayList<>();

    /** As much room in a body as an application has. */
    private static PeerHttpSettings roomy() {
        return new PeerHttpSettings(
                "/raft",
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                TestNode.MAX_PENDING,
                TestNode.MAX_PENDING_BYTES,
                TestNode.MAX_COMMAND,
                4 << 20,
                Optional.of(PeerSecret.of(TestNode.SECRET)),
                Believed.THIS_MACHINE);
    }

    @AfterEach
    void stop() {
        n1.close();
        n2.close();
    }

    private CompletableFuture<Result> submit(byte[] command, Duration limit) {
        return forwarder.submit(n2.member(), command, Optional.empty(), limit);
    }

    private CompletableFuture<Result> submit(int number) {
        return submit(new byte[] {(byte) number}, LONG);
    }

    private CompletableFuture<Result> read(Consistency consistency, int number) {
        return forwarder.read(n2.member(), new byte[] {(byte) number}, consistency, LONG);
    }

    private static Throwable failureOf(CompletableFuture<Result> result) {
        Throwable thrown = catchThrowable(() -> result.get(20, TimeUnit.SECONDS));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return Objects.requireNonNull(thrown.getCause());
    }

    /** The other server has said that it takes many at a time, and its answers are these. */
    private void isMet() throws Exception {
        for (int i = 1; i <= CallsTogether.MAX_CALLS; i *= 2) {
            submit(0).get(20, TimeUnit.SECONDS);
            read(Consistency.LINEARIZABLE, 0).get(20, TimeUnit.SECONDS);
            read(Consistency.LEASE, 0).get(20, TimeUnit.SECONDS);
        }
        n2.operations.arrivals.clear();
    }

    /** As many commands as there are calls under way, the first of which ends when {@link #first} does. */
    private void commandsAreHeld() throws Exception {
        n2.operations.answers = command -> command[0] == HELD ? first : answerTo(command);
        for (int i = 0; i < Outbox.MAX_CALLS; i++) {
            held.add(submit(i == 0 ? HELD : HELD + 1));
            assertThat(n2.operations.arrivals.poll(20, TimeUnit.SECONDS)).isNotNull();
        }
        n2.paths.clear();
    }

    private static CompletableFuture<Result> answerTo(byte[] command) {
        return command[0] == HELD + 1
                ? new CompletableFuture<>()
                : CompletableFuture.completedFuture(new Result(command[0], 3, new byte[] {command[0]}));
    }

    private void oneIsLetGo() {
        first.complete(RESULT);
    }

    @Test
    void whatHasPiledUpTravelsInOneCallAndEachGetsItsOwnResult() throws Exception {
        isMet();
        commandsAreHeld();
        List<CompletableFuture<Result>> waiting =
                IntStream.range(0, 20).mapToObj(this::submit).toList();
        oneIsLetGo();

        for (int i = 0; i < 20; i++) {
            assertThat(waiting.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(new Result(i, 3, new byte[] {(byte) i}));
        }
        assertThat(n2.paths).containsExactly("/forward");
        assertThat(held.subList(1, held.size())).noneMatch(CompletableFuture::isDone);
    }

    @Test // the leader hangs
    void whatStillWaitsWhenItsTimeIsUpWasNotSentAndIsWorthAnotherAttempt() throws Exception {
        forwarder = new Forwarder(n1.transport, Outbox.MAX_CALLS + 1);
        commandsAreHeld();

        CompletableFuture<Result> late = submit(new byte[] {5}, Duration.ofMillis(50));
        assertThat(failureOf(late)).isInstanceOf(RaftException.NotLeader.class);

        CompletableFuture<Result> next = submit(6);
        assertThat(failureOf(submit(7))).as("one took its place").isInstanceOf(RaftException.Overloaded.class);
        assertThat(next).isNotDone();
        assertThat(held).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void noMoreTravelTogetherThanMay() throws Exception {
        n2.close();
        n2 = TestNode.of("n2", roomy());
        isMet();
        commandsAreHeld();
        List<CompletableFuture<Result>> waiting = IntStream.range(0, CallsTogether.MAX_CALLS + 2)
                .mapToObj(i -> submit(i % 100))
                .toList();
        oneIsLetGo();

        for (CompletableFuture<Result> result : waiting) {
            result.get(20, TimeUnit.SECONDS);
        }
        assertThat(n2.paths).containsExactly("/forward", "/forward");
    }

    @Test
    void noMoreBytesTravelTogetherThanMay() throws Exception {
        n1.close();
        n1 = TestNode.of("n1");
        forwarder = new Forwarder(n1.transport);
        isMet();
        commandsAreHeld();
        byte[] large = new byte[TestNode.MAX_COMMAND];
        int together = TestNode.MAX_BODY / 2 / ((TestNode.MAX_COMMAND + 2) / 3 * 4 + ForwardedCall.ENVELOPE_BYTES);
        List<CompletableFuture<Result>> waiting = IntStream.rangeClosed(0, 2 * together)
                .mapToObj(i -> submit(large, LONG))
                .toList();
        oneIsLetGo();

        for (CompletableFuture<Result> result : waiting) {
            result.get(20, TimeUnit.SECONDS);
        }
        assertThat(n2.paths).containsExactly("/forward", "/forward", "/submit");
    }

    @Test
    void oneThatFailsDoesNotTouchTheOthers() throws Exception {
        isMet();
        commandsAreHeld();
        List<RaftException> failures = ForwarderTest.everyFailure();
        n2.operations.answers = command -> command[0] < failures.size()
                ? CompletableFuture.failedFuture(failures.get(command[0]))
                : answerTo(command);
        List<CompletableFuture<Result>> waiting =
                IntStream.rangeClosed(0, failures.size()).mapToObj(this::submit).toList();
        oneIsLetGo();

        for (int i = 0; i < failures.size(); i++) {
            Throwable failure = failureOf(waiting.get(i));
            assertThat(failure).isInstanceOf(failures.get(i).getClass());
            assertThat(((RaftException) failure).outcome())
                    .isEqualTo(failures.get(i).outcome());
        }
        assertThat(((RaftException.NotLeader) failureOf(waiting.get(0))).leaderId())
                .isEqualTo(((RaftException.NotLeader) failures.get(0)).leaderId());
        assertThat(waiting.get(failures.size()).get(20, TimeUnit.SECONDS).index())
                .isEqualTo(failures.size());
        assertThat(n2.paths).containsExactly("/forward");
    }

    @Test
    void readsDoNotWaitForCommandsNorForOneAnother() throws Exception {
        isMet();
        commandsAreHeld();
        for (int i = 0; i < Outbox.MAX_CALLS; i++) {
            held.add(read(Consistency.LINEARIZABLE, HELD + 1));
            assertThat(n2.operations.arrivals.poll(20, TimeUnit.SECONDS)).isNotNull();
        }

        assertThat(read(Consistency.LEASE, 5).get(20, TimeUnit.SECONDS).index()).isEqualTo(5);
        assertThat(n2.paths).endsWith("/read");
    }

    @Test
    void readsThatPileUpTravelTogetherAndTheReadIndexWithThem() throws Exception {
        isMet();
        n2.operations.answers = query -> query[0] == HELD ? first : answerTo(query);
        for (int i = 0; i < Outbox.MAX_CALLS; i++) {
            held.add(read(Consistency.LINEARIZABLE, i == 0 ? HELD : HELD + 1));
            assertThat(n2.operations.arrivals.poll(20, TimeUnit.SECONDS)).isNotNull();
        }
        n2.paths.clear();
        CompletableFuture<Result> read = read(Consistency.LINEARIZABLE, 5);
        CompletableFuture<Long> readIndex = forwarder.readIndex(n2.member(), LONG);
        oneIsLetGo();

        assertThat(read.get(20, TimeUnit.SECONDS).index()).isEqualTo(5);
        assertThat(readIndex.get(20, TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(n2.paths).containsExactly("/forward");
    }

    @Test
    void whoWaitsNoLongerIsToldInTimeAlsoIfTheOthersWaitOn() throws Exception {
        isMet();
        commandsAreHeld();
        CompletableFuture<Result> patient = submit(HELD + 1);
        CompletableFuture<Result> hasty = submit(new byte[] {HELD + 1}, Duration.ofSeconds(2));
        oneIsLetGo();

        assertThat(failureOf(hasty)).isInstanceOf(RaftException.OutcomeUnknown.class);
        assertThat(n2.paths).containsExactly("/forward");
        assertThat(patient.isDone()).isFalse();
        assertThat(n2.operations.timeLimits.get(n2.operations.timeLimits.size() - 1))
                .isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void whoWaitsNoLongerWhenItIsHisTurnIsNotSent() throws Exception {
        isMet();
        commandsAreHeld();
        CompletableFuture<Result> late = submit(new byte[] {5}, Duration.ZERO);
        CompletableFuture<Result> inTime = submit(6);
        oneIsLetGo();

        assertThat(failureOf(late)).isInstanceOf(RaftException.NotLeader.class);
        assertThat(inTime.get(20, TimeUnit.SECONDS).index()).isEqualTo(6);
        assertThat(n2.operations.commands).noneMatch(command -> command[0] == 5);
    }

    @Test
    void whatWasNeverSentIsCertainlyNotAppliedForAll() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Member gone = new Member(n2.id(), URI.create("http://127.0.0.1:" + port));
        Peer peer = n1.transport.active().orElseThrow().peers().reach(gone).orElseThrow();
        List<CompletableFuture<Result>> results = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        List<ForwardedCall> calls =
                results.stream().map(ForwardedCallTest::toN2).toList();
        new SharedCall(peer, calls, n1.transport.json(), advice -> {}).make();

        for (CompletableFuture<Result> result : results) {
            assertThat(failureOf(result)).isInstanceOf(RaftException.NotLeader.class);
        }
    }

    // what was applied is never said not to be
    @Test
    void aResultThatDoesNotFitIsUnknownAndTheOthersAreGiven() throws Exception {
        isMet();
        commandsAreHeld();
        n2.operations.answers =
                command -> CompletableFuture.completedFuture(new Result(command[0], 3, new byte[10_000]));
        List<CompletableFuture<Result>> waiting =
                IntStream.range(0, 8).mapToObj(this::submit).toList();
        oneIsLetGo();

        for (int i = 0; i < 4; i++) {
            assertThat(waiting.get(i).get(20, TimeUnit.SECONDS).value()).hasSize(10_000);
        }
        for (int i = 4; i < 8; i++) {
            assertThat(failureOf(waiting.get(i))).isInstanceOf(RaftException.OutcomeUnknown.class);
        }
        assertThat(n2.paths).containsExactly("/forward");
    }

    @Test
    void afterAResultThatDidNotFitFewerTravelTogether() throws Exception {
        aResultThatDoesNotFitIsUnknownAndTheOthersAreGiven();
        CompletableFuture<Result> second = new CompletableFuture<>();
        n2.operations.answers = command -> command[0] == HELD ? second : answerTo(command);
        n2.operations.arrivals.clear();
        held.add(submit(HELD));
        assertThat(n2.operations.arrivals.poll(20, TimeUnit.SECONDS)).isNotNull();
        n2.paths.clear();
        List<CompletableFuture<Result>> waiting =
                IntStream.range(0, 12).mapToObj(this::submit).toList();
        second.complete(RESULT);

        for (CompletableFuture<Result> result : waiting) {
            result.get(20, TimeUnit.SECONDS);
        }
        // Half of the eight that were too many, twice as many again after one that went well.
        assertThat(n2.paths).containsExactly("/forward", "/forward");
    }
}
