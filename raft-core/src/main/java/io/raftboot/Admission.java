package io.raftboot;

import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Who waits for an answer from this server: only so many at a time, and each only so long, whatever hangs meanwhile, disk, network
 * or state machine. Any thread.
 */
final class Admission {

    private record Waiting(CompletableFuture<Result> result, long deadlineNanos, Supplier<RaftException> whenLate) {}

    private final RaftConfig config;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();

    Admission(RaftConfig config) {
        this.config = config;
    }

    /**
     * Lets a request in.
     *
     * @param size what it counts for, in bytes
     * @param timeLimit how long its caller waits; nobody waits longer than the request timeout
     * @param whenLate what it is answered if it is not answered in time
     * @return its answer to come, or empty if there is no room for it
     */
    Optional<CompletableFuture<Result>> enter(
            int size, long nowNanos, Duration timeLimit, Supplier<RaftException> whenLate) {
        int nowWaiting = requests.incrementAndGet();
        long nowBytes = bytes.addAndGet(size);
        if (nowWaiting > config.maxPendingCommands() || nowBytes > config.maxPendingBytes()) {
            leave(size);
            return Optional.empty();
        }
        CompletableFuture<Result> result = new CompletableFuture<>();
        Duration patience = config.requestTimeout().compareTo(timeLimit) < 0 ? config.requestTimeout() : timeLimit;
        Waiting entered = new Waiting(result, nowNanos + patience.toNanos(), whenLate);
        waiting.add(entered);
        var unused = result.whenComplete((value, failure) -> {
            waiting.remove(entered);
            leave(size);
        });
        return Optional.of(result);
    }

    /** Answers those who have waited too long. */
    void expire(long nowNanos) {
        for (Waiting late : waiting) {
            if (nowNanos - late.deadlineNanos() >= 0) {
                late.result().completeExceptionally(late.whenLate().get());
            }
        }
    }

    private void leave(int size) {
        requests.decrementAndGet();
        bytes.addAndGet(-size);
    }
}
