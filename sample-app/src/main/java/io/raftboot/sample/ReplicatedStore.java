package io.raftboot.sample;

import io.raftboot.RaftOperations;
import io.raftboot.Watch;
import io.raftboot.model.Consistency;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.spring.BoundedReads;
import io.raftboot.spring.DatedResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The store as its callers see it: the cluster, asked in records instead of bytes. Callable from any thread, never blocks; the
 * futures fail with a {@link RaftException}.
 */
final class ReplicatedStore {

    /** How long a local read may wait until this server is far enough; {@code raft.request-timeout} may be shorter. */
    static final Duration LOCAL_READ_LIMIT = Duration.ofSeconds(5);

    private final RaftOperations raft;
    private final Supplier<RaftStatus> status;
    private final BoundedReads local;
    private final WaitingRequests waiting;
    private final CommandCodec commands = new CommandCodec();
    private final JsonCodec codec = new JsonCodec();

    /**
     * @param raft the way to the leader
     * @param status this server's own view
     * @param waiting how many may wait
     */
    ReplicatedStore(RaftOperations raft, Supplier<RaftStatus> status, WaitingRequests waiting) {
        this.raft = raft;
        this.status = status;
        this.waiting = waiting;
        this.local = new BoundedReads(raft, LOCAL_READ_LIMIT);
    }

    /**
     * Has a command applied by every server; once, however often it comes under the same key.
     *
     * @throws RaftException.Overloaded if too many wait
     */
    CompletableFuture<Answer<CommandResult>> submit(Command command, Optional<RequestId> key) {
        return waiting.admit(() -> raft.submit(commands.encode(command), key)
                .thenApply(result -> answer(current(result), commands::result)));
    }

    /** Asks the state, which is as fresh as wanted. @throws RaftException.Overloaded if too many wait */
    <R> CompletableFuture<Answer<R>> read(Query<R> query, Freshness freshness) {
        return waiting.admit(() -> dated(codec.encode(query), freshness)
                .thenApply(dated -> answer(dated, value -> codec.decode(value, query.answerType()))));
    }

    private CompletableFuture<DatedResult> dated(byte[] query, Freshness freshness) {
        if (freshness.here()) {
            return raft.readIndex(LOCAL_READ_LIMIT)
                    .thenCompose(index -> raft.readAtLeast(query, index, LOCAL_READ_LIMIT))
                    .thenApply(ReplicatedStore::current);
        }
        if (freshness.consistency() != Consistency.LOCAL) {
            return raft.read(query, freshness.consistency()).thenApply(ReplicatedStore::current);
        }
        return freshness
                .maxStaleness()
                .map(limit -> local.readWithin(query, freshness.minIndex(), limit))
                .orElseGet(() -> local.readAtLeast(query, freshness.minIndex()));
    }

    private static DatedResult current(Result result) {
        return new DatedResult(result, Optional.of(Duration.ZERO));
    }

    /** The commands that this server applies, see {@link RaftOperations#watch}. */
    Watch watch(long fromIndex, Runnable whenThereIsMore) {
        return raft.watch(fromIndex, whenThereIsMore);
    }

    /** This server's own view of the cluster. */
    RaftStatus status() {
        return status.get();
    }

    private static <R> Answer<R> answer(DatedResult dated, Function<byte[], R> decode) {
        Result result = dated.result();
        R value = decode.apply(result.value());
        return new Answer<>(result.index(), result.term(), value, dated.staleness(), result.replayed());
    }
}
