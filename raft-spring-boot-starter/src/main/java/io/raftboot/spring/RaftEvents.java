package io.raftboot.spring;

import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import io.raftboot.spi.RaftListener;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Turns what becomes of the server into application events. Listeners of the application run on the thread that publishes, so that
 * is one of its own, and a slow listener delays events and nothing else.
 */
public final class RaftEvents implements RaftListener, AutoCloseable {

    /** How many events may wait for a slow listener; of more, the oldest are dropped. */
    static final int MAX_WAITING = 1_000;

    private static final Logger log = LoggerFactory.getLogger(RaftEvents.class);

    private final ApplicationEventPublisher publisher;
    private final Executor executor;
    private final Runnable close;

    /**
     * Events of an application.
     *
     * @param publisher where they go, on a thread made here
     */
    public RaftEvents(ApplicationEventPublisher publisher) {
        this(publisher, oneThread());
    }

    private RaftEvents(ApplicationEventPublisher publisher, ThreadPoolExecutor thread) {
        this(publisher, thread, thread::shutdown);
    }

    RaftEvents(ApplicationEventPublisher publisher, Executor executor, Runnable close) {
        this.publisher = publisher;
        this.executor = executor;
        this.close = close;
    }

    /** The thread ends after a while without events. */
    static ThreadPoolExecutor oneThread() {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                RaftEvents::thread,
                RaftEvents::full);
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "raft-events");
        thread.setDaemon(true);
        return thread;
    }

    private static void full(Runnable newest, ThreadPoolExecutor thread) {
        if (!thread.isShutdown()) {
            log.warn("Listeners of Raft events are too slow, the oldest of {} events is dropped", MAX_WAITING);
            thread.getQueue().poll();
            thread.execute(newest);
        }
    }

    @Override
    public void onLeaderElected(NodeId leader, long term) {
        publish(new RaftLeaderElected(leader, term));
    }

    @Override
    public void onLeadershipGained(long term) {
        publish(new RaftLeadershipGained(term));
    }

    @Override
    public void onLeadershipLost(long term) {
        publish(new RaftLeadershipLost(term));
    }

    @Override
    public void onMembersChanged(Configuration configuration) {
        publish(new RaftMembersChanged(configuration));
    }

    private void publish(Object event) {
        executor.execute(() -> {
            try {
                publisher.publishEvent(event);
            } catch (RuntimeException e) {
                log.error("A listener failed at {}", event, e);
            }
        });
    }

    /** Events that come later are dropped. */
    @Override
    public void close() {
        close.run();
    }
}
