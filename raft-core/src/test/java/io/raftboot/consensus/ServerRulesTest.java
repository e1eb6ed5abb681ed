package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.entry;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.votedFor;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.BrokenInvariant;
import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.Message;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.SnapshotMetadata;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Figure 2, "State" and "Rules for Servers: All Servers"; §5.1. */
class ServerRulesTest {

    @Test // State, persistent: currentTerm 0 on first boot, votedFor nobody, log empty
    void aServerThatWasNeverStartedIsInTermZeroWithAnEmptyLog() {
        Server server = Server.start(config(N1), PersistedState.bootstrap(voters(3)));

        assertThat(server.consensus.currentTerm()).isZero();
        assertThat(server.consensus.lastLogPosition().index()).isZero();
        assertThat(server.consensus.firstLogIndex()).isEqualTo(1);
        assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.consensus.leaderId()).isEmpty();
        assertThat(server.turn().isEmpty()).isTrue();
    }

    @Test // State, volatile: commitIndex and lastApplied 0 after a start
    void whatWasCommittedIsLearntAnewAfterARestart() {
        Server server = Server.follower(3, log(1, 2));
        assertThat(server.commitIndex()).isZero();

        server.step(rpc(N2, N1, 3, 1).heartbeat(2, 2, 2));
        assertThat(server.restart(2).commitIndex()).isZero();
    }

    @Test
    void aStateMachineThatIsAheadOfTheLogIsABrokenInvariant() {
        assertThatThrownBy(() -> new Consensus(
                        config(N1), persisted(voters(3), term(3), log(1, 2)), Optional.empty(), 3, new Random(1)))
                .isInstanceOf(BrokenInvariant.class);
    }

    @Test
    void whatTheStateMachineHasAlreadyIsNotHandedOutAgain() {
        Consensus consensus = new Consensus(
                config(N1), persisted(voters(3), term(3), log(1, 2, 2)), Optional.empty(), 2, new Random(1));
        consensus.step(rpc(N2, N1, 3, 1).heartbeat(3, 2, 3));

        assertThat(consensus.ready().committed()).containsExactly(entry(3, 2));
    }

    @Test
    void theSnapshotIsAppliedFromTheStart() {
        PersistedState behindSnapshot =
                new PersistedState(term(3), new SnapshotMetadata(5, 2, voters(3)), List.of(entry(6, 3)));
        Server server = Server.start(config(N1), behindSnapshot);

        assertThat(server.commitIndex()).isEqualTo(5);
        server.step(rpc(N2, N1, 3, 1).heartbeat(6, 3, 6));
        assertThat(server.committed).containsExactly(entry(6, 3));
    }

    @Test // All Servers 1; scenario R1
    void committedEntriesAreHandedOutInOrderAndOnce() {
        Server server = Server.follower(3, log(1, 1, 2, 3));
        server.step(rpc(N2, N1, 3, 1).heartbeat(4, 3, 2));
        server.step(rpc(N2, N1, 3, 2).heartbeat(4, 3, 3));
        server.step(rpc(N2, N1, 3, 3).heartbeat(4, 3, 4));

        assertThat(server.committed).isEqualTo(log(1, 1, 2, 3));
    }

    @Test // the limit on what is with the state machine
    void noMoreThanTheLimitIsWithTheStateMachineAtATime() {
        int limit = Ready.MAX_APPLYING_ENTRIES;
        long[] terms = IntStream.range(0, limit + 10).mapToLong(i -> 1).toArray();
        Consensus consensus = new Consensus(
                config(N1), persisted(voters(3), term(1), log(terms)), Optional.empty(), 0, new Random(1));
        consensus.step(rpc(N2, N1, 1, 1).heartbeat(terms.length, 1, terms.length));

        assertThat(consensus.ready().committed()).hasSize(limit);
        consensus.advance();
        assertThat(consensus.ready().committed()).as("nothing is applied yet").isEmpty();
        consensus.advance();
        consensus.applied(5);
        assertThat(consensus.ready().committed()).hasSize(5);
        consensus.advance();
        consensus.applied(limit);
        assertThat(consensus.ready().committed()).hasSize(5);
    }

    @Test
    void aStateMachineCannotHaveAppliedWhatItWasNotGiven() {
        Server server = Server.follower(1, log(1, 1));

        assertThatThrownBy(() -> server.consensus.applied(1)).isInstanceOf(BrokenInvariant.class);
    }

    static Stream<Message> messagesOfTermSeven() {
        Rpc rpc = rpc(N2, N1, 7, 1);
        return Stream.of(
                rpc.requestVote(0, 0),
                rpc.vote(false),
                rpc.vote(true),
                rpc.preVote(false),
                rpc.heartbeat(0, 0, 0),
                rpc.accepted(0),
                rpc.refused(0, 0),
                rpc.timeoutNowReply());
    }

    @ParameterizedTest
    @MethodSource("messagesOfTermSeven") // All Servers 2; §5.1; bugs G3, G13
    void aLaterTermMakesACandidateAFollowerThatHasNotVotedInIt(Message message) {
        Server candidate = Server.follower(3, log());
        candidate.becomeCandidate();
        candidate.step(message);

        assertThat(candidate.role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(candidate.disk.hardState().currentTerm()).isEqualTo(7);
        assertThat(candidate.disk.hardState().votedFor()).isNotEqualTo(Optional.of(N1));
    }

    @ParameterizedTest
    @MethodSource("messagesOfTermSeven") // All Servers 2; §5.1; bug G13
    void aLaterTermMakesALeaderAFollower(Message message) {
        if (message instanceof Message.RequestVote) {
            return; // it is loyal to itself: bug R5
        }
        Server leader = Server.leader(voters(3), 3, log());
        leader.settle();
        leader.step(message);

        assertThat(leader.role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(leader.disk.hardState()).isEqualTo(term(7));
        assertThatThrownBy(() -> leader.propose("x")).isInstanceOf(RaftException.NotLeader.class);
    }

    @ParameterizedTest
    @MethodSource("messagesOfTermSeven") // §5.1; bug G37
    void aReplyOfAnEarlierTermChangesNothing(Message message) {
        if (message instanceof Message.Request) {
            return;
        }
        Server leader = Server.leader(voters(3), 9, log());
        leader.settle();
        HardState before = leader.disk.hardState();

        assertThat(leader.step(message).isEmpty()).isTrue();
        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
        assertThat(leader.disk.hardState()).isEqualTo(before);
        assertThat(leader.commitIndex()).isZero();
    }

    @Test // §5.1
    void theTermNeverFalls() {
        Server server = Server.follower(7, log());
        server.step(rpc(N2, N1, 3, 1).heartbeat(0, 0, 0));
        server.step(rpc(N2, N1, 3, 1).requestVote(0, 0));
        server.step(rpc(N2, N1, 3, 1).timeoutNow());

        assertThat(server.disk.hardState()).isEqualTo(term(7));
        assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test // bug R10
    void theLargestTermIsTakenOverAndDoesNotWrap() {
        Server server = Server.follower(1, log());
        server.step(rpc(N2, N1, Message.MAX_NUMBER, 1).heartbeat(0, 0, 0));

        assertThat(server.disk.hardState()).isEqualTo(term(Message.MAX_NUMBER));
        assertThat(server.answers(rpc(N3, N1, 2, 1).heartbeat(0, 0, 0)))
                .containsExactly(rpc(N1, N3, Message.MAX_NUMBER, 1).refused(0, 0));
    }

    @Test // Followers 1
    void onlyALeaderTakesCommandsAndReads() {
        Server follower = Server.follower(3, log());
        follower.step(rpc(N2, N1, 3, 1).heartbeat(0, 0, 0));

        assertThatThrownBy(() -> follower.propose("x"))
                .isInstanceOfSatisfying(
                        RaftException.NotLeader.class,
                        refusal -> assertThat(refusal.leaderId()).contains(N2));
        assertThatThrownBy(() -> follower.consensus.readIndex(1)).isInstanceOf(RaftException.NotLeader.class);
        assertThatThrownBy(() -> follower.consensus.transferLeadership(Optional.empty()))
                .isInstanceOf(RaftException.NotLeader.class);
    }

    @Test
    void oneReadyIsCarriedOutBeforeTheNextInput() {
        Consensus consensus = Server.follower(3, log()).consensus;
        consensus.ready();

        assertThatThrownBy(consensus::ready).isInstanceOf(BrokenInvariant.class);
        assertThatThrownBy(consensus::tick).isInstanceOf(BrokenInvariant.class);
        assertThatThrownBy(() -> consensus.step(rpc(N2, N1, 3, 1).heartbeat(0, 0, 0)))
                .isInstanceOf(BrokenInvariant.class);
    }

    @Test
    void thereIsNothingToAdvanceBeforeAReady() {
        assertThatThrownBy(Server.follower(3, log()).consensus::advance).isInstanceOf(BrokenInvariant.class);
    }

    @Test // model-codebases §5: a server with an empty configuration stays passive
    void aServerWithoutAConfigurationNeverCampaigns() {
        Server server = Server.start(config(N1), persisted(Configuration.empty(), HardState.INITIAL, List.of()));
        server.ticks(10 * Fixtures.ELECTION_TICKS);

        assertThat(server.role()).isEqualTo(RaftRole.LEARNER);
        assertThat(server.disk.hardState()).isEqualTo(HardState.INITIAL);
    }

    @Test // bug G1
    void aServerComesBackWithItsTermItsVoteAndItsLog() {
        Server server = Server.follower(3, log(1));
        server.step(rpc(N2, N1, 6, 1).append(1, 1, 0, List.of(entry(2, 6))));
        server.ticks(100);
        server.step(rpc(N3, N1, 7, 1).requestVote(2, 6));

        Server restarted = server.restart(5);

        assertThat(restarted.disk.hardState()).isEqualTo(votedFor(7, N3));
        assertThat(restarted.consensus.currentTerm()).isEqualTo(7);
        assertThat(restarted.log()).isEqualTo(log(1, 6));
        assertThat(restarted.role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test // §8
    void onlyALeaderKnowsWhatIsCommittedAndNotBeforeAnEntryOfItsTermIs() {
        assertThat(Server.follower(3, log(1, 2)).consensus.hasCommittedInItsTerm())
                .isFalse();
        assertThat(Server.follower(3, log(1, 2)).consensus.answeredRound()).isZero();
        Server leader = Server.leader(voters(3), 3, log(1, 2));
        leader.turn();
        assertThat(leader.consensus.hasCommittedInItsTerm()).isFalse();
        assertThat(leader.consensus.answeredRound()).isZero();

        leader.acceptedBy(N2);

        assertThat(leader.consensus.hasCommittedInItsTerm()).isTrue();
        assertThat(leader.consensus.answeredRound()).isPositive();
    }
}
