package io.raftboot.benchmarks;

import io.raftboot.model.RaftException;
import io.raftboot.model.RequestId;
import io.raftboot.spring.RaftTemplate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Writes from within the process, and how long they take. Nothing but what the servers do is measured: there is no web client. */
final class Load {

    private final RaftTemplate raft;
    private final int keys;
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();

    /** A load that has not begun, on so many keys in turn. */
    Load(RaftTemplate raft, int keys) {
        this.raft = raft;
        this.keys = keys;
    }

    /**
     * Writes until that many are answered.
     *
     * @param from the first key
     * @param bytes the size of each value
     * @param window how many wait for their answer at a time
     * @param named whether each has a request id of the caller's making, which is remembered for a day
     */
    Outcome flood(long from, long count, int bytes, int window, boolean named) throws InterruptedException {
        Semaphore free = new Semaphore(window);
        long start = System.nanoTime();
        for (long i = 0; i < count; i++) {
            free.acquire();
            long number = from + i;
            Optional<RequestId> id = named ? Optional.of(new RequestId("call-" + number)) : Optional.empty();
            submit((int) (number % keys), bytes, id, free::release);
        }
        free.acquire(window);
        return outcome(count, start);
    }

    /** Writes one value after the other at this interval, whether they are answered or not. */
    Outcome trickle(Duration time, Duration interval, int bytes) throws InterruptedException {
        long count = time.dividedBy(interval);
        Semaphore answered = new Semaphore(0);
        long start = System.nanoTime();
        for (long i = 0; i < count; i++) {
            long due = start + i * interval.toNanos();
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            submit((int) (i % keys), bytes, Optional.empty(), answered::release);
        }
        answered.acquire(Math.toIntExact(count));
        return outcome(count, start);
    }

    private void submit(int key, int bytes, Optional<RequestId> id, Runnable answered) {
        long sent = System.nanoTime();
        var unused = raft.submit(Blobs.put(key, bytes), id).whenComplete((result, failure) -> {
            longestNanos.accumulateAndGet(System.nanoTime() - sent, Math::max);
            if (failure instanceof RaftException) {
                failed.incrementAndGet();
            }
            answered.run();
        });
    }

    private Outcome outcome(long count, long startNanos) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        return new Outcome(count, failed.get(), seconds, count / seconds, longestNanos.get() / 1e6);
    }

    /** What came of it. */
    record Outcome(long writes, long failed, double seconds, double writesPerSecond, double longestMillis) {}
}
