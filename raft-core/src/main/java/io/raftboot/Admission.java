package io.raftboot;

import io.raftboot.model.RaftConfig;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How much may wait for an answer on this server at a time: beyond it the next one is refused at once. Any thread. */
final class Admission {

    private final int maxRequests;
    private final long maxBytes;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    Admission(RaftConfig config) {
        this.maxRequests = config.maxPendingCommands();
        this.maxBytes = config.maxPendingBytes();
    }

    /** Lets a request in. @return false if there is no room for it */
    boolean enter(int size) {
        int nowWaiting = requests.incrementAndGet();
        long nowBytes = bytes.addAndGet(size);
        if (nowWaiting <= maxRequests && nowBytes <= maxBytes) {
            return true;
        }
        leave(size);
        return false;
    }

    /** The request has its answer. */
    void leave(int size) {
        requests.decrementAndGet();
        bytes.addAndGet(-size);
    }
}
