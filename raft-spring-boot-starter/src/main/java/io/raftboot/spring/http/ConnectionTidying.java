package io.raftboot.spring.http;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import okhttp3.ConnectionPool;
import okhttp3.internal.concurrent.TaskRunner;
import okhttp3.internal.connection.ConnectionListener;

/**
 * Closes connections that have been idle for too long, once in a while. OkHttp's own runner looks for them after every call, which
 * wakes two threads each time: a third of what a leader's processor did under single writes. There is no public way to another
 * one, so this rests on an internal interface of the version that the parent's pom.xml names, and does not compile with one that
 * has changed it.
 */
final class ConnectionTidying implements TaskRunner.Backend {

    /** How long a connection may stay beyond its time. */
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final TaskRunner RUNNER =
            new TaskRunner(new ConnectionTidying(), Logger.getLogger(ConnectionTidying.class.getName()));

    private ConnectionTidying() {}

    /** A pool that is tidied so. */
    static ConnectionPool pool(int maxIdle, long keepIdleMillis) {
        return new ConnectionPool(
                maxIdle, keepIdleMillis, TimeUnit.MILLISECONDS, RUNNER, ConnectionListener.Companion.getNONE());
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    /** The thread that waits wakes by itself. */
    @Override
    public void coordinatorNotify(TaskRunner runner) {}

    /** Called with the runner locked. */
    @Override
    public void coordinatorWait(TaskRunner runner, long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(runner, Math.min(nanos, PERIOD_NANOS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public <T> BlockingQueue<T> decorate(BlockingQueue<T> queue) {
        return queue;
    }

    /** Ends when no connection is left. */
    @Override
    public void execute(TaskRunner runner, Runnable task) {
        Thread thread = new Thread(task, "raft-idle-connections");
        thread.setDaemon(true);
        thread.setContextClassLoader(ConnectionTidying.class.getClassLoader());
        thread.start();
    }
}
