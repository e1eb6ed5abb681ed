package io.raftboot.spring.http;

import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A command or a read on its way to the leader.
 *
 * @param sizeInBytes of the command or query
 * @param content what travels, given how much time is left
 * @param deadline by {@link System#nanoTime()}
 * @param done to be run once, when the call is over
 * @param result completed once
 */
record ForwardedCall(
        Peer peer,
        Route route,
        int sizeInBytes,
        Function<Duration, Object> content,
        long deadline,
        HttpTransport transport,
        Runnable done,
        CompletableFuture<Result> result)
        implements Lane.Task {

    @Override
    public void run() {
        try {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (left.isNegative() || left.isZero()) {
                dropped();
                return;
            }
            end(peer.call(route, transport.json().write(content.apply(left)), left));
        } catch (CallFailed e) {
            fail(e.sent() ? unknown(String.valueOf(e.getMessage())) : new RaftException.NotLeader(Optional.empty()));
        } catch (RuntimeException e) {
            fail(unknown("forwarding failed with " + e.getClass().getSimpleName()));
        }
    }

    @Override
    public void dropped() {
        fail(new RaftException.Overloaded("too many calls wait for " + peer.id() + ", or it is no longer called"));
    }

    private void end(Answer answer) {
        if (answer.isOk()) {
            Result value =
                    transport.json().read(answer.body(), ForwardedResult.class).toResult();
            done.run();
            result.complete(value);
        } else {
            fail(answer.problem(transport.json())
                    .filter(problem -> answer.trusted())
                    .map(this::exceptionOf)
                    .orElseGet(() -> unknown(peer.id() + " answered with status " + answer.status())));
        }
    }

    /** The inverse of {@link Problem#of}; whoever does not say that nothing was applied leaves it open. */
    private RuntimeException exceptionOf(Problem problem) {
        if (route == Route.READ && problem.isBecause(Problem.QUERY_FAILED)) {
            return new IllegalStateException(problem.detail());
        }
        if (!problem.isNotApplied()) {
            return problem.status() == 504
                    ? new RaftException.OutcomeUnknown(problem.detail())
                    : unknown(problem.detail());
        }
        return switch (problem.status()) {
            case 429 -> new RaftException.Overloaded(problem.detail());
            case 507 -> RaftException.Overloaded.diskFull(problem.detail());
            case 413 ->
                new RaftException.CommandTooLarge(
                        sizeInBytes, transport.settings().maxCommandBytes());
            case 422 -> new RaftException.RequestIdConflict();
            case 503 ->
                problem.isBecause(Problem.STOPPED)
                        ? new RaftException.Stopped(peer.id() + ": " + problem.detail())
                        : new RaftException.NotLeader(problem.leaderId().map(NodeId::of));
            default -> new RaftException.Stopped(peer.id() + " refuses the call: " + problem.detail());
        };
    }

    private RaftException unknown(String reason) {
        return route == Route.READ
                ? new RaftException.NotLeader(Optional.empty())
                : new RaftException.OutcomeUnknown(reason);
    }

    private void fail(RuntimeException exception) {
        done.run();
        result.completeExceptionally(exception);
    }
}
