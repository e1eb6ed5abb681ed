package io.raftboot;

import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/** What carries out one run of a server: threads of its own, or the one thread of a test that wants to see every step. */
interface Threads {

    /** The run. */
    RaftRun run();

    /** Waits until the server takes part. @throws RuntimeException the reason why it does not; the run has ended then */
    Identity awaitStart();

    /** Asks the state machine a question, on its thread. @return false if the server is stopping */
    boolean query(Applier.Query query);

    /** Ends the run, in an order in which everybody who waits gets an answer. */
    void stop();

    /** Begins a run. */
    @FunctionalInterface
    interface Start {

        /**
         * Begins it.
         *
         * @param body makes the run from the apply thread and the answer thread
         * @param expire answers those who have waited too long; called now and then on the answer thread
         */
        Threads start(NodeId self, BiFunction<Executor, Executor, RaftRun> body, Runnable expire);
    }
}
