package io.raftboot.spring.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An answer that is written once, when there is one or when the time is up, whichever comes first. */
final class LateAnswer implements AsyncListener {

    private static final Logger log = LoggerFactory.getLogger(PeerRpcServlet.class);

    private final Writing writing;
    private final AsyncContext context;
    private final AtomicBoolean begun = new AtomicBoolean();

    private LateAnswer(Writing writing, AsyncContext context) {
        this.writing = writing;
        this.context = context;
    }

    /** Writes an answer as far as there is one. */
    interface Writing {
        void write() throws IOException;
    }

    /** Gives the thread back, and has the answer written when that has ended. */
    static void to(Exchange exchange, CompletableFuture<?> ended, Duration timeLimit, Writing writing)
            throws IOException {
        if (!exchange.request().isAsyncSupported()) {
            // A filter of the application does not support it; slower is better than not at all.
            await(ended, timeLimit);
            writing.write();
            return;
        }
        AsyncContext context = exchange.request().startAsync();
        LateAnswer answer = new LateAnswer(writing, context);
        context.setTimeout(timeLimit.toMillis());
        context.addListener(answer);
        var unused = ended.whenComplete((value, failure) -> answer.isThere());
    }

    private static void await(CompletableFuture<?> ended, Duration timeLimit) {
        try {
            Object unused = ended.get(timeLimit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.debug("the answer is not what was hoped for", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
            writing.write();
        } catch (IOException e) {
            log.debug("the caller did not wait for its answer", e);
        } finally {
            end();
        }
    }

    /** Nothing may get out: the web server would tell whoever has got the connection meanwhile. */
    private void end() {
        try {
            context.complete();
        } catch (IllegalStateException e) {
            log.debug("the caller has gone while it was answered", e);
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
