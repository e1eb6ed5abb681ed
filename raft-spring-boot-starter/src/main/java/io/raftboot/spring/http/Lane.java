package io.raftboot.spring.http;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries out calls of one kind to one peer, on a bounded number of threads that end when there is nothing to do. A peer that
 * hangs fills its own lane and nothing else.
 */
final class Lane {

    private static final Duration IDLE_THREAD_LIFE = Duration.ofSeconds(30);

    private final ThreadPoolExecutor threads;

    Lane(String name, LaneKind kind) {
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                kind.threads(),
                kind.threads(),
                IDLE_THREAD_LIFE.toMillis(),
                TimeUnit.MILLISECONDS,
                new ArrayBlockingQueue<>(kind.capacity()),
                task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    // Not the web application's, which would be taken for a leak when it stops.
                    thread.setContextClassLoader(Lane.class.getClassLoader());
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Has a call made, or dropped if too many wait or the lane is closed. Never blocks. */
    void offer(Task task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            task.dropped();
        }
    }

    /** Drops what waits and takes nothing more; a call under way ends by itself. */
    void close() {
        threads.shutdown();
        for (Runnable waiting; (waiting = threads.getQueue().poll()) != null; ) {
            ((Task) waiting).dropped();
        }
    }

    /** A call to be made. */
    interface Task extends Runnable {

        /** It will not be made. Runs on the thread that offered it or closed the lane, and must not block. */
        void dropped();
    }
}
