package io.raftboot.sample;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * An answer that is yet to come. No thread waits for it, and a thread of the web server writes it. {@link ServerResponse#async}
 * has the request dispatched a second time for that, through every filter, which is half of what a small request costs
 * (docs/performance.md, "Where the time goes").
 *
 * @param <T> what the answer is made of
 */
final class LateResponse<T> implements ServerResponse {

    private static final Logger LOG = LoggerFactory.getLogger(LateResponse.class);

    private final CompletableFuture<T> ended;
    private final Function<T, ServerResponse> answer;
    private final Function<Throwable, ServerResponse> failed;
    private final Consumer<HttpServletResponse> before;

    /**
     * An answer to something that ends by itself, and is given up if it does not. The functions are called on the thread that writes.
     *
     * @param ended fails with a {@link TimeoutException} after the limit
     * @param limit how long the caller waits at most, whatever hangs
     * @param answer what is written when it has succeeded; may throw what {@code failed} has an answer to
     * @param failed what is written when it has not, or when the answer cannot be written
     * @param before says what holds at the time of the answer
     */
    LateResponse(
            CompletableFuture<T> ended,
            Duration limit,
            Function<T, ServerResponse> answer,
            Function<Throwable, ServerResponse> failed,
            Consumer<HttpServletResponse> before) {
        this.ended = ended.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS);
        this.answer = answer;
        this.failed = failed;
        this.before = before;
    }

    @Override
    public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context) {
        AsyncContext async = AsyncRequests.begin(request, response);
        var unused = ended.whenComplete((given, failure) -> start(async, request, response, context));
        return null;
    }

    /** The thread on which it ends has others to serve, and may not write more than a status. */
    private void start(AsyncContext async, HttpServletRequest request, HttpServletResponse response, Context context) {
        try {
            async.start(() -> {
                try {
                    write(request, response, context);
                } finally {
                    end(async);
                }
            });
        } catch (RuntimeException e) {
            LOG.debug("the web server takes no more, or is stopping", e);
            refuse(response);
            end(async);
        }
    }

    private static void refuse(HttpServletResponse response) {
        try {
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        } catch (RuntimeException e) {
            LOG.debug("the caller has gone before it was answered", e);
        }
    }

    /** Nothing may get out of this and of {@link #write}: the web server would tell whoever has got the connection meanwhile. */
    private static void end(AsyncContext async) {
        try {
            async.complete();
        } catch (IllegalStateException e) {
            LOG.debug("the caller has gone while it was answered", e);
        }
    }

    private void write(HttpServletRequest request, HttpServletResponse response, Context context) {
        try {
            before.accept(response);
            given().writeTo(request, response, context);
        } catch (ServletException | IOException | RuntimeException e) {
            if (NestedExceptionUtils.getMostSpecificCause(e) instanceof IOException) {
                LOG.debug("the caller did not wait for its answer", e);
            } else {
                writeInstead(e, request, response, context);
            }
        }
    }

    private void writeInstead(Exception e, HttpServletRequest request, HttpServletResponse response, Context context) {
        try {
            response.reset(); // refused if something is on its way
            before.accept(response);
            failed.apply(e).writeTo(request, response, context);
        } catch (ServletException | IOException | RuntimeException again) {
            again.addSuppressed(e);
            LOG.error("An answer could not be written", again);
        }
    }

    private ServerResponse given() {
        return ended.thenApply(answer).exceptionally(failed).join();
    }

    @Override
    public HttpStatusCode statusCode() {
        return known().statusCode();
    }

    @Override
    public HttpHeaders headers() {
        return known().headers();
    }

    @Override
    public MultiValueMap<String, Cookie> cookies() {
        return known().cookies();
    }

    private ServerResponse known() {
        if (!ended.isDone()) {
            throw new IllegalStateException("the answer is yet to come");
        }
        return given();
    }
}
