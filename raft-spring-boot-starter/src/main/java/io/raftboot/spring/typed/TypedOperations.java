package io.raftboot.spring.typed;

import io.raftboot.model.Consistency;
import io.raftboot.model.RaftException;
import io.raftboot.model.RequestId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What an application with a {@link TypedStateMachine} asks of the cluster, from any server. Callable from any thread. Only the methods
 * whose name ends with {@code AndWait} block.
 *
 * <p>The futures fail with, and the blocking calls throw, {@link CommandRejected} if the state machine refuses, and {@link
 * RaftException} if there is no answer, which says whether the command may have been applied. An {@link IllegalStateException} means
 * that the answer is one that this version of the application cannot read, or that the state machine failed to answer a question.
 *
 * <p>A command or question that the state machine has no handler for, or that nobody could read, is refused at once with an {@link
 * IllegalArgumentException} and does not leave this server.
 */
public interface TypedOperations {

    /** Has a command applied by every server, once. It waits as long as a request may wait. */
    <R> CompletableFuture<Reply<R>> submit(RaftCommand<R> command);

    /**
     * The same under a request id: however often it is sent, it is applied once, and gives the first result again.
     *
     * @param requestId the caller's name for the command, which nobody else uses
     */
    <R> CompletableFuture<Reply<R>> submit(RaftCommand<R> command, RequestId requestId);

    /**
     * Has a command applied, and waits for what it gives.
     *
     * @param timeLimit how long it may take; shortens the time a request may wait, and never lengthens it. The caller gets the cluster's
     *     own answer, and so may wait a second longer
     * @throws RaftException.OutcomeUnknown also if the thread is interrupted, which stays so
     */
    <R> Reply<R> submitAndWait(RaftCommand<R> command, Duration timeLimit);

    /** The same under a request id. */
    <R> Reply<R> submitAndWait(RaftCommand<R> command, RequestId requestId, Duration timeLimit);

    /**
     * Asks a question. It waits as long as a request may wait.
     *
     * @param consistency how fresh the state must be
     */
    <R> CompletableFuture<Reply<R>> query(RaftQuery<R> query, Consistency consistency);

    /**
     * Asks this very server, as soon as it has applied as much.
     *
     * @param minIndex the index of an earlier command or question
     */
    <R> CompletableFuture<Reply<R>> queryAtLeast(RaftQuery<R> query, long minIndex);

    /**
     * Asks this server if its state is no older than that and has all up to an index, and the leader otherwise.
     *
     * @param minIndex the index of an earlier command or question; 0 for no matter
     */
    <R> CompletableFuture<Reply<R>> queryWithin(RaftQuery<R> query, long minIndex, Duration maxStaleness);

    /**
     * Asks a question, and waits for the answer.
     *
     * @param timeLimit as for a command
     * @throws RaftException.OutcomeUnknown also if the thread is interrupted, which stays so
     */
    <R> Reply<R> queryAndWait(RaftQuery<R> query, Consistency consistency, Duration timeLimit);
}
