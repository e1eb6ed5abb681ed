package io.raftboot.spring;

import io.raftboot.model.RaftException;
import io.raftboot.spring.typed.CommandRejected;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Turns futures into blocking calls. Any thread.
 *
 * @param grace how much longer it waits: the server's own answer knows more than a time-out here
 */
record Waiting(Duration grace) {

    /**
     * The answer.
     *
     * @param timeLimit within which the cluster answers by itself
     * @throws RaftException if there is none; {@link RaftException.OutcomeUnknown} also if the thread is interrupted, which stays so
     * @throws CommandRejected if it is a refusal
     */
    <T> T forAnswer(CompletableFuture<T> answer, Duration timeLimit) {
        try {
            return answer.get(timeLimit.plus(grace).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (TimeoutException e) {
            throw unknown("there was no answer within " + timeLimit.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown("the thread that waited was interrupted", e);
        }
    }

    private static RuntimeException failure(ExecutionException e) {
        return e.getCause() instanceof RaftException || e.getCause() instanceof CommandRejected
                ? (RuntimeException) e.getCause()
                : new IllegalStateException(e.getCause());
    }

    private static RaftException unknown(String reason, Exception cause) {
        RaftException unknown = new RaftException.OutcomeUnknown(reason);
        unknown.initCause(cause);
        return unknown;
    }
}
