package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.memory.MemoryNetwork;
import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.Member;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.Result;
import io.raftboot.model.Snapshot;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** How a run ends: everybody who waits is told. */
class RaftRunTest {

    private static final NodeId SELF = NodeId.of("n1");
    private static final Configuration ALONE =
            Configuration.ofVoters(List.of(new Member(SELF, URI.create("http://n1"))));

    private final RaftConfig config = RaftConfig.defaults(SELF);
    private final ManualTicker ticker = new ManualTicker();
    private final RaftRun run = new RaftRun(
            config,
            ALONE,
            new MemoryDisk(new Identity("c", "default", SELF, "i")),
            new MemoryNetwork().connection(),
            new ReplicatedState(new CountingStateMachine()),
            Runnable::run,
            Runnable::run,
            Runnable::run,
            ticker,
            new Random(1),
            new Listeners());

    @Test
    void whatCameInBehindTheMessageThatStopsTheServerForGoodIsRefused() {
        lead();
        long term = run.view().term();
        CompletableFuture<Result> command = new CompletableFuture<>();
        CompletableFuture<ChangeOutlook> question = new CompletableFuture<>();

        run.inbox().offer(heartbeatOfTerm(term));
        run.inbox().offer(new Input.Command(command, Optional.empty(), new byte[1]));
        run.inbox().offer(new Input.Foresee(new MembershipChange.Remove(SELF), question));
        run.turn();
        assertThat(run.isRunning()).isFalse();
        run.end();

        assertThatThrownBy(command::join).hasCauseInstanceOf(RaftException.Stopped.class);
        assertThatThrownBy(question::join).hasCauseInstanceOf(RaftException.Stopped.class);
    }

    @Test
    void aMessageThatIsBroughtInPersonIsDealtWithByWhoBringsIt() {
        run.begin();
        run.inbox().pass();

        assertThat(run.takeIn(heartbeatOfTerm(7))).isTrue();

        assertThat(run.view().term()).isEqualTo(7);
    }

    @Test
    void aMessageThatIsBroughtWhileSomebodyIsAtItWaits() {
        run.begin();

        assertThat(run.takeIn(heartbeatOfTerm(7))).isTrue();

        assertThat(run.view().term()).isZero();
        run.turn();
        assertThat(run.view().term()).isEqualTo(7);
    }

    @Test // an interrupt closes a file that is written to, and the server stops for good
    void whoIsInterruptedLeavesItsMessageToTheRaftThread() {
        run.begin();
        run.inbox().pass();
        Thread.currentThread().interrupt();

        boolean taken = run.takeIn(heartbeatOfTerm(7));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(taken).isTrue();
        assertThat(run.view().term()).isZero();
    }

    @Test
    void aMessageThatIsBroughtToAServerThatHasFailedIsLost() {
        lead();
        run.inbox().pass();
        long term = run.view().term();
        assertThat(run.takeIn(heartbeatOfTerm(term))).isFalse();
        assertThat(run.failure()).isPresent();

        assertThat(run.takeIn(heartbeatOfTerm(term + 1))).isFalse();

        assertThat(run.view().term()).isEqualTo(term);
    }

    /** From another server; this one alone can lead a term in which it leads. */
    private static Input heartbeatOfTerm(long term) {
        return new Input.Received(new AppendEntries(NodeId.of("n2"), SELF, term, 1, 0, 0, List.of(), 0));
    }

    @Test
    void aQuestionThatComesAfterTheEndIsRefused() {
        lead();
        run.stop();
        run.end();
        CompletableFuture<Result> answer = new CompletableFuture<>();

        run.applier().query(new Applier.Query(1_000, new byte[0], answer));

        assertThatThrownBy(answer::join).hasCauseInstanceOf(RaftException.Stopped.class);
    }

    @Test // two threads would apply commands to the same state machine
    void aServerOfWhichAThreadHangsIsNotStartedAgainBeforeThatHasEnded() {
        AtomicBoolean hasEnded = new AtomicBoolean();
        RaftNode node = new RaftNode(
                config,
                ALONE,
                new MemoryDisk(new Identity("c", "default", SELF, "i")),
                new MemoryNetwork().connection(),
                new CountingStateMachine(),
                ticker,
                new Random(1),
                (self, body, expire) ->
                        new Hanging(body.run(Runnable::run, Runnable::run, Runnable::run), hasEnded::get));
        node.start();
        node.stop();

        assertThatThrownBy(node::start).hasMessageContaining("start a new process");
        hasEnded.set(true);
        node.start();
    }

    private record Hanging(RaftRun run, BooleanSupplier goesOn) implements Threads {

        @Override
        public Identity awaitStart() {
            run.begin();
            return run.started().join();
        }

        @Override
        public boolean query(Applier.Query query) {
            return false;
        }

        @Override
        public boolean takeSnapshot(CompletableFuture<Snapshot> result) {
            return false;
        }

        @Override
        public void stop() {
            run.stop();
            run.end();
        }

        @Override
        public boolean hasEnded() {
            return goesOn.getAsBoolean();
        }
    }

    private void lead() {
        run.begin();
        for (int ticks = 0; ticks < 1_000 && run.view().role() != RaftRole.LEADER; ticks++) {
            ticker.advance(config.tickInterval());
            run.turn();
        }
        assertThat(run.view().role()).isEqualTo(RaftRole.LEADER);
    }
}
