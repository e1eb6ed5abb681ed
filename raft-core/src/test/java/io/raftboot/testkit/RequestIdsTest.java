package io.raftboot.testkit;

import static io.raftboot.testkit.StateMachineContractTest.WordList.bytes;
import static io.raftboot.testkit.StateMachineContractTest.WordList.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.raftboot.model.Consistency;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException.OutcomeUnknown;
import io.raftboot.model.RaftException.RequestIdConflict;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.testkit.StateMachineContractTest.WordList;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Scenarios C3 to C5 in whole clusters, bugs R34 and R51. */
class RequestIdsTest {

    private static final RequestId A = new RequestId("a");
    private static final byte[] EVERYTHING = {};

    private final RaftTestCluster<WordList> cluster = RaftTestCluster.of(3, WordList::new);

    @Test
    void aRepeatedCommandGivesTheFirstResultAgain() {
        cluster.awaitLeader();
        Result first = cluster.submit(bytes("x"), A);
        cluster.submit(bytes("y"));

        assertThat(cluster.submit(bytes("x"), A)).isEqualTo(first.again());
        assertThat(words()).isEqualTo("x,y");
        cluster.assertEqualStates(EVERYTHING);
    }

    @Test
    void aCommandWhoseOutcomeWasUnknownIsAppliedOnceWhenItIsRepeated() {
        NodeId leader = cluster.awaitLeader();
        CompletableFuture<Result> unanswered = cluster.server(leader).submit(bytes("x"), Optional.of(A));
        cluster.elapse(Duration.ZERO);
        assertThat(unanswered).isCompleted();
        cluster.crash(leader);
        cluster.awaitLeader();

        Result again = cluster.submit(bytes("x"), A);

        assertThat(again).isEqualTo(unanswered.join().again());
        assertThat(words()).isEqualTo("x");
        cluster.restart(leader);
        cluster.assertEqualStates(EVERYTHING);
    }

    @Test
    void aCommandThatGotLostIsAppliedWhenItIsRepeated() {
        NodeId old = cluster.awaitLeader();
        cluster.partition(old);
        assertThatExceptionOfType(OutcomeUnknown.class).isThrownBy(() -> cluster.submit(bytes("x"), A));
        cluster.awaitLeader();

        assertThat(cluster.submit(bytes("x"), A).replayed()).isFalse();

        cluster.heal();
        assertThat(cluster.submit(bytes("x"), A).replayed()).isTrue();
        assertThat(words()).isEqualTo("x");
        cluster.assertEqualStates(EVERYTHING);
    }

    @Test
    void aRepetitionBehindASnapshotAndARestartOfAllIsNotApplied() {
        cluster.awaitLeader();
        Result first = cluster.submit(bytes("x"), A);
        for (NodeId server : cluster.servers()) {
            cluster.elapse(Duration.ofSeconds(1));
            CompletableFuture<?> snapshot = cluster.server(server).takeSnapshot();
            cluster.elapse(Duration.ZERO);
            assertThat(snapshot).isCompleted();
        }
        cluster.servers().forEach(cluster::crash);
        cluster.servers().forEach(cluster::restart);
        cluster.awaitLeader();
        cluster.elapse(Duration.ofMinutes(5));

        assertThat(cluster.submit(bytes("x"), A)).isEqualTo(first.again());
        assertThat(words()).isEqualTo("x");
        cluster.assertEqualStates(EVERYTHING);
    }

    @Test
    void theSameIdWithOtherContentIsRefusedAndNothingStops() {
        cluster.awaitLeader();
        Result first = cluster.submit(bytes("x"), A);

        assertThatExceptionOfType(RequestIdConflict.class).isThrownBy(() -> cluster.submit(bytes("y"), A));

        assertThat(cluster.submit(bytes("x"), A)).isEqualTo(first.again());
        assertThat(text(cluster.submit(bytes("y")))).isEqualTo("2");
        cluster.assertEqualStates(EVERYTHING);
    }

    private String words() {
        return text(cluster.query(cluster.leader().orElseThrow(), EVERYTHING, Consistency.LINEARIZABLE));
    }
}
