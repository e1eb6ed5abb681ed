package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Fixtures.withLearner;
import static io.raftboot.consensus.Rpc.refused;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Message;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.TimeoutNow;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Thesis §3.10. */
class LeadershipTransferTest {

    private static Server leader() {
        Server leader = Server.leader(withLearner(voters(3), N4), 4, log(1));
        leader.turn();
        leader.acceptedBy(N2);
        leader.acceptedBy(N3);
        return leader;
    }

    private static List<Message> timeoutNows(Ready ready) {
        return ready.messages().stream().filter(TimeoutNow.class::isInstance).toList();
    }

    @Test // scenario T1
    void anUpToDateTargetIsToldAtOnce() {
        Server leader = leader();

        assertThat(leader.consensus.transferLeadership(Optional.of(N2))).isEqualTo(N2);

        assertThat(timeoutNows(leader.turn())).singleElement().satisfies(message -> {
            assertThat(message.to()).isEqualTo(N2);
            assertThat(message.term()).isEqualTo(4);
        });
        assertThat(leader.consensus.transferTarget()).contains(N2);
    }

    @Test // scenario T2
    void aTargetThatIsBehindIsBroughtUpToDateFirst() {
        Server leader = leader();
        leader.propose("x");
        leader.turn();
        leader.consensus.transferLeadership(Optional.of(N2));
        assertThat(timeoutNows(leader.turn())).isEmpty();

        assertThat(timeoutNows(leader.acceptedBy(N2))).hasSize(1);
        assertThat(timeoutNows(leader.acceptedBy(N2))).as("it is told once").isEmpty();
    }

    @Test // scenario T5
    void commandsAreRefusedMeanwhileAndReadsAreNot() {
        Server leader = leader();
        leader.consensus.transferLeadership(Optional.of(N2));

        assertThatThrownBy(() -> leader.propose("x"))
                .isInstanceOfSatisfying(
                        RaftException.NotLeader.class,
                        refusal -> assertThat(refusal.leaderId()).contains(N2));
        leader.consensus.readIndex(1);
    }

    @Test // scenario T2
    void aTransferThatTakesAnElectionTimeoutIsGivenUp() {
        Server leader = leader();
        leader.propose("what N2 lacks");
        leader.turn();
        leader.consensus.transferLeadership(Optional.of(N2));
        waitInVain(leader);

        assertThat(leader.consensus.transferTarget()).isEmpty();
        leader.propose("x");
    }

    @Test // the target may be told however late, and would need nobody's loyalty
    void aLeaderWhoseSuccessorWasToldInVainHasItselfElected() {
        Server leader = leader();
        long term = leader.consensus.currentTerm();
        leader.consensus.transferLeadership(Optional.of(N2));
        Ready asked = waitInVain(leader);

        assertThat(leader.role()).isEqualTo(RaftRole.CANDIDATE);
        assertThat(leader.consensus.currentTerm()).isEqualTo(term + 1);
        assertThat(asked.messages())
                .filteredOn(RequestVote.class::isInstance)
                .hasSize(2)
                .allSatisfy(message ->
                        assertThat(((RequestVote) message).leadershipTransfer()).isTrue());
    }

    private static Ready waitInVain(Server leader) {
        for (int i = 1; i < ELECTION_TICKS; i++) {
            leader.ticks(1);
            leader.acceptedBy(N3);
        }
        assertThat(leader.consensus.transferTarget()).contains(N2);
        leader.consensus.tick();
        return leader.turn();
    }

    @Test // it is told, cut off before anybody hears of it, and back when the old leader leads again
    void whoIsToldAndAsksTooLateIsRefused() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        long term = leader.consensus.currentTerm();
        Server target = cluster.server(cluster.followerOf(leader));
        cluster.network.isolate(cluster.servers(), target.id);
        leader.consensus.transferLeadership(Optional.of(target.id));
        target.step(rpc(leader.id, target.id, term, 1).timeoutNow());
        cluster.ticks(ELECTION_TICKS + Fixtures.HEARTBEAT_TICKS);
        assertThat(cluster.leader()).contains(leader);

