package io.raftboot;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.StateMachine;
import io.raftboot.spi.Ticker;
import io.raftboot.spi.Transport;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;

/**
 * A real {@link RaftNode} without threads: it does everything on the thread of the test, and nothing until it is told to take a
 * turn. The door through which {@code io.raftboot.testkit} gets at what is package-private here; not meant for others.
 */
public final class NodeInHand {

    private final RaftNode node;
    private Optional<Hand> hand = Optional.empty();

    /** A server that is not started yet; see {@link RaftNode} for what it is made of. */
    public NodeInHand(
            RaftConfig config,
            Configuration initialConfiguration,
            RaftStorage.Factory storage,
            Transport transport,
            StateMachine stateMachine,
            Ticker ticker,
            RandomGenerator random) {
        this.node = new RaftNode(
                config, initialConfiguration, storage, transport, stateMachine, ticker, random, this::start);
    }

    /** The server, to be started, asked and stopped. */
    public RaftNode node() {
        return node;
    }

    /** Takes a turn with all that has come in; none if it does not run. @return whether anything had come in */
    public boolean turn() {
        return hand.map(Hand::turn).orElse(false);
    }

    /** Why it stopped for good, if it did. */
    public Optional<String> failure() {
        return hand.flatMap(taken -> taken.run().failure());
    }

    /** Answers those who have waited too long, whether it runs or not. */
    public void expire() {
        hand.ifPresent(taken -> taken.expire().run());
    }

    private Threads start(NodeId self, Threads.Body body, Runnable expire) {
        Hand taken = new Hand(body.run(Runnable::run, Runnable::run, Runnable::run), expire);
        hand = Optional.of(taken);
        taken.run().begin();
        return taken;
    }

    private record Hand(RaftRun run, Runnable expire) implements Threads {

        boolean turn() {
            if (!run.isRunning()) {
                return false;
            }
            boolean hadInput = run.turn();
            if (!run.isRunning()) {
                run.end();
            }
            return hadInput;
        }

        @Override
        public Identity awaitStart() {
            try {
                return run.started().join();
            } catch (CompletionException e) {
                stop();
                throw new IllegalStateException(e.getCause());
            }
        }

        @Override
        public boolean query(Applier.Query query) {
            run.applier().query(query);
            return true;
        }

        @Override
        public boolean takeSnapshot(CompletableFuture<Snapshot> result) {
            run.snapshotTaker().take(result);
            return true;
        }

        @Override
        public void stop() {
            run.stop();
            run.end();
        }

        @Override
        public boolean hasEnded() {
            return true;
        }
    }
}
