package io.raftboot;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The one way to the consensus: a bounded queue that many fill, and the turn, which one thread at a time has and which empties it.
 * That is the raft thread, or whoever brings a message in person and finds nobody at it.
 */
final class Inbox {

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();

    /** Wakes the raft thread: there is an input and nobody at it, or the turn that it waits for is free. */
    private final Condition wake = lock.newCondition();

    private Queue<Input> queue = new ArrayDeque<>();
    private boolean isTaken = true;
    private boolean isAwaited;
    private volatile boolean closed;

    /**
     * An empty inbox. The turn is the raft thread's until that {@linkplain #pass passes} it on for the first time.
     *
     * @param capacity how many inputs may wait; more are refused
     */
    Inbox(int capacity) {
        this.capacity = capacity;
    }

    /** Adds an input; any thread, never blocks. @return false if it is full or closed, and the input will not be seen */
    boolean offer(Input input) {
        lock.lock();
        try {
            if (closed || queue.size() >= capacity) {
                return false;
            }
            queue.add(input);
            if (!isTaken) {
                wake.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Takes the turn if nobody has it and no input waits, never blocks. What waits has woken the raft thread, and may mean a write to
     * the disk that somebody who brings an answer is not to be held up by.
     *
     * @return whether it is the caller's, who then has to {@link #pass} it on
     */
    boolean tryTurn() {
        lock.lock();
        try {
            boolean isFree = !isTaken && !closed && queue.isEmpty();
            isTaken |= isFree;
            return isFree;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the turn, and for something to do in it; for the raft thread alone.
     *
     * @param nanosToNextTurn how long there is nothing to do without an input; asked while nobody has the turn
     * @throws InterruptedException without the turn
     */
    void awaitTurn(LongSupplier nanosToNextTurn) throws InterruptedException {
        lock.lock();
        try {
            while (!isDue(nanosToNextTurn)) {
                isAwaited = isTaken;
                if (isTaken) {
                    wake.await();
                } else {
                    var unused = wake.awaitNanos(nanosToNextTurn.getAsLong());
                }
            }
            isTaken = true;
        } finally {
            isAwaited = false;
            lock.unlock();
        }
    }

    private boolean isDue(LongSupplier nanosToNextTurn) {
        return !isTaken && (!queue.isEmpty() || nanosToNextTurn.getAsLong() <= 0);
    }

    /** Gives the turn back; the raft thread takes it if there is more to do. */
    void pass() {
        lock.lock();
        try {
            isTaken = false;
            if (isAwaited || !queue.isEmpty()) {
                wake.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes out all that is there, in order. */
    Queue<Input> drain() {
        lock.lock();
        try {
            Queue<Input> inputs = queue;
            queue = new ArrayDeque<>();
            return inputs;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses everything from now on. @return what was still waiting */
    Queue<Input> close() {
        closed = true;
        return drain();
    }
}
