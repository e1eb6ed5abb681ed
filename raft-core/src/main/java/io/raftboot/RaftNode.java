package io.raftboot;

import io.raftboot.model.Configuration;
import io.raftboot.model.Consistency;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.StateMachine;
import io.raftboot.spi.Ticker;
import io.raftboot.spi.Transport;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A server of the cluster. */
@SuppressWarnings("DoNotCallSuggester")
public final class RaftNode implements RaftOperations {

    /**
     * A server that is not started yet.
     *
     * @param config its settings
     * @param initialConfiguration the voters to begin with; looked at on the very first start only
     */
    public RaftNode(
            RaftConfig config,
            Configuration initialConfiguration,
            RaftStorage.Factory storage,
            Transport transport,
            StateMachine stateMachine,
            Ticker ticker) {}

    /** Opens the storage and starts the threads; returns when the server takes part. */
    public void start() {
        throw new UnsupportedOperationException();
    }

    /** Ends the threads and closes the storage; what waits is answered. May be started again. */
    public void stop() {
        throw new UnsupportedOperationException();
    }

    /** The server's own view; any thread, never blocks. */
    public RaftStatus status() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Result> submit(byte[] command, Optional<RequestId> requestId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Result> read(byte[] query, Consistency consistency) {
        throw new UnsupportedOperationException();
    }

    /** Hands leadership to this voter, or to the most up-to-date one. Completes with who leads then, or fails with NotLeader. */
    public CompletableFuture<NodeId> transferLeadership(Optional<NodeId> target) {
        throw new UnsupportedOperationException();
    }
}
