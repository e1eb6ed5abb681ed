package io.raftboot.testkit;

import static io.raftboot.testkit.StateMachineContractTest.WordList.bytes;
import static io.raftboot.testkit.StateMachineContractTest.WordList.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.raftboot.model.Consistency;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftStatus.Replication;
import io.raftboot.spi.CommandContext;
import io.raftboot.testkit.StateMachineContractTest.WordList;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A state machine that does something else than the others is found by the running cluster (bug R54). */
class DivergenceTest {

    private static final Duration A_WHILE = Duration.ofSeconds(3);
    private static final byte[] EVERYTHING = {};

    /** Gives another result at "b" if it is told to. */
    private static final class Fickle extends WordList {

        private String surprise = "";

        @Override
        public byte[] apply(CommandContext context, byte[] command) {
            byte[] result = super.apply(context, command);
            return text(command).equals("b") && !surprise.isEmpty() ? bytes(surprise) : result;
        }
    }

    private final RaftTestCluster<Fickle> cluster = RaftTestCluster.of(3, Fickle::new);

    @Test
    void serversThatAgreeAreNotNamed() {
        cluster.awaitLeader();
        cluster.submit(bytes("a"));
        cluster.submit(bytes("b"));
        cluster.elapse(A_WHILE);

        assertThat(cluster.servers())
                .allSatisfy(server ->
                        assertThat(cluster.status(server).divergedAt()).isEmpty());
        assertThat(named()).isEmpty();
    }

    @Test
    void aFollowerThatDiffersIsNamedWithTheIndexAndAnswersNoReads() {
        NodeId follower = otherThan(cluster.awaitLeader());
        cluster.submit(bytes("a"));
        cluster.elapse(A_WHILE);
        long index = diverge(follower);

        assertThat(cluster.status(follower).divergedAt()).contains(index);
        assertThat(named()).isEqualTo(Map.of(follower, index));
        assertThatExceptionOfType(RaftException.Stopped.class)
                .isThrownBy(() -> cluster.query(follower, EVERYTHING, Consistency.LOCAL))
                .withMessageContaining("since index " + index);
        assertThat(text(cluster.query(EVERYTHING))).isEqualTo("a,b");
    }

    @Test
    void theIndexStaysTheFirstOneWhileTheClusterGoesOn() {
        NodeId follower = otherThan(cluster.awaitLeader());
        long index = diverge(follower);
        cluster.submit(bytes("c"));
        cluster.elapse(A_WHILE);
        cluster.submit(bytes("d"));
        cluster.elapse(A_WHILE);

        assertThat(cluster.status(follower).divergedAt()).contains(index);
        assertThat(named()).isEqualTo(Map.of(follower, index));
    }

    @Test
    void aLeaderThatDiffersFromTheMajorityLetsAnotherOneLead() {
        NodeId leader = cluster.awaitLeader();
        long index = diverge(leader);

        assertThat(cluster.awaitLeader()).isNotEqualTo(leader);
        cluster.elapse(A_WHILE);
        assertThat(cluster.status(leader).divergedAt()).contains(index);
        assertThat(named()).containsOnlyKeys(leader);
        assertThat(text(cluster.query(EVERYTHING))).isEqualTo("b");
    }

    @Test
    void aServerThatWasAwayIsComparedWhenItIsBack() {
        NodeId follower = otherThan(cluster.awaitLeader());
        cluster.crash(follower);
        cluster.submit(bytes("a"));
        cluster.elapse(A_WHILE);
        cluster.restart(follower);
        cluster.stateMachine(follower).surprise = "surprise";
        cluster.submit(bytes("b"));
        cluster.elapse(A_WHILE);

        assertThat(named()).containsOnlyKeys(follower);
    }

    @Test
    void aServerIsNotNamedAnyMoreOnceItsStateIsRightAgain() {
        NodeId follower = otherThan(cluster.awaitLeader());
        diverge(follower);
        cluster.crash(follower);
        cluster.restart(follower);
        cluster.submit(bytes("c"));
        cluster.elapse(A_WHILE);

        assertThat(cluster.status(follower).divergedAt()).isEmpty();
        assertThat(named()).isEmpty();
        assertThat(text(cluster.query(follower, EVERYTHING, Consistency.LOCAL))).isEqualTo("b,c");
    }

    @Test
    void ofTwoServersThatDifferTheLeaderIsBelieved() {
        NodeId leader = cluster.awaitLeader();
        NodeId away = otherThan(leader);
        cluster.crash(away);
        NodeId follower = new TreeSet<>(cluster.servers())
                .stream()
                        .filter(server -> !server.equals(leader) && !server.equals(away))
                        .findFirst()
                        .orElseThrow();
        long index = diverge(follower);

        assertThat(named()).isEqualTo(Map.of(follower, index));
        assertThat(text(cluster.query(EVERYTHING))).isEqualTo("b");
    }

    private long diverge(NodeId server) {
        cluster.stateMachine(server).surprise = "surprise";
        cluster.submit(bytes("b"));
        long index = cluster.status(server).lastLogIndex();
        cluster.elapse(A_WHILE);
        return index;
    }

    private NodeId otherThan(NodeId leader) {
        return cluster.servers().stream()
                .filter(server -> !server.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    /** Whom the leader names. */
    private Map<NodeId, Long> named() {
        Map<NodeId, Long> named = new TreeMap<>();
        cluster.status(cluster.awaitLeader()).members().forEach(member -> {
            Optional<Long> index = member.replication().flatMap(Replication::divergedAt);
            index.ifPresent(first -> named.put(member.id(), first));
        });
        return named;
    }
}
