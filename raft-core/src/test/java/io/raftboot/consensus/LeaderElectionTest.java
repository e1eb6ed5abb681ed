package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.HEARTBEAT_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.joint;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.noOp;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.votedFor;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Fixtures.withLearner;
import static io.raftboot.consensus.Rpc.answer;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.Message;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.RaftRole;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** §5.2; Figure 2, "Followers" and "Candidates". */
class LeaderElectionTest {

    private static Server candidate(int voters) {
        return Server.start(config(N1), persisted(voters(voters), term(3), log()));
    }

    @Test // Followers 2; scenario E16
    void aFollowerCampaignsWhenItHasHeardNoLeaderForAnElectionTimeout() {
        for (int seed = 0; seed < 200; seed++) {
            Server server = Server.start(config(N1), new Disk(persisted(voters(3), term(3), log())), seed);

            assertThat(server.ticksUntilCampaign()).isBetween(ELECTION_TICKS, 2 * ELECTION_TICKS - 1);
        }
    }

    @Test // Followers 2
    void aFollowerThatHearsItsLeaderDoesNotCampaign() {
        Server server = Server.follower(3, log());
        for (int round = 1; round < 50; round++) {
            server.step(rpc(N2, N1, 3, round).heartbeat(0, 0, 0));
            server.ticks(ELECTION_TICKS - 1);
            assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);
        }
        assertThat(server.consensus.leaderId()).contains(N2);
    }

    @Test // bug G4
    void aMessageOfAnEarlierTermIsNoSignOfALeader() {
        int undisturbed = Server.follower(3, log()).ticksUntilCampaign();
        Server server = Server.follower(3, log()).ticks(60);
        server.step(rpc(N2, N1, 2, 1).heartbeat(0, 0, 0));

        assertThat(60 + server.ticksUntilCampaign()).isEqualTo(undisturbed);
    }

    @Test // bug R13
    void replayedHeartbeatsOfADeposedLeaderDoNotKeepItAlive() {
        Server server = Server.follower(3, log());
        server.step(rpc(N2, N1, 3, 1).heartbeat(0, 0, 0));
        server.step(rpc(N3, N1, 4, 1).heartbeat(0, 0, 0));
        for (int i = 0; i < 2 * ELECTION_TICKS; i++) {
            server.step(rpc(N2, N1, 3, 1).heartbeat(0, 0, 0));
            server.ticks(1);
        }

        assertThat(server.role()).isEqualTo(RaftRole.PRE_CANDIDATE);
    }

    @Test // a term that rises is no sign of a leader
    void aMereTermDoesNotHoldUpTheCampaign() {
        int undisturbed = Server.follower(3, log()).ticksUntilCampaign();
        Server server = Server.follower(3, log()).ticks(60);
        server.step(rpc(N2, N1, 5, 1).vote(false));

        assertThat(60 + server.ticksUntilCampaign()).isEqualTo(undisturbed);
    }

    @Test // Candidates 1; bug R1; scenarios P3, P5
    void aCandidateStoresTermAndOwnVoteAndThenAsksAllOthers() {
        Server server = candidate(3);
        server.ticksUntilCampaign();
        List<Message> preVotes = server.turn().messages();
        server.consensus.step(answer((RequestVote) preVotes.get(0), 3, true));

        Ready ready = server.consensus.ready();

        assertThat(ready.writes().hardState()).contains(votedFor(4, N1));
        assertThat(ready.replicate()).isEmpty();
        assertThat(ready.messages())
                .containsExactly(
                        rpc(N1, N2, 4, 3).requestVote(0, 0), rpc(N1, N3, 4, 4).requestVote(0, 0));
    }

    @ParameterizedTest(name = "{0} voters, {1} grant, {2} refuse: {3}")
    @CsvSource({
        "1, 0, 0, LEADER",
        "2, 0, 1, CANDIDATE",
        "2, 1, 0, LEADER",
        "3, 0, 2, CANDIDATE",
        "3, 1, 1, LEADER",
        "3, 2, 0, LEADER",
        "4, 1, 2, CANDIDATE",
        "4, 2, 1, LEADER",
        "5, 1, 3, CANDIDATE",
        "5, 2, 2, LEADER",
        "5, 1, 0, CANDIDATE"
    }) // Candidates 2; scenarios E4, E12; bug G15
    void aCandidateLeadsExactlyIfAMajorityOfAllVotersGrants(int voters, int granted, int refused, RaftRole role) {
        Server server = candidate(voters);
        List<RequestVote> requests = server.becomeCandidate();
        for (int i = 0; i < granted + refused; i++) {
            server.consensus.step(answer(requests.get(i), 4, i < granted));
        }

        assertThat(server.role()).isEqualTo(role);
    }

    @Test // bug G13
    void aVoterIsCountedOnce() {
        Server server = candidate(5);
        RequestVote request = server.becomeCandidate().get(0);
        for (int i = 0; i < 5; i++) {
            server.step(answer(request, 4, true));
        }

        assertThat(server.role()).isEqualTo(RaftRole.CANDIDATE);
    }

    @Test // bugs R20, R1
    void theOwnVoteIsCountedOnlyWhenItIsDurable() {
        Server server = candidate(1);
        server.ticksUntilCampaign();

        assertThat(server.role()).isEqualTo(RaftRole.CANDIDATE);
        assertThat(server.consensus.ready().writes().hardState()).contains(votedFor(4, N1));
        server.consensus.advance();
        assertThat(server.role()).isEqualTo(RaftRole.LEADER);
    }

    @Test // scenario R15
    void aVoteOfAnEarlierCampaignIsNoVoteInThisOne() {
        Server server = candidate(3);
        RequestVote earlier = server.becomeCandidate().get(0);
        server.ticksUntil(RaftRole.PRE_CANDIDATE);
        server.step(answer(earlier, 4, true));
        assertThat(server.role()).as("a vote is no pre-vote").isEqualTo(RaftRole.PRE_CANDIDATE);

        server.step(rpc(N2, N1, 3, 1).preVote(true));
        assertThat(server.role()).as("a pre-vote of the first campaign").isEqualTo(RaftRole.PRE_CANDIDATE);
    }

    @Test // bug G13
    void aPreVoteIsNoVote() {
        Server server = candidate(3);
        RequestVote request = server.becomeCandidate().get(0);
        server.step(rpc(N2, N1, 4, request.round()).preVote(true));

        assertThat(server.role()).isEqualTo(RaftRole.CANDIDATE);
    }

    @Test // bugs R9, G14
    void theVoteOfALearnerIsNotCountedAndNotAskedFor() {
        Server server = Server.start(config(N1), persisted(withLearner(voters(3), N4), term(3), log()));
        List<RequestVote> requests = server.becomeCandidate();

        assertThat(requests).extracting(RequestVote::to).containsExactly(N2, N3);
        server.step(rpc(N4, N1, 4, 99).vote(true));
        assertThat(server.role()).isEqualTo(RaftRole.CANDIDATE);
    }

    @Test // §6; bugs G16, G34
    void aJointElectionNeedsBothMajoritiesAndWhoIsInNeitherDoesNotCountItself() {
        Server server = Server.start(config(N1), persisted(joint(List.of(N1), List.of(N1, N2, N3)), term(3), log()));
        List<RequestVote> requests = server.becomeCandidate();
        assertThat(server.role()).isEqualTo(RaftRole.CANDIDATE);

        server.step(answer(requests.get(0), 4, true));
        assertThat(server.role()).isEqualTo(RaftRole.LEADER);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 9}) // Candidates 3; scenario E7; bug G37
    void aCandidateThatMeetsALeaderOfItsOwnOrALaterTermFollowsIt(long leaderTerm) {
        Server server = candidate(3);
        server.becomeCandidate();

        List<Message> answers = server.answers(rpc(N3, N1, leaderTerm, 1).heartbeat(0, 0, 0));

        assertThat(answers).containsExactly(rpc(N1, N3, leaderTerm, 1).accepted(0));
        assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.consensus.leaderId()).contains(N3);
    }

    @Test // Candidates 3
    void aCandidateGoesOnWhenAnEarlierLeaderSpeaks() {
        Server server = candidate(3);
        server.becomeCandidate();

        assertThat(server.answers(rpc(N3, N1, 3, 1).heartbeat(0, 0, 0)))
                .containsExactly(rpc(N1, N3, 4, 1).refused(0, 0));
        assertThat(server.role()).isEqualTo(RaftRole.CANDIDATE);
    }

    @Test // Candidates 4; bug R14
    void aCandidateThatNeitherWinsNorLosesCampaignsAgain() {
        Server server = candidate(3);
        server.becomeCandidate();

        assertThat(server.ticksUntil(RaftRole.PRE_CANDIDATE)).isBetween(ELECTION_TICKS, 2 * ELECTION_TICKS - 1);
        assertThat(server.consensus.leaderId()).isEmpty();
    }

    @Test // §5.5
    void aCandidateAsksThoseAgainThatHaveNotAnswered() {
        Server server = candidate(5);
        List<RequestVote> requests = server.becomeCandidate();
        server.step(answer(requests.get(0), 4, true));
        server.step(answer(requests.get(1), 4, false));
        server.ticks(HEARTBEAT_TICKS - 1);
        server.consensus.tick();

        assertThat(server.turn().messages())
                .extracting(Message::to)
                .containsExactly(requests.get(2).to(), requests.get(3).to());
    }

    @Test // §5.2, §8: the leader makes itself known at once
    void aNewLeaderSendsItsNoOpToEveryFollowerAtOnce() {
        Server leader = Server.leader(voters(3), 4, log(1, 2));

        Ready ready = leader.turn();

        assertThat(ready.replicate())
                .containsExactly(
                        rpc(N1, N2, 4, 5).append(2, 2, 0, List.of(noOp(3, 4))),
                        rpc(N1, N3, 4, 6).append(2, 2, 0, List.of(noOp(3, 4))));
        assertThat(ready.writes().append()).containsExactly(noOp(3, 4));
        assertThat(leader.consensus.leaderId()).contains(N1);
    }

    @Test // Leaders 1
    void aLeaderSendsAHeartbeatInEveryInterval() {
        Server leader = Server.leader(voters(3), 4, log());
        leader.settle();
        TreeSet<Integer> ticks = new TreeSet<>();
        for (int tick = 1; tick <= 5 * HEARTBEAT_TICKS; tick++) {
            leader.consensus.tick();
            if (leader.turn().replicate().size() == 2) {
                ticks.add(tick);
            }
        }

        assertThat(ticks).containsExactly(10, 20, 30, 40, 50);
    }

    @Test // scenario E14
    void whoIsToldToNeverLeadNeverCampaigns() {
        Server server = Server.start(config(N1).with(LeadershipPreference.NEVER), persisted(voters(3), term(3), log()));
        server.ticks(20 * ELECTION_TICKS);
        server.step(rpc(N2, N1, 3, 1).timeoutNow());

        assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.consensus.currentTerm()).isEqualTo(3);
    }

    @Test // scenario E14
    void aReluctantServerCampaignsAfterThreeTimeouts() {
        Server server =
                Server.start(config(N1).with(LeadershipPreference.RELUCTANT), persisted(voters(3), term(3), log()));

        assertThat(server.ticksUntilCampaign()).isGreaterThanOrEqualTo(3 * ELECTION_TICKS);
    }

    @Test // bugs R8, G16
    void whoDoesNotVoteNeverCampaigns() {
        Server learner = Server.start(config(N4), persisted(withLearner(voters(3), N4), term(3), log()));
        Server outsider = Server.start(config(N4), persisted(voters(3), term(3), log()));

        assertThat(learner.ticks(20 * ELECTION_TICKS).role()).isEqualTo(RaftRole.LEARNER);
        assertThat(outsider.ticks(20 * ELECTION_TICKS).role()).isEqualTo(RaftRole.LEARNER);
        assertThat(outsider.step(rpc(N1, N4, 3, 1).timeoutNow()).writes().isEmpty())
                .isTrue();
    }
}
