package io.raftboot.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Consistency;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RequestId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RaftTemplateTest {

    private static final byte[] BYTES = {1};

    private final FakeServer server = new FakeServer();
    private final FakeLeaderCalls leader = new FakeLeaderCalls();
    private final RaftTemplate template = new RaftTemplate(server, server::status, leader, Duration.ofSeconds(5));

    @Test
    void theLeaderAnswersByItself() {
        server.status = Statuses.leader();

        template.submit(BYTES, Optional.empty()).join();
        template.read(BYTES, Consistency.LINEARIZABLE).join();

        assertThat(server.calls).containsExactly("submit", "read LINEARIZABLE");
        assertThat(leader.calls).isEmpty();
    }

    @Test
    void aFollowerPassesACommandOnToTheLeaderWithItsRequestIdAndTimeLimit() {
        server.status = Statuses.follower();

        var result = template.submit(BYTES, Optional.of(new RequestId("once"))).join();

        assertThat(result.index()).isEqualTo(2);
        assertThat(leader.calls).containsExactly("submit n2=http://n2:8080 once PT5S");
        assertThat(server.calls).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"LINEARIZABLE", "LEASE"})
    void aFollowerPassesAReadOnToTheLeader(Consistency consistency) {
        server.status = Statuses.follower();

        template.read(BYTES, consistency).join();

        assertThat(leader.calls).containsExactly("read n2=http://n2:8080 " + consistency + " PT5S");
        assertThat(server.calls).isEmpty();
    }

    @Test
    void aLocalReadIsAnsweredHereEvenWithoutALeader() {
        server.status = Statuses.leaderless();

        template.read(BYTES, Consistency.LOCAL).join();

        assertThat(server.calls).containsExactly("read LOCAL");
    }

    @Test
    void withoutALeaderACommandIsRefusedAtOnce() {
        server.status = Statuses.leaderless();

        CompletableFuture<?> answer = template.submit(BYTES, Optional.empty());

        assertThat(answer).isCompletedExceptionally();
        assertThatThrownBy(() -> template.submitAndWait(BYTES, Optional.empty()))
                .isInstanceOfSatisfying(
                        RaftException.NotLeader.class,
                        refused -> assertThat(refused.leaderId()).isEmpty());
    }

    @Test
    void aLeaderWithoutAnAddressIsNamedInTheRefusal() {
        server.status = Statuses.followerOf("n9");

        assertThatThrownBy(() -> template.readAndWait(BYTES, Consistency.LINEARIZABLE))
                .isInstanceOfSatisfying(
                        RaftException.NotLeader.class,
                        refused -> assertThat(refused.leaderId()).contains(NodeId.of("n9")));
    }

    @Test
    void theRefusalOfAStaleLeaderIsPassedOnAsItIs() {
        server.status = Statuses.follower();
        RaftException refusal = new RaftException.NotLeader(Optional.of(NodeId.of("n3")));
        leader.answer = CompletableFuture.failedFuture(refusal);

        assertThatThrownBy(() -> template.submitAndWait(BYTES, Optional.empty()))
                .isSameAs(refusal);
        assertThat(leader.calls).hasSize(1);
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
        RaftTemplate impatient = new RaftTemplate(server, server::status, leader, Duration.ofSeconds(-1));

        assertThatThrownBy(() -> impatient.submitAndWait(BYTES, Optional.empty()))
                .isInstanceOf(RaftException.OutcomeUnknown.class);
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
