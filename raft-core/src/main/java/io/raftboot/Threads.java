package io.raftboot;

import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What carries out one run of a server: threads of its own, or the one thread of a test that wants to see every step. */
interface Threads {

    /** The run. */
    RaftRun run();

    /** Waits until the server takes part. @throws RuntimeException the reason why it does not; the run has ended then */
    Identity awaitStart();

    /** Asks the state machine a question, on its thread. @return false if the server is stopping */
    boolean query(Applier.Query query);

    /** Has a snapshot taken. @return false if the server is stopping */
    boolean takeSnapshot(CompletableFuture<Snapshot> result);

    /** Ends the run, in an order in which everybody who waits gets an answer. */
    void stop();

    /** Whether nothing of it can touch the log or the state machine any more: not if one of them hangs. */
    boolean hasEnded();

    /** Makes a run from the threads it is to use. */
    @FunctionalInterface
    interface Body {

        /** Makes it. */
        RaftRun run(Executor applyThread, Executor snapshotThread, Executor answerThread);
    }

    /** Begins a run. */
    @FunctionalInterface
    interface Start {

        /**
         * Begins it.
         *
         * @param expire answers those who have waited too long; called now and then on the answer thread
         */
        Threads start(NodeId self, Body body, Runnable expire);
    }
}
