package io.raftboot.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Consistency;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.spring.typed.CommandRejected;
import io.raftboot.spring.typed.Reply;
import io.raftboot.spring.typed.Stock;
import io.raftboot.spring.typed.Stock.Add;
import io.raftboot.spring.typed.Stock.Count;
import io.raftboot.spring.typed.Stock.Forgotten;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Typed calls of a template; the request timeout is 5 s. */
class TypedTemplateTest {

    private static final Add ADD = new Add("nail", 3);
    private static final Count COUNT = new Count("nail");
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final FakeServer server = new FakeServer();
    private final FakeLeaderCalls leader = new FakeLeaderCalls();
    private final RaftTemplate template = template(Optional.of(new Stock()));

    private RaftTemplate template(Optional<Stock> stock) {
        return new RaftTemplate(
                server,
                server::status,
                leader,
                RaftConfig.defaults(NodeId.of("n1")),
                stock.map(Stock::codec),
                new HandTiming(),
                Duration.ZERO);
    }

    private void answers(String json) {
        server.answer = CompletableFuture.completedFuture(new Result(7, 2, json.getBytes(UTF_8)));
    }

    @Test
    void aCommandGivesWhatItsHandlerGave() {
        answers("{\"ok\":3}");

        Reply<Long> reply = template.submit(ADD).join();

        assertThat(reply).isEqualTo(new Reply<>(3L, 7, 2, false, Optional.of(Duration.ZERO)));
        assertThat(server.requests)
                .singleElement()
                .asString()
                .doesNotStartWith("-")
                .endsWith("PT5S");
    }

    @Test
    void aCommandIsSentUnderItsRequestId() {
        answers("{\"ok\":3}");
        server.answer = CompletableFuture.completedFuture(server.answer.join().again());

        Reply<Long> reply = template.submit(ADD, new RequestId("once")).join();

        assertThat(reply.replayed()).isTrue();
        assertThat(server.requests).containsExactly("once PT5S");
    }

    @Test
    void whoWaitsDoesSoNoLongerThanHeLikesAndNoLongerThanARequestMayWait() {
        answers("{\"ok\":3}");

        assertThat(template.submitAndWait(ADD, new RequestId("a"), LIMIT).value())
                .isEqualTo(3L);
        assertThat(template.submitAndWait(ADD, new RequestId("b"), Duration.ofDays(1_000_000_000))
                        .value())
                .isEqualTo(3L);

        assertThat(server.requests).containsExactly("a PT2S", "b PT5S");
    }

    @Test
    void whoWaitsInVainIsToldThatTheOutcomeIsUnknown() {
        server.answer = new CompletableFuture<>();

        assertThatThrownBy(() -> template.submitAndWait(ADD, Duration.ofMillis(1)))
                .isInstanceOf(RaftException.OutcomeUnknown.class);
    }

    @Test
    void aFollowerPassesACommandOnToTheLeader() {
        server.status = Statuses.follower();

        assertThat(template.submit(ADD, new RequestId("once"))).isNotNull();

        assertThat(leader.calls).containsExactly("submit n2=http://n2:8080 once PT2S");
    }

    @Test
    void aQuestionIsAnsweredAsFreshAsItIsAsked() {
        answers("{\"ok\":3}");

        assertThat(template.query(COUNT, Consistency.LINEARIZABLE).join().value())
                .contains(3L);
        assertThat(template.query(COUNT, Consistency.LOCAL).join().staleness()).isEmpty();
        assertThat(template.queryAtLeast(COUNT, 7).join().value()).contains(3L);
        assertThat(template.queryWithin(COUNT, 0, LIMIT).join().staleness()).contains(Duration.ZERO);
        assertThat(template.queryAndWait(COUNT, Consistency.LEASE, LIMIT).value())
                .contains(3L);

        assertThat(server.calls)
                .containsExactly(
                        "read LINEARIZABLE", "read LOCAL", "read at least 7", "read LINEARIZABLE", "read LEASE");
    }

    @Test
    void aRefusalIsTheFailureOfTheCaller() {
        answers("{\"rejected\":\"there are not so many\"}");

        assertThat(template.submit(ADD))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(CommandRejected.class)
                .withMessage("there are not so many");
        assertThatThrownBy(() -> template.submitAndWait(ADD, LIMIT))
                .isInstanceOf(CommandRejected.class)
                .hasMessage("there are not so many");
        assertThatThrownBy(() -> template.queryAndWait(COUNT, Consistency.LOCAL, LIMIT))
                .isInstanceOf(CommandRejected.class);
    }

    @Test
    void whatCannotBeReadIsNoRefusal() {
        answers("{\"ok\":\"three\"}");

        assertThatThrownBy(() -> template.submitAndWait(ADD, LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasStackTraceContaining("'Add', version 1");
    }

    @Test
    void aCommandWithoutAHandlerDoesNotLeaveTheServer() {
        assertThatThrownBy(() -> template.submit(new Forgotten())).isInstanceOf(IllegalArgumentException.class);
        assertThat(server.calls).isEmpty();
    }

    @Test
    void aStateMachineOfBytesTakesNoRecords() {
        assertThatThrownBy(() -> template(Optional.empty()).submit(ADD))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("TypedStateMachine");
    }
}
