package io.raftboot.spring;

import io.raftboot.RaftOperations;
import io.raftboot.model.Consistency;
import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Reads from this server's own state that say how old it may be. What this server was last told by the leader is no measure: a message
 * may have waited in a buffer while the process was stopped. So the measure is a question of its own: when the leader answers one
 * that was asked at a moment, whatever has been applied up to the answer's index is no older than that moment, by this server's own
 * clock that never goes back. One such answer serves all reads for as long as they allow. Any thread, never blocks.
 */
public final class BoundedReads {

    /** What the leader said to a question that was asked then. */
    private record Evidence(long askedNanos, long index) {}

    private final RaftOperations cluster;
    private final Duration timeLimit;
    private final LongSupplier nanoTime;
    private volatile Optional<Evidence> evidence = Optional.empty();

    /**
     * Reads on a server.
     *
     * @param cluster answers linearizable reads through the leader, and {@link RaftOperations#readAtLeast} by itself
     * @param timeLimit how long a read may take
     */
    public BoundedReads(RaftOperations cluster, Duration timeLimit) {
        this(cluster, timeLimit, System::nanoTime);
    }

    BoundedReads(RaftOperations cluster, Duration timeLimit, LongSupplier nanoTime) {
        this.cluster = cluster;
        this.timeLimit = timeLimit;
        this.nanoTime = nanoTime;
    }

    /**
     * Asks a question as soon as this server has applied as much.
     *
     * @param minIndex how far the state must be; 0 for no matter
     */
    public CompletableFuture<DatedResult> readAtLeast(byte[] query, long minIndex) {
        return cluster.readAtLeast(query, minIndex, timeLimit)
                .thenApply(result -> new DatedResult(
                        result,
                        evidence.filter(known -> known.index() <= result.index())
                                .map(this::age)));
    }

    /**
     * Asks this server if its state is fresh enough, and the leader otherwise.
     *
     * @param minIndex how far the state must be; 0 for no matter
     * @param maxStaleness how old the state may be when it is handed out
     */
    public CompletableFuture<DatedResult> readWithin(byte[] query, long minIndex, Duration maxStaleness) {
        return readWithin(query, minIndex, maxStaleness, nanoTime.getAsLong() + timeLimit.toNanos());
    }

    private CompletableFuture<DatedResult> readWithin(
            byte[] query, long minIndex, Duration maxStaleness, long deadline) {
        Optional<Evidence> fresh = evidence.filter(known -> age(known).compareTo(maxStaleness) < 0);
        if (fresh.isEmpty()) {
            return askLeader(query, minIndex, maxStaleness, deadline);
        }
        Duration patience = maxStaleness.minus(age(fresh.get()));
        return cluster.readAtLeast(query, Math.max(minIndex, fresh.get().index()), shorter(patience, left(deadline)))
                .thenApply(result -> Optional.of(new DatedResult(result, Optional.of(age(fresh.get()))))
                        .filter(dated -> isWithin(dated, maxStaleness)))
                .exceptionally(failure -> Optional.empty())
                .thenCompose(answer -> answer.map(CompletableFuture::completedFuture)
                        .orElseGet(() -> askLeader(query, minIndex, maxStaleness, deadline)));
    }

    private static boolean isWithin(DatedResult dated, Duration maxStaleness) {
        return dated.staleness().filter(age -> age.compareTo(maxStaleness) <= 0).isPresent();
    }

    private CompletableFuture<DatedResult> askLeader(
            byte[] query, long minIndex, Duration maxStaleness, long deadline) {
        Duration left = left(deadline);
        if (left.isNegative() || left.isZero()) {
            return CompletableFuture.failedFuture(new RaftException.NotLeader(Optional.empty()));
        }
        long asked = nanoTime.getAsLong();
        return cluster.read(query, Consistency.LINEARIZABLE, left).thenCompose(result -> {
            learn(new Evidence(asked, result.index()));
            return result.index() >= minIndex
                    ? CompletableFuture.completedFuture(current(result))
                    : waitFor(query, minIndex, maxStaleness, deadline);
        });
    }

    /** Nobody has applied as much yet: begins again when this server has. */
    private CompletableFuture<DatedResult> waitFor(byte[] query, long minIndex, Duration maxStaleness, long deadline) {
        return cluster.readAtLeast(query, minIndex, left(deadline))
                .thenCompose(reached -> readWithin(query, minIndex, maxStaleness, deadline));
    }

    /** The leader's answer holds everything that was acknowledged before the question. */
    private static DatedResult current(Result result) {
        return new DatedResult(result, Optional.of(Duration.ZERO));
    }

    private synchronized void learn(Evidence newer) {
        if (evidence.isEmpty() || newer.askedNanos() - evidence.get().askedNanos() > 0) {
            evidence = Optional.of(newer);
        }
    }

    private Duration age(Evidence known) {
        return Duration.ofNanos(nanoTime.getAsLong() - known.askedNanos());
    }

    private Duration left(long deadline) {
        return Duration.ofNanos(deadline - nanoTime.getAsLong());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
