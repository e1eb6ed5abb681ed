package io.raftboot.spring.http;

import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftException.Outcome;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A command or a read that another server is to carry out. Whoever took it from its {@link Outbox} ends it once.
 *
 * @param leader who is to carry it out
 * @param size of the command or query, and the largest one, in bytes
 * @param content what travels, given how much time is left
 * @param deadline by {@link System#nanoTime()}
 * @param done to be run once, when the call is over
 * @param result completed once
 */
record ForwardedCall(
        NodeId leader,
        Freight freight,
        Size size,
        Function<Duration, ForwardedItem> content,
        long deadline,
        Runnable done,
        CompletableFuture<Result> result) {

    /** What a request id takes on the wire, and what stands around a command or query, in bytes at most. */
    static final int ENVELOPE_BYTES = 1024;

    record Size(int bytes, int maxBytes) {}

    Duration left() {
        return Duration.ofNanos(deadline - System.nanoTime());
    }

    /** At most so many bytes as JSON. */
    long bytesOnTheWire() {
        return (size.bytes() + 2L) / 3 * 4 + ENVELOPE_BYTES;
    }

    /**
     * Tells the caller that the time is up when it is, whatever becomes of those that wait or travel with it.
     *
     * @param withdrawn takes it back, if it is not on its way yet
     */
    void ringAfter(Duration left, BooleanSupplier withdrawn) {
        CompletableFuture<Void> alarm = new CompletableFuture<Void>().orTimeout(left.toNanos(), TimeUnit.NANOSECONDS);
        var unused = alarm.whenComplete((nothing, late) -> {
            if (late != null) {
                giveUpElsewhere(withdrawn);
            }
        });
        var unusedToo = result.whenComplete((value, failure) -> alarm.complete(null));
    }

    /** Not on the JDK's own timer thread, which a caller must not hold up. On two processors or one the JDK starts a thread for it. */
    private void giveUpElsewhere(BooleanSupplier withdrawn) {
        var unused = CompletableFuture.runAsync(() -> giveUp(withdrawn.getAsBoolean()));
    }

    private void giveUp(boolean isWithdrawn) {
        if (isWithdrawn) {
            notSent();
        } else {
            result.completeExceptionally(leftOpen("no answer in time"));
        }
    }

    /** Too many wait. */
    void dropped() {
        fail(new RaftException.Overloaded("too many calls wait for " + leader));
    }

    /** It certainly did not arrive. */
    void notSent() {
        fail(new RaftException.NotLeader(Optional.empty()));
    }

    void unknown(String reason) {
        fail(leftOpen(reason));
    }

    void end(ForwardedAnswer answer) {
        answer.result().ifPresent(value -> {
            done.run();
            result.complete(value.toResult());
        });
        answer.problem().ifPresent(problem -> fail(exceptionOf(problem)));
    }

    /** The inverse of {@link Problem#of}; whoever does not say that nothing was applied leaves it open. */
    private RuntimeException exceptionOf(Problem problem) {
        if (freight.isRead() && problem.isBecause(Problem.QUERY_FAILED)) {
            return new IllegalStateException(problem.detail());
        }
        if (problem.says(Outcome.APPLIED)) {
            return new RaftException.ResultForgotten();
        }
        if (problem.isBecause(Problem.FORGOTTEN)) {
            return RaftException.OutcomeUnknown.forgotten();
        }
        if (!problem.says(Outcome.NOT_APPLIED)) {
            return problem.status() == 504
                    ? new RaftException.OutcomeUnknown(problem.detail())
                    : leftOpen(problem.detail());
        }
        return switch (problem.status()) {
            case 429 -> new RaftException.Overloaded(problem.detail());
            case 507 -> RaftException.Overloaded.diskFull(problem.detail());
            case 413 -> new RaftException.CommandTooLarge(size.bytes(), size.maxBytes());
            case 422 -> new RaftException.RequestIdConflict();
            case 503 ->
                problem.isBecause(Problem.STOPPED)
                        ? new RaftException.Stopped(leader + ": " + problem.detail())
                        : notLeader(problem);
            default -> new RaftException.Stopped(leader + " refuses the call: " + problem.detail());
        };
    }

    private RaftException notLeader(Problem problem) {
        try {
            return new RaftException.NotLeader(problem.leaderId().map(NodeId::of));
        } catch (IllegalArgumentException e) {
            return leftOpen("the answer names a leader that cannot be");
        }
    }

    private RaftException leftOpen(String reason) {
        return freight.isRead()
                ? new RaftException.NotLeader(Optional.empty())
                : new RaftException.OutcomeUnknown(reason);
    }

    private void fail(RuntimeException exception) {
        done.run();
        result.completeExceptionally(exception);
    }
}
