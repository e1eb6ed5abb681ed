package io.raftboot.spring;

import io.raftboot.RaftOperations;
import io.raftboot.model.Consistency;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.spring.typed.RaftCommand;
import io.raftboot.spring.typed.RaftQuery;
import io.raftboot.spring.typed.Reply;
import io.raftboot.spring.typed.TypedCodec;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The calls of a {@link RaftOperations} in records instead of bytes. Any thread, never blocks. */
final class TypedCalls {

    /** A command's result is of the moment. */
    private static final Optional<Duration> CURRENT = Optional.of(Duration.ZERO);

    private final RaftOperations cluster;
    private final BoundedReads boundedReads;
    private final Optional<TypedCodec> codec;

    /** @param codec the state machine's; empty if it knows nothing but bytes */
    TypedCalls(RaftOperations cluster, BoundedReads boundedReads, Optional<TypedCodec> codec) {
        this.cluster = cluster;
        this.boundedReads = boundedReads;
        this.codec = codec;
    }

    <R> CompletableFuture<Reply<R>> submit(RaftCommand<R> command, Optional<RequestId> requestId, Duration timeLimit) {
        return cluster.submit(codec().encode(command), requestId, timeLimit)
                .thenApply(result -> Reply.of(result, codec().decodeReply(command, result.value()), CURRENT));
    }

    <R> CompletableFuture<Reply<R>> query(RaftQuery<R> query, Consistency consistency, Duration timeLimit) {
        Optional<Duration> staleness = consistency == Consistency.LOCAL ? Optional.empty() : CURRENT;
        return cluster.read(codec().encode(query), consistency, timeLimit)
                .thenApply(result -> reply(query, result, staleness));
    }

    <R> CompletableFuture<Reply<R>> queryAtLeast(RaftQuery<R> query, long minIndex) {
        return boundedReads.readAtLeast(codec().encode(query), minIndex).thenApply(dated -> reply(query, dated));
    }

    <R> CompletableFuture<Reply<R>> queryWithin(RaftQuery<R> query, long minIndex, Duration maxStaleness) {
        return boundedReads
                .readWithin(codec().encode(query), minIndex, maxStaleness)
                .thenApply(dated -> reply(query, dated));
    }

    private <R> Reply<R> reply(RaftQuery<R> query, DatedResult dated) {
        return reply(query, dated.result(), dated.staleness());
    }

    private <R> Reply<R> reply(RaftQuery<R> query, Result result, Optional<Duration> staleness) {
        return Reply.of(result, codec().decodeReply(query, result.value()), staleness);
    }

    private TypedCodec codec() {
        return codec.orElseThrow(
                () -> new IllegalStateException(
                        "the state machine is no io.raftboot.spring.typed.TypedStateMachine, so it takes bytes and no records"));
    }
}
