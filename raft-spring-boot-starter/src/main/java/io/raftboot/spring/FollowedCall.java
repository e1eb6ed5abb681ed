package io.raftboot.spring;

import io.raftboot.model.RaftException;
import io.raftboot.model.RaftException.Outcome;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A command or a read on its way to whoever leads, tried again until there is an answer or the time is up. A command has a request
 * id, so that it takes effect once however often it is tried. One attempt at a time; whoever completes it begins the next.
 */
final class FollowedCall {

    /** The pauses between attempts double from the first to the longest: an election takes about as long as all of them. */
    static final Duration FIRST_PAUSE = Duration.ofMillis(10);

    static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    /**
     * An attempt that is under way.
     *
     * @param here whether it is this server's own to answer
     */
    record Attempt(CompletableFuture<Result> result, boolean here) {}

    private final Function<Duration, Attempt> attempts;
    private final Pauses pauses;
    private final BooleanSupplier mayWaitForLeader;
    private final int size;
    private final long begun;
    private final Duration timeLimit;
    private final Duration repeatLimit;
    private final CompletableFuture<Result> answer = new CompletableFuture<>();

    private Duration nextPause = FIRST_PAUSE;
    private boolean mayBeApplied;

    /**
     * A call that is not begun yet.
     *
     * @param attempts begins an attempt, given how much time is left
     * @param mayWaitForLeader whether a leader is to be expected if there is none
     * @param size what it counts for, in bytes
     * @param timeLimit after which no attempt is begun
     * @param repeatLimit after which nothing is repeated that may have been applied: its id could be forgotten by then
     */
    FollowedCall(
            Function<Duration, Attempt> attempts,
            Pauses pauses,
            BooleanSupplier mayWaitForLeader,
            int size,
            Duration timeLimit,
            Duration repeatLimit) {
        this.attempts = attempts;
        this.pauses = pauses;
        this.mayWaitForLeader = mayWaitForLeader;
        this.size = size;
        this.begun = pauses.nanoTime();
        this.timeLimit = timeLimit;
        this.repeatLimit = repeatLimit;
    }

    CompletableFuture<Result> begin() {
        attempt();
        return answer;
    }

    private void attempt() {
        if (answer.isDone()) {
            return; // given up by its caller
        }
        try {
            Attempt attempt = attempts.apply(timeLimit.minus(elapsed()));
            var unused = attempt.result().whenComplete((result, failure) -> ended(result, failure, attempt.here()));
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private void ended(@Nullable Result result, @Nullable Throwable failure, boolean here) {
        if (result != null) {
            answer.complete(result);
        } else if (reasonOf(failure) instanceof RaftException refused) {
            refused(refused, here);
        } else {
            answer.completeExceptionally(reasonOf(failure));
        }
    }

    private static Throwable reasonOf(@Nullable Throwable failure) {
        Throwable reason = Objects.requireNonNullElseGet(failure, () -> new IllegalStateException("no result"));
        return reason instanceof CompletionException ? Objects.requireNonNullElse(reason.getCause(), reason) : reason;
    }

    private void refused(RaftException refused, boolean here) {
        mayBeApplied |= refused.outcome() == Outcome.UNKNOWN;
        if (!mayPass(refused, here) || !tryAgainAfter(refused)) {
            answer.completeExceptionally(honest(refused));
        }
    }

    /** Whether another attempt may end otherwise: another server leads then, or one does at all. */
    private boolean mayPass(RaftException refused, boolean here) {
        return (refused instanceof RaftException.NotLeader && mayWaitForLeader.getAsBoolean())
                || (refused instanceof RaftException.OutcomeUnknown unknown && !unknown.isForgotten())
                || (refused instanceof RaftException.Stopped && !here);
    }

    private boolean tryAgainAfter(RaftException refused) {
        Duration pause = nextPause;
        if (elapsed().plus(pause).compareTo(limit()) >= 0) {
            return false;
        }
        Duration doubled = pause.multipliedBy(2);
        nextPause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        return pauses.take(pause, size, () -> {
            // A pause may take longer than it should.
            if (elapsed().compareTo(limit()) < 0) {
                attempt();
            } else {
                answer.completeExceptionally(honest(refused));
            }
        });
    }

    private Duration limit() {
        return mayBeApplied && repeatLimit.compareTo(timeLimit) < 0 ? repeatLimit : timeLimit;
    }

    private Duration elapsed() {
        return Duration.ofNanos(pauses.nanoTime() - begun);
    }

    /** The last attempt may be certain to have changed nothing, and an earlier one not. What is known of the id is for all of them. */
    private RaftException honest(RaftException last) {
        boolean isCertain = last.outcome() == Outcome.APPLIED || last instanceof RaftException.RequestIdConflict;
        if (!mayBeApplied || last.outcome() == Outcome.UNKNOWN || isCertain) {
            return last;
        }
        RaftException unknown = new RaftException.OutcomeUnknown(
                "an earlier attempt may have been applied, and the last one failed: " + last.getMessage());
        unknown.initCause(last);
        return unknown;
    }
}
