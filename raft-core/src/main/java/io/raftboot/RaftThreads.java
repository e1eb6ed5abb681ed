package io.raftboot;

import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of one run of a server. None of them is ever interrupted. */
final class RaftThreads implements Threads {

    /** How long stopping waits for each thread; one that hangs is then left behind. */
    static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    /** How late the answer may be that a request has waited too long. */
    static final Duration EXPIRY_INTERVAL = Duration.ofMillis(100);

    private static final Logger log = LoggerFactory.getLogger("io.raftboot");

    private final NodeId self;
    private final ExecutorService applyThread;
    private final ExecutorService snapshotThread;
    private final ScheduledExecutorService answerThread;
    private final ExecutorService raftThread;
    private final RaftRun run;

    private RaftThreads(NodeId self, Body body) {
        this.self = self;
        this.applyThread = Executors.newSingleThreadExecutor(named("apply"));
        this.snapshotThread = Executors.newSingleThreadExecutor(named("snapshot"));
        this.answerThread = Executors.newSingleThreadScheduledExecutor(named("answers"));
        this.raftThread = Executors.newSingleThreadExecutor(named("raft"));
        this.run = body.run(applyThread, snapshotThread, answerThread);
    }

    /** See {@link Threads.Start}. */
    static RaftThreads start(NodeId self, Body body, Runnable expire) {
        RaftThreads threads = new RaftThreads(self, body);
        long period = EXPIRY_INTERVAL.toMillis();
        var unused = threads.answerThread.scheduleWithFixedDelay(expire, period, period, TimeUnit.MILLISECONDS);
        threads.raftThread.execute(threads.run);
        return threads;
    }

    @Override
    public RaftRun run() {
        return run;
    }

    @Override
    public Identity awaitStart() {
        try {
            return run.started().join();
        } catch (CompletionException e) {
            stop();
            if (e.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw e;
        }
    }

    @Override
    public boolean query(Applier.Query query) {
        try {
            applyThread.execute(() -> run.applier().query(query));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public boolean takeSnapshot(CompletableFuture<Snapshot> result) {
        try {
            applyThread.execute(() -> run.snapshotTaker().take(result));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public void stop() {
        run.stop();
        end(raftThread);
        end(applyThread);
        end(snapshotThread);
        end(answerThread);
    }

    @Override
    public boolean hasEnded() {
        return raftThread.isTerminated() && applyThread.isTerminated();
    }

    private void end(ExecutorService thread) {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                log.error("{}: a thread did not end within {} s and is left behind", self, STOP_LIMIT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ThreadFactory named(String task) {
        return runnable -> {
            Thread thread = new Thread(runnable, "raft-" + self + "-" + task);
            thread.setDaemon(true);
            return thread;
        };
    }
}
