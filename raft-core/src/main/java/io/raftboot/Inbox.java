package io.raftboot;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** The one way to the raft thread: a bounded queue that many fill and the raft thread empties. */
final class Inbox {

    private final BlockingQueue<Input> queue;
    private volatile boolean closed;

    /**
     * An empty inbox.
     *
     * @param capacity how many inputs may wait; more are refused
     */
    Inbox(int capacity) {
        this.queue = new ArrayBlockingQueue<>(capacity);
    }

    /** Adds an input; any thread, never blocks. @return false if it is full or closed, and the input will not be seen */
    boolean offer(Input input) {
        if (closed || !queue.offer(input)) {
            return false;
        }
        // Closed in between: whoever closed it may already have looked for the last time.
        return !closed || !queue.remove(input);
    }

    boolean isClosed() {
        return closed;
    }

    /** Takes out all that is there, in order; waits for the first one at most this long. */
    List<Input> drain(long maxWaitNanos) throws InterruptedException {
        List<Input> inputs = new ArrayList<>();
        Input first = queue.poll(maxWaitNanos, TimeUnit.NANOSECONDS);
        if (first != null) {
            inputs.add(first);
            queue.drainTo(inputs);
        }
        return inputs;
    }

    /** Refuses everything from now on. @return what was still waiting */
    List<Input> close() {
        closed = true;
        List<Input> rest = new ArrayList<>();
        queue.drainTo(rest);
        return rest;
    }
}
