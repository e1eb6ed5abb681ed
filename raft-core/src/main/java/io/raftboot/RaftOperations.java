package io.raftboot;

import io.raftboot.model.Consistency;
import io.raftboot.model.RaftException;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What an application asks of the cluster. Callable from any thread, never blocks; the futures fail with a {@link RaftException}
 * that says whether the command may have been applied, and complete on a thread that is not the caller's to hold up.
 */
public interface RaftOperations {

    /**
     * Has a command applied by the state machine of every server. It waits as long as a request may wait there.
     *
     * @param command what {@link io.raftboot.spi.StateMachine#apply} gets; not to be changed afterwards
     * @param requestId the caller's name for the command, so that it can be sent again without being applied again
     * @return what the state machine returned, once the command is committed and applied on the answering server
     */
    CompletableFuture<Result> submit(byte[] command, Optional<RequestId> requestId);

    /**
     * The same for a caller who waits no longer than this.
     *
     * @param timeLimit shortens the time a request may wait, and never lengthens it
     */
    CompletableFuture<Result> submit(byte[] command, Optional<RequestId> requestId, Duration timeLimit);

    /**
     * Asks the state machine a question. It waits as long as a request may wait there.
     *
     * @param query what {@link io.raftboot.spi.StateMachine#query} gets
     * @param consistency how fresh the state must be
     * @return its answer
     */
    CompletableFuture<Result> read(byte[] query, Consistency consistency);

    /**
     * The same for a caller who waits no longer than this.
     *
     * @param timeLimit shortens the time a request may wait, and never lengthens it
     */
    CompletableFuture<Result> read(byte[] query, Consistency consistency, Duration timeLimit);
}
