package io.raftboot.spring.http;

import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An answer that is written once, when there is one or when the time is up, whichever comes first. */
final class LateAnswer {

    /**
     * The web server does not count the time: Tomcat 11.0.27 can take the time of a request that has just ended to be up, and loses
     * another one by that, if the limit is shorter than all the time since 1970 ({@code AbstractProcessor.timeoutAsync}).
     */
    private static final Duration LONGER_THAN_SINCE_1970 = Duration.ofDays(36_500);

    private static final Logger log = LoggerFactory.getLogger(PeerRpcServlet.class);

    private final Exchange exchange;
    private final Writing writing;
    private final AsyncContext context;

    private LateAnswer(Exchange exchange, Writing writing, AsyncContext context) {
        this.exchange = exchange;
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
        context.setTimeout(LONGER_THAN_SINCE_1970.toMillis());
        LateAnswer answer = new LateAnswer(exchange, writing, context);
        var unused = ended.copy()
                .orTimeout(timeLimit.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((value, failure) -> answer.isThere());
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
        try {
            context.start(this::write);
        } catch (RuntimeException e) {
            log.debug("the web server takes no more, or is stopping", e);
            giveUp();
            end();
        }
    }

    private void giveUp() {
        try {
            exchange.giveUp();
        } catch (RuntimeException e) {
            log.debug("the caller has gone before it was answered", e);
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
}
