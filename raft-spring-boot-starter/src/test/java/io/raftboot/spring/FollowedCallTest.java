package io.raftboot.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Consistency;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.model.SessionLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scenarios C1, C3 and C6, through {@link RaftTemplate}. The time limit is 5 s, the election timeout 1 s. */
class FollowedCallTest {

    private static final byte[] BYTES = {1};
    private static final Optional<RequestId> ONCE = Optional.of(new RequestId("once"));
    private static final RaftConfig CONFIG =
            RaftConfig.defaults(NodeId.of("n1")).withLimits(100, 3, 300);

    private final RaftException notLeader = new RaftException.NotLeader(Optional.empty());
    private final RaftException unknown = new RaftException.OutcomeUnknown("the connection broke");
    private final FakeServer server = new FakeServer();
    private final FakeLeaderCalls leader = new FakeLeaderCalls();
    private final HandTiming timing = new HandTiming();
    private final RaftTemplate template = template(CONFIG);

    private RaftTemplate template(RaftConfig config) {
        return new RaftTemplate(server, server::status, leader, config, Optional.empty(), timing, Duration.ZERO);
    }

    // ---- another leader

    @Test
    void withoutALeaderACommandWaitsForOne() {
        server.status = Statuses.leaderless();
        server.answer = CompletableFuture.failedFuture(notLeader);
        CompletableFuture<Result> answer = template.submit(BYTES, ONCE);

        timing.pass(Duration.ofSeconds(3));
        assertThat(answer).isNotDone();
        server.status = Statuses.follower();
        timing.pass(FollowedCall.LONGEST_PAUSE);

        assertThat(answer).isCompletedWithValueMatching(result -> result.index() == 2);
        assertThat(leader.calls).hasSize(1);
    }

    @Test // scenario V4
    void whereThereHasBeenNoLeaderForLongACommandIsRefusedAtOnce() {
        server.status = Statuses.leaderless();
        server.answer = CompletableFuture.failedFuture(notLeader);
        timing.pass(CONFIG.electionTimeout().multipliedBy(4));
        CompletableFuture<Result> answer = template.submit(BYTES, ONCE);

        assertThat(failureOf(answer)).isSameAs(notLeader);
        assertThat(timing.waiting()).isZero();
    }

    @Test
    void aReadFollowsALeaderChangeToo() {
        server.status = Statuses.follower();
        leader.answers.add(CompletableFuture.failedFuture(notLeader));
        CompletableFuture<Result> answer = template.read(BYTES, Consistency.LINEARIZABLE);
        server.status = Statuses.leader();

        timing.pass(FollowedCall.FIRST_PAUSE);

        assertThat(answer).isCompletedWithValueMatching(result -> result.index() == 1);
        assertThat(leader.calls).hasSize(1);
        assertThat(server.calls).containsExactly("read LINEARIZABLE");
    }

    static Stream<RaftException> whatPasses() {
        return Stream.of(
                new RaftException.NotLeader(Optional.empty()),
                new RaftException.OutcomeUnknown("the connection broke"),
                new RaftException.Stopped("n2: the server is stopping"));
    }

    // bug R51
    @ParameterizedTest
    @MethodSource("whatPasses")
    void whatAnotherLeaderMayAnswerOtherwiseIsSentAgainUnderTheSameId(RaftException failure) {
        server.status = Statuses.follower();
        leader.answers.add(CompletableFuture.failedFuture(failure));
        CompletableFuture<Result> answer = template.submit(BYTES, Optional.empty());
        server.status = Statuses.leader();

        timing.pass(FollowedCall.FIRST_PAUSE);

        assertThat(answer).isCompletedWithValueMatching(result -> result.index() == 1);
        assertThat(leader.calls).hasSize(1);
        String id = server.requests.get(0).replace(" PT4.99S", "");
        assertThat(leader.calls).containsExactly("submit n2=http://n2:8080 " + id + " PT2S");
    }

    @Test
    void theTimeThatIsLeftGoesAlong() {
        server.status = Statuses.follower();
        leader.answer = CompletableFuture.failedFuture(unknown);
        CompletableFuture<Result> answer = template.submit(BYTES, ONCE, Duration.ofMillis(100));

        timing.pass(Duration.ofMillis(100));

        assertThat(leader.calls)
                .containsExactly(
                        "submit n2=http://n2:8080 once PT0.1S",
                        "submit n2=http://n2:8080 once PT0.09S",
                        "submit n2=http://n2:8080 once PT0.07S",
                        "submit n2=http://n2:8080 once PT0.03S");
        assertThat(answer).isCompletedExceptionally();
    }

