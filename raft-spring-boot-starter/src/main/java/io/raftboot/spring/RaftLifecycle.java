package io.raftboot.spring;

import io.raftboot.RaftNode;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RaftStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Lets the server take part for as long as its peers can reach it: it starts once the web server listens, and hands leadership over
 * and stops while the web server still listens. May be started again after a stop, which Spring's test support does when it
 * switches between contexts. Its methods exclude each other.
 */
public final class RaftLifecycle implements SmartLifecycle {

    /**
     * Behind the web server (MAX - 2048) and its graceful shutdown (MAX - 1024), which refuses new connections at once; before the
     * application's own beans in the default phase (MAX), which may need the cluster until they are stopped.
     */
    public static final int PHASE = Integer.MAX_VALUE - 1000;

    private static final Logger log = LoggerFactory.getLogger(RaftLifecycle.class);

    private final Server server;
    private final Duration handoverLimit;
    private volatile boolean running;

    /**
     * The lifecycle of a server.
     *
     * @param node the server
     * @param handoverLimit how long a stop waits for another server to take the leadership
     */
    public RaftLifecycle(RaftNode node, Duration handoverLimit) {
        this(new NodeServer(node), handoverLimit);
    }

    RaftLifecycle(Server server, Duration handoverLimit) {
        this.server = server;
        this.handoverLimit = handoverLimit;
    }

    @Override
    public synchronized void start() {
        if (!running) {
            server.start();
            running = true;
        }
    }

    /** Hands leadership over, if it is here, and ends the server. Waits for both. */
    @Override
    public synchronized void stop() {
        if (running) {
            running = false;
            try {
                handOver();
            } finally {
                server.stop();
            }
        }
    }

    /**
     * The same as {@link #stop()} on a thread of its own: if the disk hangs, the application waits for the server no longer than
     * {@code spring.lifecycle.timeout-per-shutdown-phase}.
     */
    @Override
    public void stop(Runnable callback) {
        Runnable stopAndTell = () -> {
            try {
                stop();
            } finally {
                callback.run();
            }
        };
        new Thread(stopAndTell, "raft-stop").start();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private void handOver() {
        RaftStatus status = server.status();
        boolean alone = status.members().stream()
                .noneMatch(member ->
                        member.voter() && !member.id().equals(status.identity().nodeId()));
        if (status.role() != RaftRole.LEADER || alone) {
            return;
        }
        try {
            NodeId leader =
                    server.transferLeadership(Optional.empty()).get(handoverLimit.toMillis(), TimeUnit.MILLISECONDS);
            log.info("Handed leadership over to {} before stopping", leader);
        } catch (ExecutionException | CancellationException e) {
            log.info("Stopping without handing leadership over, the others elect a leader: {}", e.toString());
        } catch (TimeoutException e) {
            log.info("Stopping, nobody took the leadership within {} ms", handoverLimit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.info("Stopping at once, the handover of leadership was interrupted");
        }
    }

    /** What the lifecycle does to a server. */
    interface Server {

        void start();

        void stop();

        RaftStatus status();

        CompletableFuture<NodeId> transferLeadership(Optional<NodeId> target);
    }

    private record NodeServer(RaftNode node) implements Server {

        @Override
        public void start() {
            node.start();
        }

        @Override
        public void stop() {
            node.stop();
        }

        @Override
        public RaftStatus status() {
            return node.status();
        }

        @Override
        public CompletableFuture<NodeId> transferLeadership(Optional<NodeId> target) {
            return node.transferLeadership(target);
        }
    }
}
