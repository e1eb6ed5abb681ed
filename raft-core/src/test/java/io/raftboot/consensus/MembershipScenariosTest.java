package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.HEARTBEAT_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.N5;
import static io.raftboot.consensus.Fixtures.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Member;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.MembershipChange.Add;
import io.raftboot.model.MembershipChange.Demote;
import io.raftboot.model.MembershipChange.Promote;
import io.raftboot.model.MembershipChange.Remove;
import io.raftboot.model.MembershipChange.Replace;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.RequestVoteReply;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Changes of the members in a whole cluster (§6, thesis §4); each turn also checks the properties of Figure 3. */
class MembershipScenariosTest {

    private static Add voter(NodeId id) {
        return new Add(member(id), true);
    }

    private static Add learner(NodeId id) {
        return new Add(member(id), false);
    }

    private static Replace replace(NodeId... voters) {
        TreeMap<NodeId, Member> members = new TreeMap<>();
        List.of(voters).forEach(id -> members.put(id, member(id)));
        return new Replace(members, new TreeSet<>(List.of(voters)));
    }

    private static void untilVoters(Cluster cluster, NodeId... voters) {
        cluster.until(
                "voters " + List.of(voters),
                () -> cluster.servers().stream()
                        .filter(server -> List.of(voters).contains(server.id))
                        .map(server -> server.consensus.committedConfiguration())
                        .allMatch(configuration -> !configuration.isJoint()
                                && configuration.voters().equals(new TreeSet<>(List.of(voters)))));
    }

    private static void assertRefused(Server leader, MembershipChange change, String reason) {
        assertThatThrownBy(() -> leader.consensus.change(change, false))
                .isInstanceOf(RaftException.ChangeRefused.class)
                .hasMessageContaining(reason);
    }

    @Test // scenarios M2, M3
    void aServerAddedAsAVoterIsPromotedWhenItHasCaughtUp() {
        Cluster cluster = Cluster.of(3);
        cluster.agree("a");
        cluster.join(N4);
        cluster.complete(voter(N4));

        untilVoters(cluster, N1, N2, N3, N4);
        cluster.agree("b");
        cluster.assertConverged();
    }

    @Test // scenario M2
    void aServerThatDoesNotAnswerIsNotPromoted() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        cluster.change(leader, voter(N4));
        cluster.ticks(10 * ELECTION_TICKS);

