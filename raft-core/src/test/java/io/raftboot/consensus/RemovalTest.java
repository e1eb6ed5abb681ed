package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.MembershipChange.Remove;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server that is removed, and a leader that removes itself (§6, thesis §4.2.2, §4.2.3). */
class RemovalTest {

    /** n2 tells n1 of a configuration, the first entry of the log. */
    private static AppendEntries appended(Configuration configuration, long leaderCommit) {
        LogEntry entry = new LogEntry.Membership(1, 1, configuration);
        return Rpc.rpc(N2, N1, 1, 1).append(0, 0, leaderCommit, List.of(entry));
    }

    @Test // scenario M4, bugs R8, G35
    void aRemovedServerDoesNotDisturb() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        NodeId removed = cluster.followerOf(leader);
        cluster.complete(new Remove(removed));
        long term = leader.consensus.currentTerm();
        cluster.network.takeSent();
        cluster.ticks(20 * ELECTION_TICKS);

        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
        assertThat(leader.consensus.currentTerm()).isEqualTo(term);
        assertThat(cluster.network.takeSent())
                .noneMatch(message -> message.from().equals(leader.id)
                        && message.to().equals(removed)
                        && message instanceof AppendEntries);
    }

    @Test // scenario M10, bug R8
    void aServerThatIsToldOfItsRemovalNeverCampaignsAgain() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        Server removed = cluster.server(cluster.followerOf(leader));
        cluster.network.isolate(cluster.servers(), removed.id);
        cluster.ticks(2 * ELECTION_TICKS);
        cluster.complete(new Remove(removed.id));
        removed.consensus.removed();
        cluster.network.heal();
        cluster.network.takeSent();
        cluster.ticks(10 * ELECTION_TICKS);

        assertThat(removed.role()).isEqualTo(RaftRole.REMOVED);
        assertThat(cluster.network.takeSent())
                .noneMatch(message -> message.from().equals(removed.id));
    }

    @Test // scenario M16
    void aServerWhoseLogSaysItIsRemovedNeverCampaigns() {
        Configuration without = new Remove(N1).from(Fixtures.voters(3));
        Server server = Server.follower(1, List.of());
        server.step(appended(without, 1));
        server.ticks(10 * ELECTION_TICKS);

        assertThat(server.role()).isEqualTo(RaftRole.REMOVED);
    }

    @Test // thesis §4.2.2
    void aServerCampaignsAsLongAsItsRemovalMayNotBeCommitted() {
        Configuration without = new Remove(N1).from(Fixtures.voters(3));
        Server server = Server.follower(1, List.of());
        server.step(appended(without, 0));

        assertThat(server.ticksUntilCampaign()).isPositive();
    }

    @Test // thesis §4.2.2; seed 55000176 of 2026-11-27
    void whoStartsAgainCampaignsIfAnyConfigurationThatMayBeTheCommittedOneLetsItVote() {
        List<LogEntry> log = List.of(
                new LogEntry.Membership(1, 1, Fixtures.joint(List.of(N1, N2), List.of(N2))),
                new LogEntry.Membership(2, 1, Fixtures.voters(N1, N2)),
                new LogEntry.Membership(3, 1, Fixtures.joint(List.of(N2), List.of(N1, N2))),
                new LogEntry.Membership(4, 1, Fixtures.voters(N2)));
        Configuration asLearner = Fixtures.withLearner(Fixtures.voters(N2), N1);

        // N2 may have the third entry and no more: then it needs this one's vote, and does not get it.
        Server server = Server.start(Fixtures.config(N1), Fixtures.persisted(asLearner, Fixtures.term(1), log));

        assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);
        server.ticksUntilCampaign();
    }

    @Test // scenario M5, bug R50, thesis §4.2.2
    void aLeaderThatRemovesItselfLeadsUntilThatIsCommittedAndHandsOver() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        cluster.change(leader, new Remove(leader.id));
        cluster.until("it leads no longer", () -> leader.role() != RaftRole.LEADER);
        int ticks = 0;
        while (cluster.leader().isEmpty()) {
            cluster.tick();
            ticks++;
        }

        assertThat(ticks).as("no election timeout passes").isLessThan(ELECTION_TICKS / 2);
        Server next = cluster.elect();
        assertThat(next.id).isNotEqualTo(leader.id);
        assertThat(next.consensus.configuration().contains(leader.id)).isFalse();
        cluster.agreeWithout(leader, "b");
    }

    @Test // thesis §4.2.2
    void aRemovedLeaderDoesNotCountItself() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        cluster.network.isolate(cluster.servers(), cluster.followerOf(leader));
        long index = cluster.change(leader, new Remove(leader.id));
        cluster.ticks(ELECTION_TICKS / 2);

        assertThat(leader.commitIndex()).as("one of two is no majority").isLessThan(index);
    }
}