    @Test
    void anAttemptThatGetsNoAnswerIsMadeAgainElsewhere() {
        server.status = Statuses.follower();
        CompletableFuture<Result> hanging = new CompletableFuture<>();
        leader.answers.add(hanging);
        CompletableFuture<Result> answer = template.submit(BYTES, ONCE);
        timing.pass(Duration.ofSeconds(2));
        hanging.completeExceptionally(new RaftException.OutcomeUnknown("no answer in time"));

        timing.pass(FollowedCall.FIRST_PAUSE);

        assertThat(answer).isCompleted();
        assertThat(leader.calls).hasSize(2);
    }

    @Test
    void thePausesGrowSoThatNothingIsBusyMeanwhile() {
        server.status = Statuses.leaderless();
        server.answer = CompletableFuture.failedFuture(notLeader);
        CompletableFuture<Result> answer = template.submit(BYTES, ONCE);

        timing.pass(Duration.ofMillis(10 + 20 + 40 + 80 + 160));
        assertThat(server.calls).hasSize(6);
        timing.pass(Duration.ofSeconds(1));
        assertThat(server.calls).hasSize(11);
        timing.pass(Duration.ofMinutes(1));
        assertThat(server.calls).hasSize(25);
        assertThat(answer).isCompletedExceptionally();
        assertThat(timing.waiting()).isZero();
    }

    // ---- what the caller is told

    @Test
    void whenTheTimeIsUpTheLastRefusalIsTheAnswer() {
        server.status = Statuses.leaderless();
        RaftException last = new RaftException.NotLeader(Optional.of(NodeId.of("n9")));
        server.answer = CompletableFuture.failedFuture(last);
        CompletableFuture<Result> answer = template.submit(BYTES, ONCE);

        timing.pass(Duration.ofSeconds(5));

        assertThat(failureOf(answer)).isSameAs(last);
    }

    @Test
    void anAttemptThatComesTooLateIsNotMade() {
        server.status = Statuses.leaderless();
        server.answer = CompletableFuture.failedFuture(notLeader);
        CompletableFuture<Result> answer = template.submit(BYTES, ONCE);

        timing.freeze(Duration.ofSeconds(6));
        timing.pass(Duration.ZERO);

        assertThat(failureOf(answer)).isSameAs(notLeader);
        assertThat(server.calls).hasSize(1);
    }

    @Test // scenario C6, bug R52
    void onceAnAttemptMayHaveBeenAppliedTheOutcomeIsUnknown() {
        server.status = Statuses.follower();
        leader.answers.add(CompletableFuture.failedFuture(unknown));
        leader.answer = CompletableFuture.failedFuture(notLeader);
        CompletableFuture<Result> answer = template.submit(BYTES, ONCE);

        timing.pass(Duration.ofSeconds(5));

        assertThat(failureOf(answer)).isInstanceOf(RaftException.OutcomeUnknown.class);
    }

    static List<RuntimeException> whatStays() {
        return List.of(
                new RaftException.Overloaded("full"),
                new RaftException.CommandTooLarge(2, 1),
                new RaftException.RequestIdConflict(),
                new RaftException.ResultForgotten(),
                RaftException.OutcomeUnknown.forgotten(),
                new IllegalStateException("the query failed"));
    }

    @ParameterizedTest
    @MethodSource("whatStays")
    void whatWillNotPassIsNotTriedAgain(RuntimeException failure) {
        server.status = Statuses.follower();
        leader.answer = CompletableFuture.failedFuture(failure);

        assertThat(failureOf(template.submit(BYTES, ONCE))).isSameAs(failure);
        assertThat(failureOf(template.read(BYTES, Consistency.LINEARIZABLE))).isSameAs(failure);
        assertThat(leader.calls).hasSize(2);
    }

    @Test
    void aServerThatIsStoppedItselfSaysSoAtOnce() {
        server.status = Statuses.leaderless();
        RaftException stopped = new RaftException.Stopped("the server is not running");
        server.answer = CompletableFuture.failedFuture(stopped);

        assertThat(failureOf(template.submit(BYTES, ONCE))).isSameAs(stopped);
    }

