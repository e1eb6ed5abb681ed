package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.N5;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Elections in a whole cluster; each turn also checks that no term has two leaders. */
class ElectionScenariosTest {

    @Test // scenario E1
    void aClusterElectsOneLeaderAndKeepsIt() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        long term = leader.consensus.currentTerm();
        cluster.ticks(5 * ELECTION_TICKS);

        assertThat(cluster.servers()).allSatisfy(server -> {
            assertThat(server.consensus.leaderId()).contains(leader.id);
            assertThat(server.consensus.currentTerm()).isEqualTo(term);
        });
    }

    @Test // scenario E2
    void aLeaderThatIsCutOffIsReplacedAndItsReturnChangesNothing() {
        Cluster cluster = Cluster.of(3);
        Server old = cluster.elect();
        cluster.network.isolate(cluster.servers(), old.id);
        cluster.ticks(3 * ELECTION_TICKS);
        Server now = cluster.leader().orElseThrow();
        assertThat(now).isNotSameAs(old);
        long term = now.consensus.currentTerm();

        cluster.network.heal();
        cluster.ticks(3 * ELECTION_TICKS);
        assertThat(now.role()).isEqualTo(RaftRole.LEADER);
        assertThat(old.consensus.currentTerm()).isEqualTo(term);
    }

    @Test // scenario E2; bug G15
    void withoutAMajorityNobodyIsElected() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.network.isolate(cluster.servers(), N1);
        cluster.network.isolate(cluster.servers(), N2);
        long term = leader.consensus.currentTerm();
        cluster.ticks(10 * ELECTION_TICKS);
        assertThat(cluster.servers()).noneMatch(server -> server.role() == RaftRole.LEADER);
        assertThat(cluster.servers()).allMatch(server -> server.consensus.currentTerm() == term);

        cluster.network.heal();
        cluster.agree("a");
    }

    @Test // scenario E3
    void sevenServersOfWhichThreeAreCutOffElectOneLeader() {
        Random random = new Random(3);
        Cluster cluster = Cluster.of(7);
        for (int round = 0; round < 10; round++) {
            cluster.network.heal();
            List<NodeId> ids = new ArrayList<>(voters(7).voters());
            Collections.shuffle(ids, random);
            ids.subList(0, 3).forEach(id -> cluster.network.isolate(cluster.servers(), id));
            cluster.until(
                    "a leader among those that hear each other",
                    () -> cluster.leader()
                            .filter(leader -> ids.subList(3, 7).contains(leader.id))
                            .isPresent());
        }
        cluster.network.heal();
        cluster.agree("in the end");
    }

    @Test // scenario E8; bug R12
    void fewElectionsAreSplit() {
        int rounds = 200;
        int split = 0;
        for (int seed = 0; seed < rounds; seed++) {
            Cluster cluster = Cluster.of(voters(5), seed);
            cluster.network.fate(message -> List.of(1));
            Server leader = cluster.elect();
            split += leader.consensus.currentTerm() > 1 ? 1 : 0;
        }

        assertThat(split)
                .as("elections that took more than one term, of %d", rounds)
                .isLessThan(rounds / 10);
    }

    @Test // scenario E9
    void anEvenlySplitVoteIsTriedAgain() {
        Cluster cluster = Cluster.of(2);
        Server first = cluster.server(N1);
        Server second = cluster.server(N2);
        // Both win their pre-vote before either hears of the other's election.
        for (Server server : List.of(first, second)) {
            NodeId other = server == first ? N2 : N1;
            server.ticksUntilCampaign();
            for (var request : server.turn().messages()) {
                server.consensus.step(Rpc.answer((RequestVote) request, 0, true));
            }
            assertThat(server.role()).isEqualTo(RaftRole.CANDIDATE);
            assertThat(other).isNotEqualTo(server.id);
        }
        cluster.turn(first);
        cluster.turn(second);
        cluster.deliver();
        assertThat(cluster.servers()).allMatch(server -> server.role() == RaftRole.CANDIDATE);

        assertThat(cluster.elect().consensus.currentTerm()).isGreaterThan(1);
    }

    @Test // scenario E10: whoever is left after crashes can lead
    void everyServerCanBecomeLeaderInTurn() {
        Cluster cluster = Cluster.of(3);
        Set<NodeId> led = new TreeSet<>();
        for (int i = 0; i < 60 && led.size() < 3; i++) {
            Server leader = cluster.elect();
            led.add(leader.id);
            cluster.agree("led by " + leader.id);
            cluster.crash(leader.id);
            cluster.elect();
            cluster.restart(leader.id);
        }

        assertThat(led).containsExactly(N1, N2, N3);
        cluster.ticks(2 * ELECTION_TICKS);
        cluster.assertConverged();
    }

    @Test // scenario E11: etcd's LeaderElectionOverwriteNewerLogs
    void aWinnerOverwritesNewerEntriesThatWereNotCommitted() {
        // n1 won term 1, n3 won term 2 with the votes of n4 and n5, and neither committed anything of it.
        Cluster cluster = Cluster.of(voters(5), 1, disks -> {
            disks.put(N1, new Disk(persisted(voters(5), term(2), log(1))));
            disks.put(N2, new Disk(persisted(voters(5), term(1), log(1))));
            disks.put(N3, new Disk(persisted(voters(5), term(2), log(2))));
            disks.put(N4, new Disk(persisted(voters(5), term(2), log())));
            disks.put(N5, new Disk(persisted(voters(5), term(2), log())));
            return disks;
        });
        cluster.network.isolate(cluster.servers(), N3);
        Server leader = cluster.elect();
        assertThat(leader.id).isIn(N1, N2);
        assertThat(leader.consensus.currentTerm()).isEqualTo(3);
        cluster.network.heal();
        cluster.agree("a");

        cluster.assertConverged();
        assertThat(cluster.server(N3).log().get(0)).isEqualTo(log(1).get(0));
    }

    @Test // scenario E12; bugs G13, G37
    void aClusterOfOneLeadsAndCommitsAtOnce() {
        Cluster cluster = Cluster.of(1);
        cluster.ticks(1);
        assertThat(cluster.leader()).isPresent();
        Server only = cluster.elect();
        assertThat(only.committed).as("its no-op").hasSize(1);
        cluster.propose(only, "a");

        assertThat(only.committed).hasSize(2);
    }

    @Test // scenario E13: votes that are slow hold up neither heartbeats nor the next election
    void slowVotesHoldNothingUp() {
        Cluster cluster = Cluster.of(3);
        cluster.elect();
        cluster.network.hold(message -> message instanceof RequestVote);
        cluster.ticks(5 * ELECTION_TICKS);
        assertThat(cluster.leader()).isPresent();

        cluster.crash(cluster.elect().id);
        cluster.ticks(3 * ELECTION_TICKS);
        assertThat(cluster.network.held()).isNotEmpty();
        cluster.network.release();
        cluster.agree("a");
    }

    @Test // scenario E16
    void afterAColdStartNobodyCampaignsBeforeAWholeTimeoutHasPassed() {
        IntStream.range(0, 50).forEach(seed -> {
            Cluster cluster = Cluster.of(voters(3), seed);
            cluster.ticks(ELECTION_TICKS - 1);
            assertThat(cluster.network.takeSent()).isEmpty();
        });
    }
}
