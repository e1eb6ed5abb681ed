package io.raftboot.spring.http;

import io.raftboot.model.Result;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An answer that is written once, when there is one or when the time is up, whichever comes first. */
final class LateAnswer implements AsyncListener {

    private static final Logger log = LoggerFactory.getLogger(PeerRpcServlet.class);

    private final Exchange exchange;
    private final CompletableFuture<Result> result;
    private final AsyncContext context;
    private final AtomicBoolean begun = new AtomicBoolean();

    private LateAnswer(Exchange exchange, CompletableFuture<Result> result, AsyncContext context) {
        this.exchange = exchange;
        this.result = result;
        this.context = context;
    }

    /** Gives the thread back, and has the answer written later. */
    static void to(Exchange exchange, CompletableFuture<Result> result, Duration timeLimit) {
        AsyncContext context = exchange.request().startAsync();
        LateAnswer answer = new LateAnswer(exchange, result, context);
        context.setTimeout(timeLimit.toMillis());
        context.addListener(answer);
        CompletableFuture<Result> unused = result.whenComplete((value, failure) -> answer.isThere());
    }

    /** Writes on a thread of the web server: the one that completes a command has others to complete. */
    private void isThere() {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        try {
            context.start(this::write);
        } catch (RuntimeException e) {
            log.debug("the caller has gone, or the web server is stopping", e);
        }
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        if (begun.compareAndSet(false, true)) {
            write();
        }
    }

    private void write() {
        try {
            ForwardedCalls.answer(exchange, result, Duration.ZERO);
        } catch (IOException e) {
            log.debug("the caller did not wait for its answer", e);
        } finally {
            context.complete();
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        begun.set(true);
    }

    @Override
    public void onError(AsyncEvent event) {
        begun.set(true);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nobody starts it again.
    }
}
