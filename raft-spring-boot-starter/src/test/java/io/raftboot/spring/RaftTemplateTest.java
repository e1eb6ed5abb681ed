package io.raftboot.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Consistency;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scenario C1: who is asked, once. What becomes of a refusal is in {@link FollowedCallTest}. */
class RaftTemplateTest {

    private static final byte[] BYTES = {1};
    private static final Optional<RequestId> ONCE = Optional.of(new RequestId("once"));
    private static final RaftConfig CONFIG =
            RaftConfig.defaults(NodeId.of("n1")).withLimits(100, 3, 300);

    private final FakeServer server = new FakeServer();
    private final FakeLeaderCalls leader = new FakeLeaderCalls();
    private final HandTiming timing = new HandTiming();
    private final RaftTemplate template = template(CONFIG);

    private RaftTemplate template(RaftConfig config) {
        return new RaftTemplate(server, server::status, leader, config, Optional.empty(), timing, Duration.ZERO);
    }

    @Test
    void whoWatchesIsServedByThisServerWhetherItLeadsOrNot() {
        server.status = Statuses.follower();

        assertThatThrownBy(() -> template.watch(7, () -> {})).isInstanceOf(RaftException.HistoryGone.class);
        assertThat(server.calls).containsExactly("watch 7");
    }

    @Test
    void theLeaderAnswersByItself() {
        server.status = Statuses.leader();

        template.submit(BYTES, ONCE).join();
        template.read(BYTES, Consistency.LINEARIZABLE).join();

        assertThat(server.calls).containsExactly("submit", "read LINEARIZABLE");
        assertThat(server.requests).containsExactly("once PT5S");
        assertThat(leader.calls).isEmpty();
    }

    @Test
    void aFollowerPassesACommandOnToTheLeaderWithItsRequestIdAndTimeLimit() {
        server.status = Statuses.follower();

        var result = template.submit(BYTES, ONCE).join();

        assertThat(result.index()).isEqualTo(2);
        assertThat(leader.calls).containsExactly("submit n2=http://n2:8080 once PT2S");
        assertThat(server.calls).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"LINEARIZABLE", "LEASE"})
    void aFollowerPassesAReadOnToTheLeader(Consistency consistency) {
        server.status = Statuses.follower();

        template.read(BYTES, consistency).join();

        assertThat(leader.calls).containsExactly("read n2=http://n2:8080 " + consistency + " PT2S");
        assertThat(server.calls).isEmpty();
    }

    @Test // scenario Q4
    void theReadIndexIsAskedOfTheLeader() {
        server.status = Statuses.follower();

        assertThat(template.readIndex(Duration.ofSeconds(5)).join()).isEqualTo(2);

        assertThat(leader.calls).containsExactly("read index n2=http://n2:8080 PT2S");
    }

    @Test
    void aLocalReadIsAnsweredHereEvenWithoutALeader() {
        server.status = Statuses.leaderless();

        template.read(BYTES, Consistency.LOCAL).join();

        assertThat(server.calls).containsExactly("read LOCAL");
    }

    @Test
    void aCommandWithoutARequestIdGetsOneOfItsOwn() {
        template.submit(BYTES, Optional.empty()).join();
        template.submit(BYTES, Optional.empty()).join();
        template(CONFIG).submit(BYTES, Optional.empty()).join();

        assertThat(server.requests).allMatch(request -> request.matches("\\x01[A-Za-z0-9_-]{11}\\.[12] PT5S"));
        assertThat(server.requests).doesNotHaveDuplicates();
    }

    @Test
    void onlyWhoGaveARequestIdIsToldThatTheResultWasGivenBefore() {
        server.answer = CompletableFuture.completedFuture(new Result(7, 1, BYTES).again());

        assertThat(template.submit(BYTES, ONCE).join().replayed()).isTrue();
        assertThat(template.submit(BYTES, Optional.empty()).join().replayed()).isFalse();
    }

    @Test
    void aCallerMayWaitForLessTimeAndNotForMore() {
        template.submit(BYTES, ONCE, Duration.ofSeconds(1)).join();
        template.submit(BYTES, ONCE, Duration.ofDays(1)).join();

        assertThat(server.requests).containsExactly("once PT1S", "once PT5S");
    }

    @Test
    void aFailedServerAnswersForItself() {
        server.status = Statuses.failed("disk");

        template.submit(BYTES, Optional.empty()).join();

        assertThat(server.calls).containsExactly("submit");
    }

    @Test
    void anAnswerThatNeverComesIsUnknown() {
        server.answer = new CompletableFuture<>();
        RaftTemplate impatient = template(new RaftConfig(
                CONFIG.nodeId(),
                CONFIG.electionTimeout(),
                CONFIG.heartbeatInterval(),
                CONFIG.leadership(),
                Duration.ofMillis(1),
                CONFIG.maxCommandBytes(),
                CONFIG.maxPendingCommands(),
                CONFIG.maxPendingBytes(),
                CONFIG.snapshots(),
                CONFIG.sessions(),
                true));

        assertThatThrownBy(() -> impatient.submitAndWait(BYTES, Optional.empty()))
                .isInstanceOf(RaftException.OutcomeUnknown.class);
    }

    @Test
    void aBlockingCallThrowsWhatTheFutureFailsWith() {
        server.answer = CompletableFuture.failedFuture(new RaftException.Stopped("stopped"));

        assertThatThrownBy(() -> template.submitAndWait(BYTES, Optional.empty()))
                .isInstanceOf(RaftException.Stopped.class);
        assertThatThrownBy(() -> template.readAndWait(BYTES, Consistency.LINEARIZABLE))
                .isInstanceOf(RaftException.Stopped.class);
    }

    @Test
    void anInterruptedCallerStaysInterruptedAndDoesNotKnow() {
        server.answer = new CompletableFuture<>();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> template.submitAndWait(BYTES, Optional.empty()))
                .isInstanceOf(RaftException.OutcomeUnknown.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
