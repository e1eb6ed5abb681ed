package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.HEARTBEAT_TICKS;
import static io.raftboot.consensus.Fixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replication in a whole cluster; each turn also checks the properties of Figure 3. */
class ReplicationScenariosTest {

    private static List<NodeId> followersOf(Cluster cluster, Server leader) {
        return cluster.servers().stream()
                .map(server -> server.id)
                .filter(id -> !id.equals(leader.id))
                .toList();
    }

    @Test // scenario R1
    void everyCommandIsCommittedOnAllServersInOrder() {
        Cluster cluster = Cluster.of(5);
        List<LogPosition> positions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            positions.add(cluster.agree("x" + i));
        }

        assertThat(positions).extracting(LogPosition::index).isSorted().doesNotHaveDuplicates();
        assertThat(positions).allMatch(cluster::isCommitted);
        cluster.assertConverged();
    }

    @Test // scenarios R2, R8
    void everyCommandCrossesEveryLinkOnce() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("first");
        cluster.network.takeSent();
        for (int i = 0; i < 100; i++) {
            cluster.propose(leader, "x" + i);
            cluster.deliver();
        }
        List<Message> sent = cluster.network.takeSent();
        SortedMap<NodeId, Integer> entriesTo = new TreeMap<>();
        for (Message message : sent) {
            if (message instanceof AppendEntries append) {
                entriesTo.merge(append.to(), append.entries().size(), Integer::sum);
            }
        }

        assertThat(entriesTo.values()).containsExactly(100, 100);
        assertThat(sent).hasSizeLessThanOrEqualTo(4 * 100);
    }

    @Test // scenario R8
    void anIdleClusterOnlyExchangesHeartbeats() {
        Cluster cluster = Cluster.of(3);
        cluster.agree("a");
        cluster.ticks(HEARTBEAT_TICKS);
        cluster.network.takeSent();
        cluster.ticks(10 * HEARTBEAT_TICKS);

        assertThat(cluster.network.takeSent()).hasSize(10 * 2 * 2);
    }

    @Test // scenario R3
    void aFollowerThatWasCutOffCatchesUp() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        Server away = cluster.server(followersOf(cluster, leader).get(0));
        cluster.network.isolate(cluster.servers(), away.id);
        for (int i = 0; i < 10; i++) {
            cluster.agreeWithout(away, "x" + i);
        }
        cluster.network.heal();
        cluster.agree("b");

        assertThat(cluster.elect()).isSameAs(leader);
        cluster.assertConverged();
    }

    @Test // scenario R4
    void withoutAMajorityNothingIsCommitted() {
        Cluster cluster = Cluster.of(5);
        Server leader = cluster.elect();
        cluster.agree("a");
        long committed = leader.commitIndex();
        followersOf(cluster, leader).subList(0, 3).forEach(id -> cluster.network.isolate(cluster.servers(), id));
        LogPosition lost = cluster.propose(leader, "b");
        cluster.ticks(10 * ELECTION_TICKS);
        assertThat(cluster.servers()).allMatch(server -> server.commitIndex() == committed);
        assertThat(cluster.isCommitted(lost)).isFalse();

        cluster.network.heal();
        cluster.agree("c");
        cluster.assertConverged();
    }

    @Test // scenario R5
    void commandsThatComeTogetherAreAllCommittedOnceEach() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        List<LogPosition> positions = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            positions.add(leader.propose("x" + i));
        }
        cluster.agree("last");

        assertThat(positions).allMatch(cluster::isCommitted).doesNotHaveDuplicates();
        assertThat(cluster.committed()).hasSize(1 + 50 + 1);
        cluster.assertConverged();
    }

    @Test // scenario R6; bug G12
    void whatAnOldLeaderDidNotCommitVanishes() {
        Cluster cluster = Cluster.of(3);
        Server old = cluster.elect();
        LogPosition kept = cluster.agree("a");
        cluster.network.isolate(cluster.servers(), old.id);
        List<LogPosition> lost = List.of(cluster.propose(old, "x"), cluster.propose(old, "y"));
        cluster.until(
                "a new leader", () -> cluster.leader().filter(now -> now != old).isPresent());
        cluster.agreeWithout(old, "b");
        cluster.network.heal();
        cluster.agree("c");

        cluster.assertConverged();
        assertThat(cluster.isCommitted(kept)).isTrue();
        assertThat(lost).noneMatch(cluster::isCommitted);
    }

    @Test // scenario R7
    void manyWrongEntriesAreReplacedInFewMessages() {
        Cluster cluster = Cluster.of(3);
        Server old = cluster.elect();
        cluster.agree("a");
        cluster.network.isolate(cluster.servers(), old.id);
        for (int i = 0; i < 150; i++) {
            cluster.propose(old, "wrong " + i);
        }
        cluster.until(
                "a new leader", () -> cluster.leader().filter(now -> now != old).isPresent());
        for (int i = 0; i < 150; i++) {
            cluster.agreeWithout(old, "right " + i);
        }
        cluster.network.heal();
        cluster.network.takeSent();
        cluster.agree("b");

        long messages = cluster.network.takeSent().stream()
                .filter(message ->
                        message instanceof AppendEntries append && append.to().equals(old.id))
                .count();
        assertThat(messages).isLessThanOrEqualTo(5 + 2);
        cluster.assertConverged();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5}) // scenarios R13 (UnreliableAgree), R15
    void aLossyRepeatingReorderingNetworkStillAgrees(long seed) {
        Random random = new Random(seed);
        Cluster cluster = Cluster.of(voters(5), seed);
        cluster.network.fate(message -> unreliable(random));
        int accepted = 0;
        for (int i = 0; i < 60; i++) {
            accepted += cluster.leader().isPresent() ? 1 : 0;
            cluster.leader().ifPresent(leader -> cluster.propose(leader, "x"));
            cluster.ticks(random.nextInt(HEARTBEAT_TICKS));
        }
        cluster.network.fate(message -> Network.AT_ONCE);
        cluster.agree("last");
        cluster.ticks(ELECTION_TICKS);

        assertThat(accepted).isGreaterThan(20);
        cluster.assertConverged();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4}) // scenario R14 (ReliableChurn, UnreliableChurn)
    void everyAcknowledgedCommandSurvivesChurn(long seed) {
        Random random = new Random(seed);
        Cluster cluster = Cluster.of(voters(5), seed);
        if (seed % 2 == 0) {
            cluster.network.fate(message -> unreliable(random));
        }
        List<LogPosition> waiting = new ArrayList<>();
        List<LogPosition> acknowledged = new ArrayList<>();
        List<NodeId> down = new ArrayList<>();
        for (int round = 0; round < 150; round++) {
            for (Server server : List.copyOf(cluster.servers())) {
                if (server.role() == RaftRole.LEADER
                        && server.consensus.transferTarget().isEmpty()) {
                    waiting.add(cluster.propose(server, "round " + round));
                }
            }
            cluster.ticks(random.nextInt(ELECTION_TICKS / 2));
            acknowledged.addAll(waiting.stream().filter(cluster::isCommitted).toList());
            waiting.removeAll(acknowledged);
            churn(cluster, random, down);
        }
        cluster.network.fate(message -> Network.AT_ONCE);
        cluster.network.heal();
        cluster.restartAll();
        cluster.agree("last");
        cluster.ticks(ELECTION_TICKS);

        assertThat(acknowledged)
                .hasSizeGreaterThan(20)
                .allMatch(position -> entry(cluster, position).term() == position.term());
        cluster.assertConverged();
    }

    private static LogEntry entry(Cluster cluster, LogPosition position) {
        return cluster.committed().get((int) position.index() - 1);
    }

    private static void churn(Cluster cluster, Random random, List<NodeId> down) {
        List<NodeId> up = new ArrayList<>(voters(5).voters());
        up.removeAll(down);
        Collections.shuffle(up, random);
        switch (random.nextInt(6)) {
            case 0 -> {
                if (down.size() < 2) {
                    down.add(up.get(0));
                    cluster.crash(up.get(0));
                }
            }
            case 1, 2 -> {
                if (!down.isEmpty()) {
                    cluster.restart(down.remove(0));
                }
            }
            case 3 -> cluster.network.isolate(cluster.servers(), up.get(0));
            default -> cluster.network.heal();
        }
    }

    /** A tenth is lost and a tenth comes twice; everything comes within three heartbeats, in any order. */
    private static List<Integer> unreliable(Random random) {
        int delay = random.nextInt(4) == 0 ? random.nextInt(3 * HEARTBEAT_TICKS) : random.nextInt(3);
        return switch (random.nextInt(10)) {
            case 0 -> Network.LOST;
            case 1 -> List.of(delay, random.nextInt(3 * HEARTBEAT_TICKS));
            default -> List.of(delay);
        };
    }

    @Test // scenario R15: OldMessages; bug R37, across restarts
    void everyMessageOfThePastPlayedAgainInReverseChangesNothing() {
        Cluster cluster = Cluster.of(3);
        List<Message> past = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            cluster.agree("x" + i);
            NodeId leader = cluster.elect().id;
            cluster.crash(leader);
            cluster.elect();
            cluster.restart(leader);
        }
        cluster.agree("y");
        cluster.ticks(HEARTBEAT_TICKS);
        past.addAll(cluster.network.takeSent());
        Server leader = cluster.elect();
        long term = leader.consensus.currentTerm();
        List<LogEntry> log = leader.log();
        Collections.reverse(past);
        past.forEach(cluster.network::send);
        cluster.deliver();

        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
        assertThat(leader.consensus.currentTerm()).isEqualTo(term);
        assertThat(leader.log()).isEqualTo(log);
        cluster.agree("z");
        cluster.assertConverged();
    }

    @Test // scenario R16
    void aLostAppendIsRepairedAndTheCommitIndexReachesEverybody() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        cluster.network.drop(message ->
                message instanceof AppendEntries append && !append.entries().isEmpty());
        LogPosition position = cluster.propose(leader, "b");
        cluster.deliver();
        cluster.network.fate(message -> Network.AT_ONCE);
        cluster.ticks(ELECTION_TICKS + 2 * HEARTBEAT_TICKS);

        assertThat(cluster.servers()).allMatch(server -> server.commitIndex() == position.index());
        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
    }
}
