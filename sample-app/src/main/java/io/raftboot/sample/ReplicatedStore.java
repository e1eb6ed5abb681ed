package io.raftboot.sample;

import io.raftboot.RaftOperations;
import io.raftboot.model.Consistency;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The store as its callers see it: the cluster, asked in records instead of bytes. Callable from any thread, never blocks; the
 * futures fail with a {@link RaftException}.
 */
final class ReplicatedStore {

    private final RaftOperations raft;
    private final Supplier<RaftStatus> status;
    private final JsonCodec codec = new JsonCodec();

    /**
     * @param raft the way to the leader
     * @param status this server's own view
     */
    ReplicatedStore(RaftOperations raft, Supplier<RaftStatus> status) {
        this.raft = raft;
        this.status = status;
    }

    /** Has a command applied by every server; once, however often it comes under the same key. */
    CompletableFuture<Answer<CommandResult>> submit(Command command, Optional<RequestId> key) {
        return raft.submit(codec.encode(command), key).thenApply(result -> answer(result, CommandResult.class));
    }

    /** Asks the state, which is as fresh as {@code consistency} says. */
    <R> CompletableFuture<Answer<R>> read(Query<R> query, Consistency consistency) {
        return raft.read(codec.encode(query), consistency).thenApply(result -> answer(result, query.answerType()));
    }

    /** This server's own view of the cluster. */
    RaftStatus status() {
        return status.get();
    }

    private <R> Answer<R> answer(Result result, Class<R> type) {
        return new Answer<>(result.index(), result.term(), codec.decode(result.value(), type), result.replayed());
    }
}
