package io.raftboot.spring.http;

import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What became of a forwarded command or read: a result, or a problem as it would be answered to one that came alone. */
record ForwardedAnswer(Optional<ForwardedResult> result, Optional<Problem> problem) {

    private static final Logger log = LoggerFactory.getLogger(PeerRpcServlet.class);

    /** @throws IllegalArgumentException if it is none or both */
    ForwardedAnswer {
        if (result.isPresent() == problem.isPresent()) {
            throw new IllegalArgumentException("a result or a problem");
        }
    }

    static ForwardedAnswer of(ForwardedResult result) {
        return new ForwardedAnswer(Optional.of(result), Optional.empty());
    }

    static ForwardedAnswer of(Problem problem) {
        return new ForwardedAnswer(Optional.empty(), Optional.of(problem));
    }

    /** The end of a future. */
    static ForwardedAnswer of(@Nullable Result result, @Nullable Throwable failure) {
        return result != null ? of(ForwardedResult.of(result)) : of(problemOf(failure));
    }

    private static Problem problemOf(@Nullable Throwable failure) {
        Throwable reason = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        if (reason instanceof RaftException expected) {
            return Problem.of(expected);
        }
        log.error("a forwarded call failed", reason);
        return Problem.unknown(500, "failed", "the state machine failed to answer")
                .because(Problem.QUERY_FAILED);
    }

    /** Whether it is a result that did not fit into an answer for many. */
    boolean isLeftOut() {
        return problem.filter(why -> why.isBecause(Problem.LEFT_OUT)).isPresent();
    }
}