    @Test
    void anAttemptWithoutRoomDoesNotMakeAnEarlierOneCertain() {
        server.status = Statuses.follower();
        leader.answers.add(CompletableFuture.failedFuture(unknown));
        leader.answer = CompletableFuture.failedFuture(new RaftException.Overloaded("full"));
        CompletableFuture<Result> answer = template.submit(BYTES, ONCE);

        timing.pass(FollowedCall.FIRST_PAUSE);

        assertThat(failureOf(answer)).isInstanceOf(RaftException.OutcomeUnknown.class);
    }

    static List<RaftException> whatIsCertain() {
        return List.of(new RaftException.RequestIdConflict(), new RaftException.ResultForgotten());
    }

    @ParameterizedTest
    @MethodSource("whatIsCertain")
    void whatIsKnownOfTheIdIsCertainForAllAttempts(RaftException certain) {
        server.status = Statuses.follower();
        leader.answers.add(CompletableFuture.failedFuture(unknown));
        leader.answer = CompletableFuture.failedFuture(certain);
        CompletableFuture<Result> answer = template.submit(BYTES, ONCE);

        timing.pass(FollowedCall.FIRST_PAUSE);

        assertThat(failureOf(answer)).isSameAs(certain);
    }

    @Test
    void whatMayBeAppliedIsNotRepeatedOnceItsIdCouldBeForgotten() {
        RaftTemplate forgetful = template(CONFIG.with(new SessionLimits(10, 2000, 0)));
        server.status = Statuses.follower();
        leader.answer = CompletableFuture.failedFuture(unknown);
        CompletableFuture<Result> answer = forgetful.submit(BYTES, ONCE);

        timing.pass(Duration.ofSeconds(1));

        assertThat(failureOf(answer)).isSameAs(unknown);
    }

    @Test
    void aDefectOfAnAttemptIsItsCallersToSee() {
        IllegalStateException defect = new IllegalStateException("defect");
        RaftTemplate broken = new RaftTemplate(
                server,
                () -> {
                    throw defect;
                },
                leader,
                CONFIG,
                Optional.empty(),
                timing,
                Duration.ZERO);

        assertThat(failureOf(broken.submit(BYTES, ONCE))).isSameAs(defect);
    }

    // ---- limits

    @Test
    void onlySoManyCallsMayWaitForALeader() {
        server.status = Statuses.leaderless();
        server.answer = CompletableFuture.failedFuture(notLeader);
        for (int i = 0; i < 3; i++) {
            assertThat(template.submit(BYTES, Optional.empty())).isNotDone();
        }

        assertThat(failureOf(template.submit(BYTES, Optional.empty()))).isSameAs(notLeader);
        server.status = Statuses.leader();
        server.answer = CompletableFuture.completedFuture(new Result(1, 1, BYTES));
        timing.pass(FollowedCall.FIRST_PAUSE);
        server.status = Statuses.leaderless();
        server.answer = CompletableFuture.failedFuture(notLeader);
        assertThat(template.submit(BYTES, Optional.empty())).isNotDone();
    }

    @Test
    void onlySoManyBytesMayWaitForALeader() {
        server.status = Statuses.leaderless();
        server.answer = CompletableFuture.failedFuture(notLeader);
        assertThat(template.submit(new byte[250], Optional.empty())).isNotDone();

        assertThat(failureOf(template.submit(new byte[51], Optional.empty()))).isSameAs(notLeader);
        assertThat(template.submit(new byte[50], Optional.empty())).isNotDone();
    }

    @Test
    void aCallThatItsCallerGaveUpIsNotTriedAgain() {
        server.status = Statuses.leaderless();
        server.answer = CompletableFuture.failedFuture(notLeader);
        CompletableFuture<Result> answer = template.submit(BYTES, ONCE);
        assertThat(answer.cancel(false)).isTrue();

        timing.pass(Duration.ofSeconds(5));

        assertThat(server.calls).hasSize(1);
        assertThat(timing.waiting()).isZero();
    }

    private static Throwable failureOf(CompletableFuture<Result> answer) {
        assertThat(answer).isCompletedExceptionally();
        return answer.handle((result, failure) -> failure).join();
    }
}
