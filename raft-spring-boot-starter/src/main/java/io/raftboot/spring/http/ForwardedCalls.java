package io.raftboot.spring.http;

import io.raftboot.RaftOperations;
import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out commands and reads that another server has passed on, on this server alone, and holds no thread meanwhile. */
final class ForwardedCalls {

    private static final Logger log = LoggerFactory.getLogger(PeerRpcServlet.class);

    private final RaftOperations node;
    private final Duration timeLimit;

    ForwardedCalls(RaftOperations node, Duration timeLimit) {
        this.node = node;
        this.timeLimit = timeLimit;
    }

    void carryOut(Exchange exchange, Object call) throws IOException {
        CompletableFuture<Result> result = begin(call).copy().orTimeout(timeLimit.toMillis(), TimeUnit.MILLISECONDS);
        if (!exchange.request().isAsyncSupported()) {
            // A filter of the application does not support it; slower is better than not at all.
            finish(exchange, result);
            return;
        }
        AsyncContext later = exchange.request().startAsync();
        later.setTimeout(0);
        CompletableFuture<Result> unused =
                result.whenComplete((value, failure) -> resume(later, () -> finish(exchange, result, later)));
    }

    /** Writes on a thread of the web server: the one that completes a command has others to complete. */
    private static void resume(AsyncContext later, Runnable finish) {
        try {
            later.start(finish);
        } catch (RuntimeException e) {
            log.debug("the caller has gone, or the web server is stopping", e);
        }
    }

    private CompletableFuture<Result> begin(Object call) {
        if (call instanceof SubmitCall submit) {
            return node.submit(submit.command(), submit.requestId());
        }
        if (call instanceof ReadCall read) {
            return node.read(read.query(), read.consistency());
        }
        throw new IllegalArgumentException("no call to pass on: " + call.getClass());
    }

    private static void finish(Exchange exchange, CompletableFuture<Result> result, AsyncContext later) {
        try {
            finish(exchange, result);
        } catch (IOException e) {
            log.debug("the caller did not wait for its answer", e);
        } finally {
            later.complete();
        }
    }

    /** Waits if it has to. */
    private static void finish(Exchange exchange, CompletableFuture<Result> result) throws IOException {
        try {
            exchange.answer(result.join());
        } catch (CompletionException e) {
            exchange.refuse(problemOf(Optional.ofNullable(e.getCause()).orElse(e)));
        } catch (CancellationException e) {
            exchange.refuse(problemOf(e));
        }
    }

    private static Problem problemOf(Throwable failure) {
        if (failure instanceof RaftException expected) {
            return Problem.of(expected);
        }
        if (failure instanceof TimeoutException) {
            return Problem.unknown(504, "outcome unknown", "the time is up");
        }
        log.error("a forwarded call failed", failure);
        return Problem.unknown(500, "failed", "the state machine failed to answer")
                .because(Problem.QUERY_FAILED);
    }
}
