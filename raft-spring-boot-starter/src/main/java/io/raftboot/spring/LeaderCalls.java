package io.raftboot.spring;

import io.raftboot.model.Consistency;
import io.raftboot.model.Member;
import io.raftboot.model.RaftException;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * How a call reaches the leader from a server that does not lead. A call is sent once and never passed on by its receiver. Callable
 * from any thread, never blocks; the futures fail with a {@link RaftException}, {@link RaftException.OutcomeUnknown} among them
 * once a command may have reached the leader.
 */
public interface LeaderCalls {

    /**
     * Has the leader submit a command.
     *
     * @param leader whom to ask
     * @param command what the state machine gets; not to be changed afterwards
     * @param requestId the caller's name for the command
     * @param timeout how long the answer may take; the leader waits no longer either
     */
    CompletableFuture<Result> submit(Member leader, byte[] command, Optional<RequestId> requestId, Duration timeout);

    /**
     * Has the leader answer a read.
     *
     * @param leader whom to ask
     * @param query what the state machine is asked
     * @param consistency how fresh the state must be, not {@link Consistency#LOCAL}
     * @param timeout how long the answer may take; the leader waits no longer either
     */
    CompletableFuture<Result> read(Member leader, byte[] query, Consistency consistency, Duration timeout);

    /**
     * Asks the leader for the read index, see {@link io.raftboot.RaftOperations#readIndex}.
     *
     * @param leader whom to ask
     * @param timeout how long the answer may take; the leader waits no longer either
     */
    CompletableFuture<Long> readIndex(Member leader, Duration timeout);

    /**
     * Has the leader do what an operator asks for.
     *
     * @param leader whom to ask
     * @param timeout how long the answer may take
     */
    CompletableFuture<AdminAnswer> administer(Member leader, AdminCall call, Duration timeout);

    /**
     * Makes sure that a server which is to be added is the one that is meant, and tells it which cluster it is in from now on.
     *
     * @param server where it is to be and which one
     * @param commitIndex what is committed in this cluster
     * @param timeout how long the answer may take
     * @return completes when it is ready to be added. Fails with {@link RaftException.ChangeRefused} if it cannot be, with the reason
     */
    CompletableFuture<Void> invite(Member server, long commitIndex, Duration timeout);
}
