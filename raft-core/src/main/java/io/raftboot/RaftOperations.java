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

    /**
     * Asks how far a state must be that holds everything acknowledged before this call (the read index of thesis §6.4). A majority is
     * asked, nothing is written, and no state machine. With {@link #readAtLeast} any server answers a linearizable read from its own
     * state, a learner too.
     *
     * @param timeLimit shortens the time a request may wait, and never lengthens it
     */
    CompletableFuture<Long> readIndex(Duration timeLimit);

    /**
     * Asks the state machine of this very server a question as soon as it has applied as much: whoever has written at an index reads
     * it anywhere, and never goes back from one answer to the next. It needs no leader.
     *
     * @param query what {@link io.raftboot.spi.StateMachine#query} gets
     * @param minIndex how far the state must be; the {@link Result#index} of an earlier command or read
     * @param timeLimit shortens the time a request may wait, and never lengthens it
     * @return its answer. Fails with {@link RaftException.NotLeader} if this server does not get there in time
     */
    CompletableFuture<Result> readAtLeast(byte[] query, long minIndex, Duration timeLimit);

    /**
     * Shows every command that this server applies, once and in order. Answered by this server from what it has applied, whether it
     * leads or not: on all of them the same commands have the same indexes, so that whoever was cut off goes on elsewhere. A command
     * that is sent again under its request id is no command that is applied.
     *
     * @param fromIndex the first index to be seen, at least 1; what comes after the last applied one is waited for
     * @param whenThereIsMore called when {@link Watch#poll} gave nothing before and now has something to say; on a thread that
     *     serves everybody, so it must not block
     * @throws RaftException.HistoryGone if commands from there on are not in memory any more
     * @throws RaftException.Overloaded if too many watch this server
     * @throws RaftException.Stopped if this server does not run, or its state is not that of the others
     * @throws IllegalArgumentException if the index is none
     */
    Watch watch(long fromIndex, Runnable whenThereIsMore);
}
