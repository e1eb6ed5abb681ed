package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Message.AppendEntriesReply;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private static final int LIMIT = 100;

    /** Of a follower to which a leader with ten entries has said nothing yet. */
    private final Progress progress = new Progress(N2, 11, 0);

    private static AppendEntriesReply accepted(long round, long matchIndex) {
        return rpc(N2, N1, 1, round).accepted(matchIndex);
    }

    private static AppendEntriesReply refused(long round, long conflictIndex) {
        return rpc(N2, N1, 1, round).refused(conflictIndex, 1);
    }

    /** The follower has the entries up to 10, as round 1 showed. */
    private void replicating() {
        progress.sent(1, 0, 0);
        progress.accepted(accepted(1, 10), 1, 0);
    }

    @Test // Figure 2, volatile state on leaders; bug G9
    void nothingIsKnownOfAFollowerUntilItAnswers() {
        assertThat(progress.matchIndex()).isZero();
        assertThat(progress.nextIndex()).isEqualTo(11);
        assertThat(progress.heartbeatIndex()).isEqualTo(10);
        assertThat(progress.canSend(10)).isTrue();
    }

    @Test
    void aProbeAsksOneQuestionAtATime() {
        progress.sent(1, 3, 0);

        assertThat(progress.canSend(13)).isFalse();
        assertThat(progress.nextIndex())
                .as("entries of a probe do not count as sent")
                .isEqualTo(11);
    }

    @Test
    void anAcceptedProbeStartsReplication() {
        progress.sent(1, 0, 0);
        progress.accepted(accepted(1, 10), 1, 5);

        assertThat(progress.matchIndex()).isEqualTo(10);
        assertThat(progress.nextIndex()).isEqualTo(11);
        assertThat(progress.lastContact()).isEqualTo(5);
        assertThat(progress.answeredRound()).isEqualTo(1);
        assertThat(progress.canSend(10)).as("nothing to send").isFalse();
        assertThat(progress.canSend(11)).isTrue();
    }

    @Test // scenario R17
    void oneMessageWithEntriesIsUnderWayAtATime() {
        replicating();
        progress.sent(2, 3, 0);

        assertThat(progress.nextIndex()).isEqualTo(14);
        assertThat(progress.canSend(20)).isFalse();
        assertThat(progress.heartbeatIndex())
                .as("a heartbeat asks for what is known")
                .isEqualTo(10);

        progress.accepted(accepted(2, 13), 2, 1);

        assertThat(progress.canSend(20)).isTrue();
        assertThat(progress.matchIndex()).isEqualTo(13);
    }

    @Test
    void anAnswerToAHeartbeatDoesNotStandForTheMessageUnderWay() {
        replicating();
        progress.sent(2, 3, 0);
        progress.accepted(accepted(3, 10), 3, 1);

        assertThat(progress.canSend(20)).isFalse();
    }

    @Test // bug G9
    void aHintMovesNextIndexAndNeverMatchIndex() {
        progress.sent(1, 0, 0);
        progress.refused(refused(1, 4), 4, 1);

        assertThat(progress.matchIndex()).isZero();
        assertThat(progress.nextIndex()).isEqualTo(5);
        assertThat(progress.canSend(10)).isTrue();
    }

    @Test // bug G17
    void aHintThatLeadsNowhereStillMovesBackByOne() {
        progress.sent(1, 0, 0);
        progress.refused(refused(1, 30), 30, 1);

        assertThat(progress.nextIndex()).isEqualTo(10);
    }

    @Test
    void nextIndexNeverFallsToOrBelowMatchIndex() {
        replicating();
        progress.sent(2, 3, 0);
        progress.refused(refused(2, 10), 4, 1);

        assertThat(progress.nextIndex()).isEqualTo(11);
        assertThat(progress.matchIndex()).isEqualTo(10);
    }

    @Test // scenario R15
    void anAnswerToAnEarlierProbeMovesNothing() {
        progress.sent(5, 0, 0);
        progress.refused(refused(5, 7), 7, 1);
        progress.sent(6, 0, 1);
        progress.refused(refused(5, 7), 7, 2);

        assertThat(progress.nextIndex()).isEqualTo(8);
        assertThat(progress.canSend(10)).isFalse();
    }

    @Test // scenario R15
    void aLateAcknowledgementDoesNotLowerMatchIndex() {
        replicating();
        progress.accepted(accepted(1, 4), 1, 2);

        assertThat(progress.matchIndex()).isEqualTo(10);
        assertThat(progress.nextIndex()).isEqualTo(11);
        assertThat(progress.answeredRound()).isEqualTo(1);
    }

    @Test
    void theLatestAnsweredRoundNeverFalls() {
        progress.accepted(accepted(7, 3), 7, 1);
        progress.accepted(accepted(4, 3), 7, 1);

        assertThat(progress.answeredRound()).isEqualTo(7);
    }

    @Test // scenario R16
    void anUnreachableFollowerIsAskedAgainByTheNextHeartbeat() {
        replicating();
        progress.sent(2, 3, 0);
        progress.unreachable(2);

        assertThat(progress.canSend(20)).isFalse();
        assertThat(progress.nextIndex()).isEqualTo(11);
        assertThat(progress.heartbeatIndex()).isEqualTo(10);

        progress.accepted(accepted(3, 10), 3, 5);

        assertThat(progress.canSend(20)).isTrue();
    }

    @Test
    void anAnswerIsOverdueAtTheLimitAndNotBefore() {
        replicating();
        assertThat(progress.isOverdue(1000, LIMIT)).as("nothing is under way").isFalse();

        progress.sent(2, 3, 50);

        assertThat(progress.isOverdue(149, LIMIT)).isFalse();
        assertThat(progress.isOverdue(150, LIMIT)).isTrue();
    }

    @Test // bug R25
    void aFollowerThatHasLessThanItAcknowledgedIsLost() {
        replicating();
        progress.refused(refused(2, 3), 3, 1);

        assertThat(progress.isLost()).isTrue();
        assertThat(progress.canSend(20)).isFalse();
        assertThat(progress.matchIndex()).isEqualTo(10);
    }

    @Test // bug R25
    void whatALostFollowerSaysIsNotListenedTo() {
        replicating();
        progress.refused(refused(2, 3), 3, 1);
        progress.accepted(accepted(3, 12), 3, 9);
        progress.refused(refused(4, 12), 12, 9);
        progress.installed(rpc(N2, N1, 1, 5).installed(12), 5, 9);
        progress.installed(rpc(N2, N1, 1, 6).installed(0), 6, 9);
        progress.unreachable(7);

        assertThat(progress.isLost()).isTrue();
        assertThat(progress.matchIndex()).isEqualTo(10);
        assertThat(progress.lastContact()).isEqualTo(1);
        assertThat(progress.answeredRound()).isEqualTo(2);
    }

    @Test
    void aRefusalFromBeforeTheAcknowledgementIsNoLoss() {
        progress.sent(3, 0, 0);
        progress.accepted(accepted(3, 10), 5, 0);
        progress.refused(refused(4, 3), 3, 1);

        assertThat(progress.isLost()).isFalse();
        assertThat(progress.nextIndex()).isEqualTo(11);
    }

    @Test // thesis §4.2.1
    void whoseLastRoundWasShortAndWhoAnswersAndLacksLittleHasCaughtUp() {
        replicating();
        assertThat(progress.isCaughtUp(10, 0, LIMIT)).as("no round is over yet").isFalse();
        progress.goOnCatchingUp(10, LIMIT - 1, LIMIT);

        long mayLack = 10 + Progress.MAX_LAG_OF_VOTER;
        assertThat(progress.isCaughtUp(mayLack, LIMIT - 1, LIMIT)).isTrue();
        assertThat(progress.isCaughtUp(mayLack + 1, LIMIT - 1, LIMIT)).isFalse();
        assertThat(progress.isCaughtUp(10, LIMIT, LIMIT)).as("silent").isFalse();
    }

    @Test // thesis §4.2.1
    void whoseRoundsTakeLongHasNotCaughtUp() {
        replicating();
        progress.goOnCatchingUp(20, LIMIT, LIMIT);
        progress.sent(2, 0, LIMIT);
        progress.accepted(accepted(2, 10), 2, LIMIT);
        assertThat(progress.isCaughtUp(20, LIMIT, LIMIT)).as("the last one").isFalse();

        progress.accepted(accepted(3, 20), 3, LIMIT + 1);
        progress.goOnCatchingUp(30, LIMIT + 1, LIMIT);
        progress.accepted(accepted(4, 20), 4, 2 * LIMIT + 1);
        assertThat(progress.isCaughtUp(30, LIMIT + 1, LIMIT)).isTrue();
        assertThat(progress.isCaughtUp(30, 2 * LIMIT + 1, LIMIT)).as("this one").isFalse();
    }

    @Test // bug R43
    void whoLostWhatItAcknowledgedHasNotCaughtUpWhateverItSays() {
        replicating();
        progress.goOnCatchingUp(10, 1, LIMIT);
        progress.refused(refused(2, 5), 5, 1);

        assertThat(progress.isLost()).isTrue();
        assertThat(progress.isCaughtUp(10, 1, LIMIT)).isFalse();
    }
}
