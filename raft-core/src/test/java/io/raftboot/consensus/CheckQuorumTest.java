package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.HEARTBEAT_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.N5;
import static io.raftboot.consensus.Fixtures.joint;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.votedFor;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Fixtures.withLearner;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Thesis §6.2: a leader that no majority answers steps down. */
class CheckQuorumTest {

    @Test // bugs R6, G24; scenarios V4, V10
    void aLeaderThatNobodyAnswersStepsDownAfterAnElectionTimeout() {
        Server leader = Server.leader(voters(3), 4, log());
        leader.ticks(ELECTION_TICKS - 1);
        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);

        leader.consensus.tick();

        assertThat(leader.role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(leader.consensus.leaderId()).isEmpty();
        assertThat(leader.turn().replicate()).as("its heartbeats stop").isEmpty();
        assertThatThrownBy(() -> leader.propose("x")).isInstanceOf(RaftException.NotLeader.class);
    }

    @Test // bug R2: same term, same vote
    void whoStepsDownKeepsItsTermAndItsVote() {
        Server leader = Server.leader(voters(3), 4, log());
        leader.ticks(ELECTION_TICKS);

        assertThat(leader.disk.hardState()).isEqualTo(votedFor(4, N1));
        assertThat(leader.answers(rpc(N2, N1, 4, 1).requestVote(9, 4)))
                .containsExactly(rpc(N1, N2, 4, 1).vote(false));
    }

    @Test // bug R6
    void anAnswerFromAMajorityKeepsTheLeaderForAnotherElectionTimeout() {
        Server leader = Server.leader(voters(5), 4, log());
        leader.ticks(60);
        leader.acceptedBy(N2);
        leader.ticks(30);
        leader.acceptedBy(N3);
        leader.ticks(69);
        assertThat(leader.role()).as("n1, n2 and n3 spoke 99 ticks ago").isEqualTo(RaftRole.LEADER);

        leader.ticks(1);
        assertThat(leader.role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test // bug R6: a minority's answers are not enough
    void aMinorityThatAnswersDoesNotKeepTheLeader() {
        Server leader = Server.leader(voters(5), 4, log());
        for (int i = 0; i < ELECTION_TICKS && leader.role() == RaftRole.LEADER; i++) {
            leader.ticks(1);
            leader.acceptedBy(N2);
        }

        assertThat(leader.role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test
    void theAnswersOfALearnerDoNotCount() {
        Server leader = Server.leader(withLearner(voters(3), N4), 4, log());
        for (int i = 0; i < ELECTION_TICKS && leader.role() == RaftRole.LEADER; i++) {
            leader.ticks(1);
            leader.acceptedBy(N4);
        }

        assertThat(leader.role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test // bug G34
    void aJointConfigurationNeedsAnswersFromBothMajorities() {
        Server leader = Server.leader(joint(List.of(N1, N4), List.of(N1, N2, N3)), 4, log());
        for (int i = 0; i < ELECTION_TICKS && leader.role() == RaftRole.LEADER; i++) {
            leader.ticks(1);
            leader.acceptedBy(N2);
            leader.acceptedBy(N3);
        }

        assertThat(leader.role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test // scenario E12
    void aClusterOfOneNeverLosesItsMajority() {
        Server leader = Server.leader(voters(1), 4, log());

        assertThat(leader.ticks(20 * ELECTION_TICKS).role()).isEqualTo(RaftRole.LEADER);
    }

    @Test // bug R6; scenario V8: the leader sends and does not receive
    void aLeaderThatHearsNobodyIsReplacedWithinThreeTimeouts() {
        Cluster cluster = Cluster.of(3);
        Server deaf = cluster.elect();
        cluster.agree("a");
        for (Server server : cluster.servers()) {
            if (server != deaf) {
                cluster.network.cut(server.id, deaf.id);
            }
        }
        cluster.ticks(3 * ELECTION_TICKS);

        assertThat(deaf.role()).isNotEqualTo(RaftRole.LEADER);
        assertThat(cluster.leader())
                .hasValueSatisfying(leader -> assertThat(leader).isNotSameAs(deaf));
    }

    @Test // bug R7; scenarios V8, V9: the old leader reaches one server only, and that one reaches everybody
    void aBridgeDoesNotKeepALeaderThatCommitsNothing() {
        Cluster cluster = Cluster.of(5);
        Server old = cluster.elect();
        cluster.agree("a");
        List<NodeId> others = cluster.servers().stream()
                .map(server -> server.id)
                .filter(id -> !id.equals(old.id))
                .toList();
        for (NodeId unreached : others.subList(1, 4)) {
            cluster.network.cut(old.id, unreached);
            cluster.network.cut(unreached, old.id);
        }
        cluster.ticks(6 * ELECTION_TICKS);
        Server now = cluster.leader().orElseThrow();
        assertThat(now).isNotSameAs(old);

        cluster.ticks(20 * ELECTION_TICKS);
        assertThat(cluster.leader()).as("no flapping after the first change").containsSame(now);
        cluster.propose(now, "b");
        cluster.deliver();
        assertThat(now.committed).hasSize(now.log().size());
    }

    @Test // bug R5; scenario V9: one link of three is cut
    void aSingleCutLinkChangesNoLeader() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        long term = leader.consensus.currentTerm();
        List<NodeId> followers = cluster.servers().stream()
                .map(server -> server.id)
                .filter(id -> !id.equals(leader.id))
                .toList();
        cluster.network.cut(leader.id, followers.get(0));
        cluster.network.cut(followers.get(0), leader.id);
        for (int i = 0; i < 20; i++) {
            cluster.propose(leader, "x" + i);
            cluster.ticks(ELECTION_TICKS);
        }

        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
        assertThat(leader.consensus.currentTerm()).isEqualTo(term);
        assertThat(leader.committed).hasSize(21);
    }

    @Test // scenario V4
    void withoutAMajorityNobodyLeadsAndWithOneSomebodyDoesAgain() {
        Cluster cluster = Cluster.of(5);
        Server leader = cluster.elect();
        cluster.network.isolate(cluster.servers(), leader.id, other(leader.id));
        cluster.ticks(ELECTION_TICKS);
        assertThat(leader.role()).isNotEqualTo(RaftRole.LEADER);

        cluster.network.heal();
        cluster.agree("a");
        assertThat(cluster.leader()).isPresent();
    }

    private static NodeId other(NodeId id) {
        return id.equals(N5) ? N4 : N5;
    }

    @Test // what a leader tells about its followers
    void aLeaderKnowsHowLongAgoAFollowerAnswered() {
        Server leader = Server.leader(voters(3), 4, log());
        leader.ticks(HEARTBEAT_TICKS);
        leader.acceptedBy(N3);
        leader.ticks(3);

        assertThat(leader.consensus.followers())
                .extracting(Consensus.FollowerProgress::ticksSinceContact)
                .containsExactly(13L, 3L);
        assertThat(Server.follower(3, log()).consensus.followers()).isEmpty();
    }
}
