package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.N5;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.joint;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Fixtures.withLearner;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What n1, which leads and has ten entries on disk, knows of the others. */
class FollowersTest {

    private ServerState state = led(voters(5));
    private Followers followers = new Followers(state);

    private static ServerState led(Configuration configuration) {
        List<LogEntry> log = LongStream.rangeClosed(1, 10)
                .mapToObj(i -> Fixtures.entry(i, 1))
                .toList();
        HardState hardState = new HardState(1, Optional.of(N1));
        return new ServerState(
                config(N1), persisted(configuration, hardState, log), Optional.empty(), 0, new Random(1));
    }

    private void leading(Configuration configuration) {
        state = led(configuration);
        followers = new Followers(state);
    }

    private void hasUpTo(NodeId id, long matchIndex) {
        long round = state.nextRound();
        Progress follower = followers.find(id).orElseThrow();
        follower.sent(round, 0, followers.now());
        follower.accepted(rpc(id, N1, 1, round).accepted(matchIndex), state.round(), followers.now());
    }

    private void pass(int ticks) {
        for (int i = 0; i < ticks; i++) {
            followers.tick();
        }
    }

    @Test
    void theyAreTheOtherMembersInTheOrderOfTheirIds() {
        assertThat(followers.all()).extracting(Progress::id).containsExactly(N2, N3, N4, N5);
    }

    @Test // §6
    void whoIsAMemberNoLongerIsForgottenAndTheOthersAreNot() {
        hasUpTo(N2, 7);
        state.log().append(new LogEntry.Membership(11, 1, voters(3)));

        followers.follow();

        assertThat(followers.all()).extracting(Progress::id).containsExactly(N2, N3);
        assertThat(followers.find(N2).orElseThrow().matchIndex()).isEqualTo(7);
    }

    @Test // §5.3
    void anEntryCountsOnceAMajorityHasIt() {
        hasUpTo(N2, 10);
        assertThat(followers.matchIndex()).isZero();

        hasUpTo(N3, 8);
        assertThat(followers.matchIndex()).isEqualTo(8);
    }

    @Test // thesis §4.2.1
    void aLearnerIsFollowedAndNotCounted() {
        leading(withLearner(voters(3), N4));

        hasUpTo(N4, 10);
        assertThat(followers.matchIndex()).isZero();

        hasUpTo(N2, 9);
        assertThat(followers.matchIndex()).isEqualTo(9);
    }

    @Test // §6
    void whileTheVotersChangeAMajorityOfEitherCounts() {
        leading(joint(List.of(N1, N2, N3), List.of(N1, N4, N5)));

        hasUpTo(N2, 10);
        assertThat(followers.matchIndex()).isZero();

        hasUpTo(N4, 6);
        assertThat(followers.matchIndex()).isEqualTo(6);
    }

    @Test // thesis §6.2
    void theMajorityIsLostAnElectionTimeoutAfterItsLastAnswer() {
        pass(10);
        hasUpTo(N2, 0);
        hasUpTo(N3, 0);

        pass(ELECTION_TICKS - 1);
        assertThat(followers.isMajorityLost()).isFalse();

        hasUpTo(N4, 0);
        pass(1);
        assertThat(followers.isMajorityLost()).isTrue();
    }

    @Test // thesis §3.10
    void theBestToTakeOverIsTheVoterWithinReachThatHasMost() {
        leading(withLearner(voters(4), N5));
        hasUpTo(N2, 10);
        pass(ELECTION_TICKS);
        assertThat(followers.bestSuccessor(follower -> true)).isEmpty();

        hasUpTo(N3, 4);
        hasUpTo(N4, 5);
        hasUpTo(N5, 10);
        assertThat(followers.bestSuccessor(follower -> true)).contains(N4);
        assertThat(followers.bestSuccessor(follower -> !follower.id().equals(N4)))
                .contains(N3);
    }

    @Test // bug R16
    void entriesThatNobodyAnswersForAnElectionTimeoutAreTakenForLost() {
        hasUpTo(N2, 4);
        Progress follower = followers.find(N2).orElseThrow();
        follower.sent(state.nextRound(), 6, followers.now());

        pass(ELECTION_TICKS - 1);
        followers.giveUpOverdue();
        assertThat(follower.nextIndex()).isEqualTo(11);

        pass(1);
        followers.giveUpOverdue();
        assertThat(follower.nextIndex()).isEqualTo(5);
    }

    @Test // bug R37
    void anAnswerToNothingThatWasAskedIsNobodys() {
        long round = state.nextRound();

        assertThat(followers.answeredBy(N2, round, 10)).isPresent();
        assertThat(followers.answeredBy(N2, round + 1, 10)).isEmpty();
        assertThat(followers.answeredBy(N2, round, 11)).isEmpty();
        assertThat(followers.answeredBy(NodeId.of("n9"), round, 0)).isEmpty();
    }
}
