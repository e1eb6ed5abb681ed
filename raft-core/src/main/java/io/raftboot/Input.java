package io.raftboot;

import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.model.Snapshot;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What other threads hand to the raft thread. */
sealed interface Input {

    /** Somebody waits for what becomes of it. */
    sealed interface Awaited extends Input {

        /** Completed or failed exactly once. */
        CompletableFuture<?> result();
    }

    /** A message from another server. */
    record Received(Message message) implements Input {}

    /** A request to that server got no answer. */
    record Unreachable(NodeId peer) implements Input {}

    /** The process of that server has ended. */
    record Gone(NodeId server) implements Input {}

    /** All that the apply thread was given is applied, and there is more. */
    record Applied() implements Input {}

    /** A snapshot of this server's own state is durable. */
    record SnapshotTaken(Snapshot snapshot) implements Input {}

    /** The snapshot that was to be downloaded is here, complete and verified. */
    record SnapshotFetched(Snapshot snapshot) implements Input {}

    /** The snapshot that was to be downloaded is not here, and nobody tries any more. */
    record SnapshotNotFetched() implements Input {}

    /** A command to be replicated. */
    record Command(CompletableFuture<Result> result, Optional<RequestId> requestId, byte[] bytes) implements Awaited {}

    /**
     * A linearizable read.
     *
     * @param query empty for somebody who wants to know no more than how far a state must be
     */
    record Read(CompletableFuture<Result> result, Optional<byte[]> query) implements Awaited {

        /** A question to the state machine. */
        Read(CompletableFuture<Result> result, byte[] query) {
            this(result, Optional.of(query));
        }
    }

    /**
     * A read under the leader's lease, or a linearizable one if there is none.
     *
     * @param again asks as a linearizable read; to be called if the lease has ended before the state was read
     */
    record LeaseRead(CompletableFuture<Result> result, byte[] query, Runnable again) implements Awaited {}

    /**
     * Leadership is to be handed over.
     *
     * @param result who leads then
     * @param deadlineNanos when the wait for a successor ends, by {@link io.raftboot.spi.Ticker#nanoTime}
     */
    record Transfer(Optional<NodeId> target, CompletableFuture<NodeId> result, long deadlineNanos) implements Awaited {}

    /**
     * The members are to change.
     *
     * @param force whether also if the cluster may then have to wait for servers that are out of reach
     * @param deadlineNanos how long new voters may take to catch up, by {@link io.raftboot.spi.Ticker#nanoTime}
     */
    record Change(MembershipChange change, boolean force, CompletableFuture<Configuration> result, long deadlineNanos)
            implements Awaited {}

    /** Somebody wants to know what a change of the members would lead to. */
    record Foresee(MembershipChange change, CompletableFuture<ChangeOutlook> result) implements Awaited {}

    /** The leader of a cluster wants to add this server. */
    record Invited(String clusterId, long commitIndex, CompletableFuture<Identity> result) implements Awaited {}

    /** Another server says that this one was removed from the cluster. */
    record Removed() implements Input {}
}
