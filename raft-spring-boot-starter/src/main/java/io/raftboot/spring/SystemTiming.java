package io.raftboot.spring;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The time of this machine. The JDK's own timer thread counts the pauses, so that no thread sleeps; what follows them runs on a
 * thread of this class, which ends when there is nothing to do: what a caller does with its answer must not hold up that timer.
 */
final class SystemTiming implements Timing {

    private static final Duration IDLE_THREAD_LIFE = Duration.ofSeconds(10);

    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            IDLE_THREAD_LIFE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            SystemTiming::newThread);

    SystemTiming() {
        thread.allowCoreThreadTimeOut(true);
    }

    private static Thread newThread(Runnable task) {
        Thread made = new Thread(task, "raft-attempts");
        made.setDaemon(true);
        // Not the web application's, which would be taken for a leak when it stops.
        made.setContextClassLoader(SystemTiming.class.getClassLoader());
        return made;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void after(Duration pause, Runnable task) {
        CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, thread)
                .execute(task);
    }
}