        assertThat(leader.consensus.configuration().voters()).containsExactly(N1, N2, N3);
        assertThat(leader.consensus.configuration().promotable()).containsExactly(N4);
        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
    }

    @Test // scenario M2
    void theNextLeaderGoesOnWithAPromotion() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        cluster.change(leader, voter(N4));
        cluster.ticks(HEARTBEAT_TICKS);
        cluster.crash(leader.id);
        cluster.join(N4);
        cluster.elect();
        cluster.restart(leader.id);

        untilVoters(cluster, N1, N2, N3, N4);
    }

    @Test // scenario M15, bug R9
    void aPromotedServerThatDoesNotKnowItYetVotes() {
        Cluster cluster = Cluster.of(2);
        Server leader = cluster.elect();
        NodeId other = cluster.followerOf(leader);
        Server third = cluster.join(N3);
        cluster.complete(learner(N3));
        cluster.agree("a");
        cluster.network.drop(message -> message.to().equals(N3));
        long index = cluster.change(leader, new Promote(N3));
        cluster.until("the joint configuration is committed", () -> leader.commitIndex() >= index);
        cluster.crash(leader.id);
        assertThat(third.consensus.configuration().isVoter(N3)).isFalse();
        cluster.network.drop(message -> false);

        cluster.until("a leader", () -> cluster.server(other).role() == RaftRole.LEADER);
    }

    @Test // scenario M6
    void aLeaderIsReplacedInOneJointChange() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        cluster.join(N4);
        cluster.complete(learner(N4));
        cluster.agree("b");
        List<NodeId> staying = cluster.servers().stream()
                .map(server -> server.id)
                .filter(id -> !id.equals(leader.id))
                .toList();
        cluster.complete(replace(staying.toArray(NodeId[]::new)));

        untilVoters(cluster, staying.toArray(NodeId[]::new));
        cluster.agreeWithout(leader, "c");
    }

    @Test // scenario M7, bug G14
    void twoVotersAreAddedAtOnce() {
        Cluster cluster = Cluster.of(3);
        cluster.agree("a");
        cluster.join(N4);
        cluster.join(N5);
        cluster.complete(learner(N4));
        cluster.complete(learner(N5));
        cluster.agree("b");
        cluster.complete(replace(N1, N2, N3, N4, N5));

        untilVoters(cluster, N1, N2, N3, N4, N5);
        cluster.agree("c");
    }

    @Test // scenario M7
    void aLeaderChangeInTheJointStateIsFinishedByTheNextLeader() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        cluster.join(N4);
        cluster.complete(learner(N4));
        cluster.agree("b");
        cluster.network.drop(message -> message.to().equals(leader.id));
        cluster.change(leader, new Promote(N4));
        cluster.crash(leader.id);
        cluster.network.drop(message -> false);
        Server next = cluster.elect();
        assertThat(next.id).isNotEqualTo(leader.id);
        cluster.restart(leader.id);

        untilVoters(cluster, N1, N2, N3, N4);
    }

    @Test // scenario M8, bug R42
    void oneChangeAtATime() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        leader.consensus.change(learner(N4), false);

        assertRefused(leader, learner(N5), "another change is in progress");
        assertThat(leader.consensus.outlook(learner(N5)).safe()).isFalse();
        assertThat(leader.consensus.change(learner(N4), false))
                .as("the same change again waits for the first")
                .isEqualTo(leader.consensus.configurationIndex());
    }

    @Test // scenario M8, bug R40
    void noChangeBeforeAnEntryOfTheLeadersOwnTermIsCommitted() {
        Cluster cluster = Cluster.of(3);
        cluster.network.drop(message -> message instanceof AppendEntriesReply);
        cluster.until(
                "a leader", () -> cluster.servers().stream().anyMatch(server -> server.role() == RaftRole.LEADER));
        Server leader = cluster.servers().stream()
                .filter(server -> server.role() == RaftRole.LEADER)
                .findFirst()
                .orElseThrow();

        assertRefused(leader, learner(N4), "has not committed anything yet");
    }

    @Test
    void aLeaderThatHasStartedAgainDoesNotKnowYetWhichChangesAreCommitted() {
        Cluster cluster = Cluster.of(1);
        cluster.agree("a");
        cluster.complete(learner(N4));
        cluster.complete(learner(N5));
        cluster.crash(N1);
        cluster.restart(N1);
        cluster.join(N4);
        cluster.agree("b");

        assertThat(cluster.elect().consensus.configuration().members()).containsOnlyKeys(N1, N4, N5);
    }

    @Test // scenario M9
    void aChangeThatIsAlreadySoLogsNothing() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        int before = leader.log().size();
        long index = cluster.change(leader, voter(N2));

        assertThat(leader.log()).hasSize(before);
        assertThat(leader.consensus.isChangeOver(index)).isTrue();
    }

    @Test // scenario M12
    void aNewUrlTravelsWithTheLogAndCostsNobodyHisRole() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        Member moved = new Member(N2, URI.create("http://moved.example"));
        cluster.complete(new Add(moved, true));
        cluster.agree("b");

        assertThat(cluster.servers())
                .allSatisfy(server ->
                        assertThat(server.consensus.configuration().members()).containsEntry(N2, moved));
        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
        assertThat(leader.consensus.configuration().voters()).containsExactly(N1, N2, N3);
    }

    @Test // bug R49
    void aChangeThatTooFewReachableVotersWouldSurviveIsRefusedUnlessForced() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        NodeId healthy = cluster.othersThan(leader).get(0);
        NodeId down = cluster.othersThan(leader).get(1);
        cluster.crash(down);
        cluster.ticks(ELECTION_TICKS + HEARTBEAT_TICKS);

        assertRefused(leader, new Remove(healthy), "only 1 answer");
        assertThat(leader.consensus.outlook(new Remove(down)).safe()).isTrue();
        assertThat(leader.consensus.outlook(new Remove(healthy)))
                .matches(outlook -> outlook.voters() == 2 && outlook.quorum() == 2 && outlook.reachableVoters() == 1);
        assertThat(leader.consensus.change(new Demote(healthy), true)).isPositive();
    }

    @Test // bug R45
    void aLearnerThatIsBehindIsPromotedByForceAlone() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.join(N4);
        cluster.complete(learner(N4));
        cluster.agree("a");
        cluster.crash(N4);
        cluster.ticks(ELECTION_TICKS + HEARTBEAT_TICKS);

        assertRefused(leader, new Promote(N4), "n4 has not caught up");
        assertThat(leader.consensus.change(new Promote(N4), true)).isPositive();
    }

    @Test
    void aLearnerThatWouldVoteForNobodyYetIsNotPromotedByForceEither() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        cluster.change(leader, learner(N4));
        cluster.ticks(2);

        assertRefused(leader, new Promote(N4), "n4 has not caught up");
        assertThatThrownBy(() -> leader.consensus.change(new Promote(N4), true))
                .isInstanceOf(RaftException.ChangeRefused.class)
                .hasMessageContaining("not even with what makes it a member");
    }

    @Test // bug R41
    void aConfigurationThatWasNotCommittedIsRolledBackWithTheLog() {
        Cluster cluster = Cluster.of(3);
        Server old = cluster.elect();
        cluster.agree("a");
        cluster.network.isolate(cluster.servers(), old.id);
        cluster.change(old, learner(N4));
        assertThat(old.consensus.configuration().contains(N4)).isTrue();
        cluster.until(
                "another leader",
                () -> cluster.leader()
                        .filter(leader -> !leader.id.equals(old.id))
                        .isPresent());
        cluster.network.heal();
        cluster.agree("b");

        assertThat(old.consensus.configuration().contains(N4)).isFalse();
    }

    /** A cluster that began as n1 alone, and from which n1 was removed before it lost its disk. */
    private static Cluster withoutItsFounder() {
        Cluster cluster = Cluster.of(1);
        cluster.agree("a");
        for (NodeId id : List.of(N2, N3)) {
            cluster.join(id);
            cluster.complete(voter(id));
            untilVoters(
                    cluster, cluster.elect().consensus.configuration().voters().toArray(NodeId[]::new));
        }
        cluster.until(
                "three voters",
                () -> cluster.elect()
                                .consensus
                                .committedConfiguration()
                                .voters()
                                .size()
                        == 3);
        cluster.complete(new Remove(N1));
        cluster.crash(N1);
        cluster.agree("b");
        return cluster;
    }

    @Test // bug R43: its log begins with a configuration in which its former self is the only voter
    void aServerThatIsAddedAgainWithAnotherDiskIsNotTheOneItWas() {
        Cluster cluster = withoutItsFounder();
        Server leader = cluster.elect();
        Server again = cluster.join(N1);
        again.consensus.joined(leader.commitIndex());
        List<LogEntry> whenN1WasAlone = leader.log().subList(0, 3);
        again.step(Rpc.rpc(leader.id, N1, leader.consensus.currentTerm(), 1).append(0, 0, 3, whenN1WasAlone));
        assertThat(again.consensus.configuration().voters()).containsExactly(N1);
        again.ticks(10 * ELECTION_TICKS);

        assertThat(again.role()).isEqualTo(RaftRole.LEARNER);
        cluster.complete(voter(N1));
        untilVoters(cluster, N1, N2, N3);
        cluster.agree("c");
    }

    @Test // bug R43
    void aServerThatIsAddedAgainVotesOnlyWhenItsLogIsPastItsFormerSelf() {
        Server server = Server.start(
                Fixtures.config(N1), Fixtures.persisted(Configuration.empty(), HardState.INITIAL, List.of()));
        server.consensus.joined(3);

        assertThat(server.answers(Rpc.rpc(N2, N1, 5, 1).requestVote(9, 4)))
                .isEqualTo(List.of(new RequestVoteReply(N1, N2, 5, 1, false, false)));
        server.step(Rpc.rpc(N3, N1, 5, 2).append(0, 0, 0, Fixtures.log(1, 1, 1)));
        server.ticks(ELECTION_TICKS);
        assertThat(server.answers(Rpc.rpc(N2, N1, 5, 3).requestVote(9, 4)))
                .isEqualTo(List.of(new RequestVoteReply(N1, N2, 5, 3, false, true)));
    }

    @Test // bug R46
    void aClusterThatHasChangedSeveralTimesStartsAgain() {
        Cluster cluster = Cluster.of(3);
        cluster.agree("a");
        cluster.complete(learner(N4));
        cluster.complete(learner(N5));
        cluster.complete(new Remove(N4));
        cluster.servers().stream().map(server -> server.id).toList().forEach(cluster::crash);
        cluster.restartAll();

        cluster.agree("b");
        assertThat(cluster.elect().consensus.configuration().contains(N5)).isTrue();
    }

    @Test
    void theClusterShrinksToOneAndGrowsAgain() {
        Cluster cluster = Cluster.of(5);
        cluster.agree("a");
        Server leader = cluster.elect();
        for (Server server : List.copyOf(cluster.servers())) {
            if (server != leader) {
                cluster.complete(new Remove(server.id));
                cluster.crash(server.id);
            }
        }
        assertThat(leader.consensus.configuration().voters()).containsExactly(leader.id);
        cluster.agree("alone");
        NodeId fresh = NodeId.of("n6");
        cluster.join(fresh);
        cluster.complete(voter(fresh));

        untilVoters(cluster, leader.id, fresh);
        cluster.agree("b");
    }

    @Test
    void commandsAreRefusedOnlyWhileLeadershipIsHandedOver() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        leader.consensus.transferLeadership(Optional.of(cluster.followerOf(leader)));

        assertThatThrownBy(() -> leader.consensus.change(learner(N4), false))
                .isInstanceOf(RaftException.NotLeader.class);
    }
}
