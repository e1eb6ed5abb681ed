package io.raftboot.benchmarks;

import io.raftboot.benchmarks.compare.Latencies;
import io.raftboot.model.Consistency;
import io.raftboot.model.Result;
import io.raftboot.spring.RaftTemplate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Writes or linearizable reads from within the process for a while, so many under way at a time. */
final class SteadyLoad {

    /** From one key to the next, so that a short load, too, meets keys far apart; a prime, so that it comes to all of them. */
    private static final int STEP = 7_919;

    private final RaftTemplate raft;
    private final boolean reads;
    private final int window;
    private final int bytes;
    private final Semaphore free;
    private final Latencies latencies = new Latencies();
    private final AtomicLong failed = new AtomicLong();

    /**
     * A load that has not begun.
     *
     * @param reads whether to read, or to write
     * @param window how many are under way
     * @param bytes the size of each value
     */
    SteadyLoad(RaftTemplate raft, boolean reads, int window, int bytes) {
        this.raft = raft;
        this.reads = reads;
        this.window = window;
        this.bytes = bytes;
        this.free = new Semaphore(window);
    }

    /**
     * Takes so many keys in turn until the time is over or so many are begun, and waits for the last answers, which do not count.
     */
    Outcome run(int keys, Duration time, long most) throws InterruptedException {
        long start = System.nanoTime();
        for (long begun = 0; begun < most && System.nanoTime() - start < time.toNanos(); begun++) {
            free.acquire();
            begin((int) (begun * STEP % keys));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long answered = latencies.count();
        free.acquire(window);
        return new Outcome(
                answered,
                failed.get(),
                answered / seconds,
                latencies.quantileMicros(0.5),
                latencies.quantileMicros(0.99));
    }

    private void begin(int key) {
        byte[] content = reads ? Blobs.get(key) : Blobs.put(key, bytes);
        long sent = System.nanoTime();
        CompletableFuture<Result> answer =
                reads ? raft.read(content, Consistency.LINEARIZABLE) : raft.submit(content, Optional.empty());
        var unused = answer.whenComplete((result, failure) -> {
            if (failure == null) {
                latencies.add(System.nanoTime() - sent);
            } else {
                failed.incrementAndGet();
            }
            free.release();
        });
    }

    /** What came of it. */
    record Outcome(long answered, long failed, double perSecond, double p50Micros, double p99Micros) {}
}
