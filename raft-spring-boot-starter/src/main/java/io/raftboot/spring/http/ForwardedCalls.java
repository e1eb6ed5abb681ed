package io.raftboot.spring.http;

import io.raftboot.RaftOperations;
import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out commands and reads that another server has passed on, on this server alone, and holds no thread meanwhile. */
final class ForwardedCalls {

    private static final Logger log = LoggerFactory.getLogger(PeerRpcServlet.class);

    private final RaftOperations node;
    private final Duration timeLimit;

    /** @param timeLimit after which the outcome is said to be unknown; the node should have said so itself by then */
    ForwardedCalls(RaftOperations node, Duration timeLimit) {
        this.node = node;
        this.timeLimit = timeLimit;
    }

    void carryOut(Exchange exchange, Object call) throws IOException {
        if (call instanceof SubmitCall submit) {
            Duration limit = TimeLimits.atMost(timeLimit, submit.timeLimitMillis());
            answerLater(exchange, node.submit(submit.command(), submit.requestId(), limit), limit);
        } else if (call instanceof ReadCall read) {
            Duration limit = TimeLimits.atMost(timeLimit, read.timeLimitMillis());
            CompletableFuture<Result> answer = read.query()
                    .map(query -> node.read(query, read.consistency(), limit))
                    .orElseGet(() -> node.readIndex(limit).thenApply(index -> new Result(index, 0, new byte[0])));
            answerLater(exchange, answer, limit);
        } else {
            throw new IllegalArgumentException("no call to pass on: " + call.getClass());
        }
    }

    private static void answerLater(Exchange exchange, CompletableFuture<Result> result, Duration limit)
            throws IOException {
        if (exchange.request().isAsyncSupported()) {
            LateAnswer.to(exchange, result, limit);
        } else {
            // A filter of the application does not support it; slower is better than not at all.
            answer(exchange, result, limit);
        }
    }

    /** Writes the answer, after waiting for it if need be. */
    static void answer(Exchange exchange, CompletableFuture<Result> result, Duration patience) throws IOException {
        try {
            exchange.answer(ForwardedResult.of(result.get(patience.toNanos(), TimeUnit.NANOSECONDS)));
        } catch (TimeoutException e) {
            exchange.refuse(Problem.unknown(504, "outcome unknown", "the time is up"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.refuse(Problem.unknown(504, "outcome unknown", "the web server is stopping"));
        } catch (ExecutionException e) {
            exchange.refuse(problemOf(Optional.ofNullable(e.getCause()).orElse(e)));
        }
    }

    private static Problem problemOf(Throwable failure) {
        if (failure instanceof RaftException expected) {
            return Problem.of(expected);
        }
        log.error("a forwarded call failed", failure);
        return Problem.unknown(500, "failed", "the state machine failed to answer")
                .because(Problem.QUERY_FAILED);
    }
}