        cluster.network.heal();
        cluster.network.cut(leader.id, target.id);
        cluster.ticks(3 * Fixtures.HEARTBEAT_TICKS);

        assertThat(cluster.leader()).contains(leader);
        assertThat(target.role()).isEqualTo(RaftRole.CANDIDATE);
        assertThat(target.consensus.currentTerm()).isEqualTo(leader.consensus.currentTerm());
    }

    @Test // scenario T7
    void aLaterTransferReplacesAnEarlierOne() {
        Server leader = leader();
        leader.consensus.transferLeadership(Optional.of(N2));
        leader.consensus.transferLeadership(Optional.of(N3));

        assertThat(leader.consensus.transferTarget()).contains(N3);
        assertThat(timeoutNows(leader.turn())).extracting(Message::to).containsExactly(N2, N3);
    }

    @Test // scenario T3
    void aTransferToItselfDoesNothingAndToANonVoterIsRefused() {
        Server leader = leader();

        assertThat(leader.consensus.transferLeadership(Optional.of(N1))).isEqualTo(N1);
        assertThatThrownBy(() -> leader.consensus.transferLeadership(Optional.of(N4)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> leader.consensus.transferLeadership(Optional.of(NodeId.of("x"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(leader.consensus.transferTarget()).isEmpty();
        leader.propose("x");
    }

    @Test
    void withoutATargetItGoesToTheMostUpToDateVoterThatAnswers() {
        Server leader = leader();
        leader.propose("x");
        leader.turn();
        leader.acceptedBy(N2);
        leader.acceptedBy(N4);

        assertThat(leader.consensus.transferLeadership(Optional.empty())).isEqualTo(N2);
    }

    @Test
    void whoHasNotAnsweredForAnElectionTimeoutOrIsLostIsNoSuccessor() {
        Server leader = leader();
        leader.ticks(50);
        leader.acceptedBy(N3);
        leader.ticks(50);
        assertThat(leader.consensus.transferLeadership(Optional.empty())).isEqualTo(N3);

        leader.step(refused(leader.lastSentTo(N3), 0, 0));
        assertThat(leader.consensus.transferLeadership(Optional.empty())).isEqualTo(N1);
    }

    @Test // scenario T1
    void whoIsToldCampaignsAtOnceAndWithoutAPreVote() {
        Server target = Server.follower(4, log(1));
        target.step(rpc(N2, N1, 4, 1).heartbeat(1, 1, 1));

        Ready ready = target.step(rpc(N2, N1, 4, 2).timeoutNow());

        assertThat(target.role()).isEqualTo(RaftRole.CANDIDATE);
        assertThat(ready.messages()).hasSize(3).contains(rpc(N1, N2, 4, 2).timeoutNowReply());
        assertThat(ready.messages()).filteredOn(RequestVote.class::isInstance).allSatisfy(message -> {
            assertThat(message.term()).isEqualTo(5);
            assertThat(((RequestVote) message).preVote()).isFalse();
            assertThat(((RequestVote) message).leadershipTransfer()).isTrue();
        });
    }

    @Test
    void aDemandOfAnEarlierTermStartsNothing() {
        Server server = Server.follower(4, log(1));

        assertThat(server.answers(rpc(N2, N1, 3, 2).timeoutNow()))
                .containsExactly(rpc(N1, N2, 4, 2).timeoutNowReply());
        assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test // scenarios T1, E10
    void everyServerCanBeMadeLeaderInTurn() {
        Cluster cluster = Cluster.of(3);
        for (NodeId target : List.of(N1, N2, N3, N2, N1)) {
            Server leader = cluster.elect();
            leader.consensus.transferLeadership(Optional.of(target));
            cluster.turn(leader);
            cluster.deliver();
            assertThat(cluster.elect().id).isEqualTo(target);
            cluster.agree("led by " + target);
        }
        cluster.assertConverged();
    }
}
