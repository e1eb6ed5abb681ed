package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.member;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Fixtures.withLearner;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.LogEntry;
import io.raftboot.model.MembershipChange.Add;
import io.raftboot.model.MembershipChange.Promote;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A member without a vote (thesis §4.2.1). */
class LearnerTest {

    private static Cluster withLearnerN4() {
        Cluster cluster = Cluster.of(3);
        cluster.agree("a");
        cluster.join(N4);
        cluster.complete(new Add(member(N4), false));
        return cluster;
    }

    @Test // scenario M1
    void aLearnerReceivesTheLogAndIsNotCounted() {
        Cluster cluster = withLearnerN4();
        Server learner = cluster.server(N4);
        cluster.agree("b");

        assertThat(learner.role()).isEqualTo(RaftRole.LEARNER);
        assertThat(cluster.elect().consensus.configuration().voters()).containsExactly(N1, N2, N3);
        cluster.network.isolate(cluster.servers(), N4);
        cluster.agreeWithout(learner, "c");
        cluster.ticks(5 * ELECTION_TICKS);
        assertThat(learner.role()).as("it does not campaign").isEqualTo(RaftRole.LEARNER);
    }

    @Test // bugs G14, R9; scenario M1
    void aLearnerIsSentWhatIsCommittedAndNotCounted() {
        Server leader = Server.leader(withLearner(voters(3), N4), 4, log(1));
        leader.turn();
        assertThat(leader.lastSentTo(N4).entries())
                .as("the no-op is not committed")
                .isEmpty();
        leader.acceptedBy(N4);
        assertThat(leader.commitIndex()).isZero();

        leader.acceptedBy(N2);
        assertThat(leader.commitIndex()).isEqualTo(2);
        assertThat(leader.lastSentTo(N4).entries()).extracting(LogEntry::index).containsExactly(2L);
    }

    /** One leader has only begun to promote the learner, and the next one dies for good when it has told nobody else of its term. */
    @Test
    void aLearnerDoesNotKeepTheServersThatAreLeftFromElectingALeader() {
        Cluster cluster = withLearnerN4();
        Server first = cluster.elect();
        cluster.network.isolate(cluster.servers(), first.id);
        first.consensus.change(new Promote(N4), false);
        cluster.turn(first);
        NodeId left = cluster.followerOf(first);
        cluster.network.drop(message -> message.to().equals(left) && message instanceof AppendEntries);
        cluster.until("another leader", () -> leadingBeside(first, cluster).isPresent());
        cluster.crash(leadingBeside(first, cluster).orElseThrow().id);
        cluster.network.heal();
        cluster.network.drop(message -> false);

        assertThat(cluster.elect().id).isIn(first.id, left);
        cluster.agree("b");
    }

    private static Optional<Server> leadingBeside(Server first, Cluster cluster) {
        return cluster.servers().stream()
                .filter(server -> server != first && server.role() == RaftRole.LEADER)
                .findFirst();
    }
}
