package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.ready;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.votedFor;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Fixtures.withLearner;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.HardState;
import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.Message;
import io.raftboot.model.RaftRole;
import io.raftboot.model.WriteBatch;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Figure 2, RequestVote RPC, "Receiver implementation" 1 and 2, at server n1. */
class RequestVoteReceiverTest {

    private static Ready says(Message... messages) {
        return ready(List.of(), WriteBatch.EMPTY, List.of(messages), List.of());
    }

    private static Ready storesAndSays(HardState hardState, Message... messages) {
        WriteBatch writes = new WriteBatch(Optional.empty(), Optional.of(hardState), OptionalLong.empty(), List.of());
        return ready(List.of(), writes, List.of(messages), List.of());
    }

    @Test // 1; bug G25
    void anEarlierTermIsRefusedWithTheCurrentOne() {
        Server server = Server.follower(7, log(1));

        assertThat(server.step(rpc(N2, N1, 6, 9).requestVote(5, 6)))
                .isEqualTo(says(rpc(N1, N2, 7, 9).vote(false)));
    }

    @Test // 2; bugs R1, G2; scenarios E5, P5
    void aVoteOfALaterTermIsStoredWithItsTermAndThenGiven() {
        Server server = Server.follower(3, log(1));

        assertThat(server.step(rpc(N2, N1, 5, 9).requestVote(1, 1)))
                .isEqualTo(storesAndSays(votedFor(5, N2), rpc(N1, N2, 5, 9).vote(true)));
    }

    @Test // 2
    void aVoteOfTheCurrentTermIsGivenIfItIsStillThere() {
        Server server = Server.follower(5, log());

        assertThat(server.step(rpc(N2, N1, 5, 9).requestVote(0, 0)))
                .isEqualTo(storesAndSays(votedFor(5, N2), rpc(N1, N2, 5, 9).vote(true)));
    }

    @Test // 2; scenario E5
    void aSecondCandidateOfTheTermIsRefused() {
        Server server = Server.follower(5, log());
        server.step(rpc(N2, N1, 5, 1).requestVote(0, 0));

        assertThat(server.step(rpc(N3, N1, 5, 1).requestVote(9, 4)))
                .isEqualTo(says(rpc(N1, N3, 5, 1).vote(false)));
    }

    @Test // 2; bug R3
    void aRepeatedRequestOfTheSameCandidateIsGrantedAgain() {
        Server server = Server.follower(5, log());
        server.step(rpc(N2, N1, 5, 1).requestVote(0, 0));

        assertThat(server.step(rpc(N2, N1, 5, 2).requestVote(0, 0)))
                .isEqualTo(says(rpc(N1, N2, 5, 2).vote(true)));
    }

