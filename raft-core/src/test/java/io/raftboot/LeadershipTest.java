package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.spi.RaftListener;
import io.raftboot.testkit.RaftTestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who leads, as applications get to see it: never two at a moment, and the same story for everybody who listens. */
class LeadershipTest {

    private static final Duration STEP = Duration.ofMillis(10);

    private final RaftTestCluster<CountingStateMachine> cluster = RaftTestCluster.of(3, CountingStateMachine::new);

    @Test
    void theLeaderKnowsThatItLeadsAndTheOthersThatTheyDoNot() {
        NodeId leader = cluster.awaitLeader();

        assertThat(leaders(cluster)).containsExactly(leader + " in term 1");
    }

    @Test
    void aLeaderThatIsCutOffKnowsItBeforeAnotherOneLeads() {
        NodeId leader = cluster.awaitLeader();
        cluster.partition(leader);

        neverTwoLeadersFor(cluster, Duration.ofMillis(810));
        assertThat(leaders(cluster)).isEmpty();
        neverTwoLeadersFor(cluster, Duration.ofSeconds(4));

        assertThat(leaders(cluster)).hasSize(1).first().asString().doesNotStartWith(leader + " ");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aVoterThatWasStartedAgainHelpsNobodyToLeadAtTheSameTime(long seed) {
        RaftTestCluster<CountingStateMachine> other = RaftTestCluster.of(3, CountingStateMachine::new, seed);
        NodeId leader = other.awaitLeader();
        List<NodeId> followers = others(other, leader);
        other.partition(followers.get(0));
        neverTwoLeadersFor(other, Duration.ofMillis(970));

        other.crash(followers.get(1));
        other.restart(followers.get(1));
        other.partition(leader);

        neverTwoLeadersFor(other, Duration.ofSeconds(4));
        assertThat(leaders(other)).hasSize(1);
    }

    @Test
    void whoHandsLeadershipOverDoesNotLeadAnyMore() {
        NodeId leader = cluster.awaitLeader();
        var unused = cluster.server(leader).transferLeadership(Optional.empty());

        neverTwoLeadersFor(cluster, Duration.ofSeconds(1));

        assertThat(leaders(cluster)).hasSize(1).first().asString().doesNotStartWith(leader + " ");
    }

    @Test // whoever was told to take over may do so however late
    void afterAHandOverThatFailedItLeadsInAnotherTerm() {
        NodeId leader = cluster.awaitLeader();
        NodeId target = others(cluster, leader).get(0);
        cluster.crash(target);
        var unused = cluster.server(leader).transferLeadership(Optional.of(target));

        cluster.elapse(Duration.ofMillis(900));
        assertThat(leaders(cluster)).isEmpty();
        assertThat(cluster.leader()).contains(leader);
        neverTwoLeadersFor(cluster, Duration.ofMillis(400));

        assertThat(leaders(cluster)).containsExactly(leader + " in term 2");
    }

    @Test
    void whoseHandOverIsReplacedByAnotherIsToldSo() {
        NodeId leader = cluster.awaitLeader();
        List<NodeId> targets = others(cluster, leader);
        cluster.partition(leader);
        var first = cluster.server(leader).transferLeadership(Optional.of(targets.get(0)));
        var unused = cluster.server(leader).transferLeadership(Optional.of(targets.get(1)));
        cluster.elapse(STEP);

        assertThatThrownBy(first::join)
                .hasCauseInstanceOf(RaftException.ChangeRefused.class)
                .hasMessageContaining("to " + targets.get(1) + " instead");
    }

    @Test
    void aListenerThatComesLateFirstLearnsHowThingsAre() {
        NodeId leader = cluster.awaitLeader();
        Recorder recorder = new Recorder();

        cluster.server(leader).addListener(recorder);

        assertThat(recorder.told).containsExactly(leader + " leads term 1", "gained 1", "members [n1, n2, n3]");
    }

    @Test
    void aListenerIsToldInOrderWhatBecomesOfItsServer() {
        NodeId leader = cluster.awaitLeader();
        Recorder old = new Recorder();
        Recorder other = new Recorder();
        cluster.server(leader).addListener(old);
        cluster.server(others(cluster, leader).get(0)).addListener(other);

        cluster.partition(leader);
        cluster.elapse(Duration.ofSeconds(5));
        cluster.heal();
        NodeId next = cluster.awaitLeader();
        cluster.elapse(Duration.ofSeconds(1));

        long term = cluster.status(next).term();
        assertThat(old.told.subList(3, old.told.size())).containsExactly("lost 1", next + " leads term " + term);
        assertThat(other.told).contains(leader + " leads term 1", next + " leads term " + term);
    }

    @Test
    void aStopEndsLeadershipAndAListenerThatFailsKeepsNobodyFromBeingTold() {
        NodeId leader = cluster.awaitLeader();
        RaftNode server = cluster.server(leader);
        server.addListener(new RaftListener() {
            @Override
            public void onLeadershipLost(long term) {
                throw new IllegalStateException("asked to fail");
            }
        });
        Recorder recorder = new Recorder();
        server.addListener(recorder);

        server.stop();

        assertThat(recorder.told).last().isEqualTo("lost 1");
        assertThat(server.leadership()).isEmpty();
        Recorder late = new Recorder();
        server.addListener(late);
        assertThat(late.told).containsExactly("members [n1, n2, n3]");
    }

    @Test
    void commandsGoOnBesideListeners() {
        NodeId leader = cluster.awaitLeader();
        cluster.server(leader).addListener(new Recorder());

        assertThat(cluster.submit("a".getBytes(UTF_8))).isEqualTo("1".getBytes(UTF_8));
    }

    private static void neverTwoLeadersFor(RaftTestCluster<?> servers, Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(STEP)) {
            servers.elapse(STEP);
            assertThat(leaders(servers)).hasSizeLessThan(2);
        }
    }

    private static List<String> leaders(RaftTestCluster<?> servers) {
        List<String> found = new ArrayList<>();
        for (NodeId id : servers.servers()) {
            servers.server(id).leadership().ifPresent(term -> found.add(id + " in term " + term));
        }
        return found;
    }

    private static List<NodeId> others(RaftTestCluster<?> servers, NodeId leader) {
        return servers.servers().stream().filter(id -> !id.equals(leader)).toList();
    }

    private static final class Recorder implements RaftListener {

        private final List<String> told = new ArrayList<>();

        @Override
        public void onLeaderElected(NodeId leader, long term) {
            told.add(leader + " leads term " + term);
        }

        @Override
        public void onLeadershipGained(long term) {
            told.add("gained " + term);
        }

        @Override
        public void onLeadershipLost(long term) {
            told.add("lost " + term);
        }

        @Override
        public void onMembersChanged(Configuration configuration) {
            told.add("members " + configuration.members().keySet());
        }
    }
}
