package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.raftboot.model.Consistency;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import io.raftboot.testkit.RaftTestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Reads without a round: under a lease (scenario Q3, bug R38), and from any server that has applied as much (scenario Q6). */
class LeaseReadTest {

    private static final byte[] ALL = {};

    private final RaftTestCluster<CountingStateMachine> cluster = RaftTestCluster.of(3, CountingStateMachine::new);

    @Test
    void aLeaderUnderALeaseAnswersWithoutAskingAnybody() {
        NodeId leader = cluster.awaitLeader();
        cluster.submit(bytes("a"));
        cluster.partition(leader);

        assertThat(lease(leader))
                .isCompletedWithValueMatching(result -> text(result).equals("a"));
        assertThat(linearizable(leader)).isNotDone();
    }

    @Test
    void withoutALeaseItAsksTheOthersAndNeverAnswersWhatIsOld() {
        NodeId leader = cluster.awaitLeader();
        cluster.submit(bytes("a"));
        cluster.partition(leader);
        cluster.elapse(Duration.ofMillis(810));

        CompletableFuture<Result> read = lease(leader);
        cluster.elapse(Duration.ofSeconds(6));

        assertThat(read).isCompletedExceptionally();
        assertThatExceptionOfType(RaftException.NotLeader.class)
                .isThrownBy(() -> cluster.query(leader, ALL, Consistency.LEASE));
    }

    @Test
    void itIsNeverOlderThanWhatAnotherLeaderHasAcknowledged() {
        NodeId leader = cluster.awaitLeader();
        cluster.submit(bytes("a"));
        cluster.partition(leader);
        while (cluster.leader().filter(id -> !id.equals(leader)).isEmpty()) {
            cluster.elapse(Duration.ofMillis(10));
        }
        cluster.submit(bytes("b"));

        CompletableFuture<Result> read = lease(leader);
        assertThat(read.isDone() && !read.isCompletedExceptionally()).isFalse();
    }

    @Test
    void aLeaseThatEndsWhileTheStateIsReadIsNoLease() {
        ReplicatedState state = new ReplicatedState(new CountingStateMachine());
        Applier applier = new Applier(state, new Answers(Runnable::run));
        CompletableFuture<Result> result = new CompletableFuture<>();
        CompletableFuture<Void> again = new CompletableFuture<>();

        applier.query(new Applier.Query(0, ALL, result, () -> false, () -> again.complete(null)));

        assertThat(result).isNotDone();
        assertThat(again).isCompleted();
    }

    @Test
    void aReadWaitsOnAnyServerUntilEnoughIsApplied() {
        NodeId leader = cluster.awaitLeader();
        NodeId follower = other(leader);
        cluster.submit(bytes("a"));
        long next = cluster.status(leader).lastLogIndex() + 1;

        CompletableFuture<Result> read = cluster.server(follower).readAtLeast(ALL, next, Duration.ofSeconds(5));
        cluster.elapse(Duration.ofMillis(200));
        assertThat(read).isNotDone();
        cluster.submit(bytes("b"));
        cluster.elapse(Duration.ofMillis(200));

        assertThat(read).isCompletedWithValueMatching(result -> text(result).equals("a,b") && result.index() >= next);
    }

    @Test
    void aReadThatWaitsInVainIsGivenUp() {
        NodeId leader = cluster.awaitLeader();

        CompletableFuture<Result> read = cluster.server(leader).readAtLeast(ALL, 1000, Duration.ofSeconds(1));
        cluster.elapse(Duration.ofMillis(900));
        assertThat(read).isNotDone();
        cluster.elapse(Duration.ofMillis(200));

        assertThat(read).isCompletedExceptionally();
    }

    @Test
    void readsThatWereGivenUpDoNotPileUp() {
        ReplicatedState state = new ReplicatedState(new CountingStateMachine());
        Applier applier = new Applier(state, new Answers(Runnable::run));
        for (int i = 0; i < 10 * Applier.MIN_TO_TIDY; i++) {
            CompletableFuture<Result> givenUp = new CompletableFuture<>();
            applier.query(new Applier.Query(1000, ALL, givenUp));
            givenUp.cancel(false);
        }
        assertThat(applier.waitingQueries()).isLessThanOrEqualTo(Applier.MIN_TO_TIDY + 1);

        CompletableFuture<Result> waiting = new CompletableFuture<>();
        applier.query(new Applier.Query(1, ALL, waiting));
        applier.apply(List.of(new Applier.Committed(new LogEntry.NoOp(1, 1), Optional.empty())));
        assertThat(waiting).isCompleted();
    }

    private CompletableFuture<Result> lease(NodeId server) {
        return asked(server, Consistency.LEASE);
    }

    private CompletableFuture<Result> linearizable(NodeId server) {
        return asked(server, Consistency.LINEARIZABLE);
    }

    private CompletableFuture<Result> asked(NodeId server, Consistency consistency) {
        CompletableFuture<Result> answer = cluster.server(server).read(ALL, consistency);
        cluster.elapse(Duration.ZERO);
        return answer;
    }

    private NodeId other(NodeId leader) {
        return cluster.servers().stream()
                .filter(id -> !id.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(Result result) {
        return new String(result.value(), UTF_8);
    }
}
