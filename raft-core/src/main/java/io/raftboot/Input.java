package io.raftboot;

import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What other threads hand to the raft thread. */
sealed interface Input {

    /** A message from another server. */
    record Received(Message message) implements Input {}

    /** A request to that server got no answer. */
    record Unreachable(NodeId peer) implements Input {}

    /** A command to be replicated. */
    record Command(Waiting waiting, Optional<RequestId> requestId, byte[] bytes) implements Input {}

    /** A linearizable read. */
    record Read(Waiting waiting, byte[] query) implements Input {}

    /**
     * Leadership is to be handed over.
     *
     * @param deadlineNanos when the wait for a successor ends
     */
    record Transfer(Optional<NodeId> target, CompletableFuture<NodeId> successor, long deadlineNanos)
            implements Input {}

    /**
     * Somebody who waits for a result.
     *
     * @param deadlineNanos when the wait ends, by {@link io.raftboot.spi.Ticker#nanoTime}
     */
    record Waiting(CompletableFuture<Result> result, long deadlineNanos) {

        boolean isOverdue(long nowNanos) {
            return nowNanos - deadlineNanos >= 0;
        }
    }
}
