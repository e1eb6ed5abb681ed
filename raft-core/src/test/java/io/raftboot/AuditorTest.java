package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.ReplicatedState.Applied;
import io.raftboot.consensus.Consensus.FollowerProgress;
import io.raftboot.model.AppliedDigest;
import io.raftboot.model.Configuration;
import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.DigestQuestion;
import io.raftboot.model.NodeId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AuditorTest {

    private static final NodeId N1 = NodeId.of("n1");
    private static final NodeId N2 = NodeId.of("n2");
    private static final NodeId N3 = NodeId.of("n3");
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final AppendEntries HEARTBEAT = new AppendEntries(N1, N2, 1, 1, 5, 1, List.of(), 5);
    private static final long RIGHT = 50;
    private static final long WRONG = 66;

    private final RecentDigests own = new RecentDigests();
    private final Auditor auditor = new Auditor(N1, own, LIMIT);
    private final Configuration three = Configuration.ofVoters(Stream.of(N1, N2, N3)
            .map(id -> new Member(id, URI.create("http://" + id)))
            .toList());

    @Test
    void aLeaderAsksForTheDigestAtWhatItHasAppliedLast() {
        begin(RIGHT);

        assertThat(question()).contains(new DigestQuestion(5, Optional.empty()));
    }

    @Test
    void nobodyIsAskedByAServerThatDoesNotLead() {
        begin(RIGHT);
        auditor.follow();

        assertThat(question()).isEmpty();
    }

    @Test
    void aFollowerAnswersOnceItHasAppliedTheEntry() {
        auditor.received(HEARTBEAT.with(new DigestQuestion(5, Optional.empty())));
        assertThat(answer()).isEmpty();

        own.restart(5, RIGHT);

        assertThat(answer()).contains(new AppliedDigest(5, RIGHT));
    }

    @Test
    void aFollowerHearsWhichDigestIsRight() {
        AppliedDigest right = new AppliedDigest(4, RIGHT);

        assertThat(auditor.received(HEARTBEAT.with(new DigestQuestion(5, Optional.of(right)))))
                .contains(right);
    }

    @Test
    void theLeaderTellsWhatIsRightOnceAllHaveAnswered() {
        begin(RIGHT);
        answer(N2, 5, RIGHT);
        assertThat(lead(5)).isEmpty();

        answer(N3, 5, WRONG);

        assertThat(lead(5)).contains(new AppliedDigest(5, RIGHT));
        assertThat(auditor.diverged()).isEqualTo(Map.of(N3, 5L));
        assertThat(question()).contains(new DigestQuestion(5, Optional.of(new AppliedDigest(5, RIGHT))));
    }

    @Test
    void anAuditIsAboutOneIndexUntilItIsOver() {
        begin(RIGHT);
        own.add(6, 60);
        answer(N2, 6, WRONG);
        lead(6);

        assertThat(question()).contains(new DigestQuestion(5, Optional.empty()));
        assertThat(auditor.diverged()).isEmpty();
    }

    @Test
    void whoDoesNotAnswerIsNotWaitedForLongerThanTheLimit() {
        begin(RIGHT);
        answer(N2, 5, WRONG);
        assertThat(lead(5, LIMIT.toNanos() - 1)).isEmpty();

        assertThat(lead(5, LIMIT.toNanos())).contains(new AppliedDigest(5, RIGHT));
        assertThat(auditor.diverged()).isEqualTo(Map.of(N2, 5L));
    }

    @Test
    void theMajorityIsBelievedAgainstTheLeader() {
        begin(WRONG);
        answer(N2, 5, RIGHT);
        answer(N3, 5, RIGHT);

        assertThat(lead(5)).contains(new AppliedDigest(5, RIGHT));
        assertThat(auditor.diverged()).isEqualTo(Map.of(N1, 5L));
    }

    @Test
    void aLeaderThatHasDivergedLeavesOnceToAServerThatHasNotAndIsWithinReach() {
        begin(WRONG);
        answer(N2, 5, RIGHT);
        answer(N3, 5, RIGHT);
        lead(5);
        FollowerProgress silent = new FollowerProgress(N2, 9, 1_000, false);
        FollowerProgress near = new FollowerProgress(N3, 7, 1, false);

        assertThat(auditor.takeSuccessor(three, List.of(silent))).isEmpty();
        assertThat(auditor.takeSuccessor(three, List.of(silent, near))).contains(N3);
        assertThat(auditor.takeSuccessor(three, List.of(silent, near))).isEmpty();
    }

    @Test
    void aLeaderThatHasDivergedIsNoJudge() {
        own.restart(5, WRONG);
        Applied diverged = new Applied(5, "", Optional.of(3L));
        auditor.lead(three, diverged, 0);
        answer(N2, 5, RIGHT);
        answer(N3, 5, RIGHT + 1);

        assertThat(auditor.lead(three, diverged, 0)).isEmpty();
        assertThat(auditor.diverged()).isEmpty();
    }

    @Test
    void aLateAnswerIsComparedAsLongAsNothingNewIsAsked() {
        begin(RIGHT);
        answer(N2, 5, RIGHT);
        lead(5, LIMIT.toNanos());
        assertThat(auditor.diverged()).isEmpty();

        answer(N3, 5, WRONG);
        lead(5);

        assertThat(auditor.diverged()).isEqualTo(Map.of(N3, 5L));
    }

    @Test
    void nothingIsConcludedTwiceFromTheSameAnswers() {
        begin(RIGHT);
        answer(N2, 5, RIGHT);
        answer(N3, 5, RIGHT);
        assertThat(lead(5)).isPresent();

        assertThat(lead(5)).isEmpty();
    }

    @Test
    void theNextAuditIsAboutWhatIsAppliedThen() {
        begin(RIGHT);
        answer(N2, 5, RIGHT);
        answer(N3, 5, WRONG);
        lead(5);
        own.add(6, 60);
        lead(6);
        answer(N2, 6, 60);
        answer(N3, 6, WRONG);
        lead(6);

        assertThat(auditor.diverged()).as("the first index stays").isEqualTo(Map.of(N3, 5L));
    }

    private void begin(long digest) {
        own.restart(5, digest);
        lead(5);
    }

    private Optional<AppliedDigest> lead(long applied) {
        return lead(applied, 0);
    }

    private Optional<AppliedDigest> lead(long applied, long nowNanos) {
        return auditor.lead(three, new Applied(applied, "", Optional.empty()), nowNanos);
    }

    private void answer(NodeId server, long index, long digest) {
        auditor.received(new AppendEntriesReply(server, N1, 1, 1, true, 5, 0, 0)
                .with(Optional.of(new AppliedDigest(index, digest))));
    }

    private Optional<DigestQuestion> question() {
        return ((AppendEntries) auditor.stamped(HEARTBEAT)).digestQuestion();
    }

    private Optional<AppliedDigest> answer() {
        Message reply = AppendEntriesReply.accepted(HEARTBEAT, 1);
        return ((AppendEntriesReply) auditor.stamped(reply)).digest();
    }
}