    @Test // 2; bug R3
    void aPreCandidateStillVotesInItsTerm() {
        Server server = Server.follower(5, log());
        server.step(rpc(N2, N1, 5, 1).requestVote(0, 0));
        server.ticksUntilCampaign();
        server.turn();

        assertThat(server.answers(rpc(N3, N1, 5, 1).requestVote(0, 0)))
                .containsExactly(rpc(N1, N3, 5, 1).vote(false));
        assertThat(server.role()).isEqualTo(RaftRole.PRE_CANDIDATE);
        assertThat(server.answers(rpc(N2, N1, 5, 2).requestVote(0, 0)))
                .containsExactly(rpc(N1, N2, 5, 2).vote(true));
        assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.ticksUntilCampaign()).isGreaterThanOrEqualTo(100);
    }

    @Test // 2; bugs R1, G1
    void aVoteIsRememberedOverARestart() {
        Server server = Server.follower(5, log());
        server.step(rpc(N2, N1, 6, 1).requestVote(0, 0));

        Server restarted = server.restart(9);

        assertThat(restarted.answers(rpc(N3, N1, 6, 1).requestVote(0, 0)))
                .containsExactly(rpc(N1, N3, 6, 1).vote(false));
        assertThat(restarted.answers(rpc(N2, N1, 6, 2).requestVote(0, 0)))
                .containsExactly(rpc(N1, N2, 6, 2).vote(true));
    }

    @Test // bug R2
    void theLeaderOfATermDoesNotGiveTheVoteOfThatTermBack() {
        Server server = Server.follower(5, log());
        server.step(rpc(N2, N1, 5, 1).requestVote(0, 0));
        server.step(rpc(N2, N1, 5, 2).heartbeat(0, 0, 0));
        server.ticksUntilCampaign();
        server.turn();

        assertThat(server.disk.hardState()).isEqualTo(votedFor(5, N2));
        assertThat(server.answers(rpc(N3, N1, 5, 1).requestVote(9, 4)))
                .containsExactly(rpc(N1, N3, 5, 1).vote(false));
    }

    @Test // bugs R2, G3
    void aCandidateThatMeetsALeaderOfItsTermKeepsItsVote() {
        Server server = Server.follower(5, log());
        server.becomeCandidate();
        server.step(rpc(N2, N1, 6, 2).heartbeat(0, 0, 0));

        assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.disk.hardState()).isEqualTo(votedFor(6, N1));
    }

    @Test // bug G3
    void aLaterTermTakesTheVoteBackAlsoWithoutAGrant() {
        Server server = Server.start(config(N1), persisted(voters(3), votedFor(5, N2), log(1, 4)));

        assertThat(server.step(rpc(N3, N1, 6, 1).requestVote(1, 1)))
                .as("its log is behind")
                .isEqualTo(storesAndSays(term(6), rpc(N1, N3, 6, 1).vote(false)));
        assertThat(server.answers(rpc(N2, N1, 6, 1).requestVote(2, 4)))
                .containsExactly(rpc(N1, N2, 6, 1).vote(true));
    }

    @Test // bug G4; §5.2
    void aGrantedVoteGivesTheCandidateTimeToWin() {
        int undisturbed = Server.follower(5, log()).ticksUntilCampaign();
        assertThat(undisturbed).isBetween(101, 189);
        Server server = Server.follower(5, log()).ticks(99);
        server.step(rpc(N2, N1, 6, 1).requestVote(0, 0));

        assertThat(server.ticksUntilCampaign()).isGreaterThanOrEqualTo(100);
    }

    @Test // bugs R4, G4
    void aRefusedVoteDoesNotHoldUpTheOwnCampaign() {
        int undisturbed = Server.follower(5, log(1, 5)).ticksUntilCampaign();
        Server server = Server.follower(5, log(1, 5)).ticks(60);
        server.step(rpc(N2, N1, 6, 1).requestVote(1, 1));
        server.step(rpc(N2, N1, 4, 1).requestVote(1, 1));

        assertThat(60 + server.ticksUntilCampaign()).isEqualTo(undisturbed);
    }

    @Test // bug R9; scenario M15
    void aLearnerVotesOnTheMeritOfTheLog() {
        Server learner = Server.start(config(N4), persisted(withLearner(voters(3), N4), term(3), log(1, 2)));

        assertThat(learner.answers(rpc(N2, N4, 4, 1).requestVote(1, 2)))
                .containsExactly(rpc(N4, N2, 4, 1).vote(false));
        assertThat(learner.answers(rpc(N3, N4, 4, 1).requestVote(2, 2)))
                .containsExactly(rpc(N4, N3, 4, 1).vote(true));
    }

    @Test
    void aServerThatNeverLeadsVotes() {
        Server server = Server.start(config(N1).with(LeadershipPreference.NEVER), persisted(voters(3), term(3), log()));

        assertThat(server.answers(rpc(N2, N1, 4, 1).requestVote(0, 0)))
                .containsExactly(rpc(N1, N2, 4, 1).vote(true));
    }

    @Test // bug R8
    void aCandidateThatIsNotInTheOwnConfigurationMayBeInTheNextOne() {
        Server server = Server.follower(3, log());

        assertThat(server.answers(rpc(N4, N1, 4, 1).requestVote(1, 3)))
                .containsExactly(rpc(N1, N4, 4, 1).vote(true));
    }

    @Test // §6; bug R5; scenario V12
    void whoHearsALeaderVotesForNobodyAndKeepsItsTerm() {
        Server server = Server.follower(3, log());
        server.step(rpc(N2, N1, 3, 1).heartbeat(0, 0, 0));
        server.ticks(99);

        assertThat(server.step(rpc(N3, N1, 9, 1).requestVote(9, 9)))
                .isEqualTo(says(rpc(N1, N3, 3, 1).vote(false)));
        assertThat(server.consensus.currentTerm()).isEqualTo(3);
    }

    @Test // §6
    void whoHasNotHeardALeaderForAnElectionTimeoutVotes() {
        Server server = Server.follower(3, log());
        server.step(rpc(N2, N1, 3, 1).heartbeat(0, 0, 0));
        server.ticks(100);

        assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.answers(rpc(N3, N1, 4, 1).requestVote(0, 0)))
                .containsExactly(rpc(N1, N3, 4, 1).vote(true));
    }

    @Test // thesis §6.4.1; bug R38
    void aLateAnswerOfALaterTermDoesNotEndTheLeaseOfTheLeader() {
        Server server = Server.follower(3, log());
        server.step(rpc(N2, N1, 3, 1).heartbeat(0, 0, 0));
        server.step(rpc(N3, N1, 4, 1).accepted(0));
        server.ticks(99);
        assertThat(server.consensus.currentTerm()).isEqualTo(4);

        assertThat(server.answers(rpc(N3, N1, 4, 2).requestVote(9, 9)))
                .containsExactly(rpc(N1, N3, 4, 2).vote(false));

        server.ticks(1);
        assertThat(server.answers(rpc(N3, N1, 4, 3).requestVote(9, 9)))
                .containsExactly(rpc(N1, N3, 4, 3).vote(true));
    }

    @Test // thesis §3.10
    void anElectionThatTheLeaderAskedForIsNotRefusedForItsSake() {
        Server server = Server.follower(3, log());
        server.step(rpc(N2, N1, 3, 1).heartbeat(0, 0, 0));

        assertThat(server.answers(rpc(N3, N1, 4, 1).requestVoteOnTransfer(0, 0)))
                .containsExactly(rpc(N1, N3, 4, 1).vote(true));
    }

    @Test // bug R5
    void aWorkingLeaderIsNotDeposedByACandidateOfALaterTerm() {
        Server leader = Server.leader(voters(3), 3, log());
        leader.settle();

        assertThat(leader.step(rpc(N3, N1, 9, 1).requestVote(9, 9)))
                .isEqualTo(says(rpc(N1, N3, 3, 1).vote(false)));
        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
    }
}
