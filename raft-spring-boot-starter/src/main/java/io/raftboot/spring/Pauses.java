package io.raftboot.spring;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Calls that wait before they are tried again: no queue of the server's counts them meanwhile, so here it is only so many, and so
 * many bytes of them. Any thread.
 */
final class Pauses {

    private final Timing timing;
    private final int maxCalls;
    private final long maxBytes;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    Pauses(Timing timing, int maxCalls, long maxBytes) {
        this.timing = timing;
        this.maxCalls = maxCalls;
        this.maxBytes = maxBytes;
    }

    long nanoTime() {
        return timing.nanoTime();
    }

    /**
     * Goes on after a pause.
     *
     * @param size what the call counts for, in bytes
     * @return false if there is no room, and nothing will happen
     */
    boolean take(Duration pause, int size, Runnable afterwards) {
        int nowCalls = calls.incrementAndGet();
        long nowBytes = bytes.addAndGet(size);
        if (nowCalls > maxCalls || nowBytes > maxBytes) {
            leave(size);
            return false;
        }
        timing.after(pause, () -> {
            leave(size);
            afterwards.run();
        });
        return true;
    }

    private void leave(int size) {
        calls.decrementAndGet();
        bytes.addAndGet(-size);
    }
}
