package io.raftboot.sample;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * An answer that is yet to come. No thread waits for it, and a thread of the web server writes it. {@link ServerResponse#async}
 * has the request dispatched a second time for that, through every filter, which is half of what a small request costs
 * (docs/performance.md, "Where the time goes").
 */
final class LateResponse implements ServerResponse {

    private static final Logger LOG = LoggerFactory.getLogger(LateResponse.class);

    private final CompletableFuture<?> ended;
    private final Supplier<ServerResponse> answer;
    private final Consumer<HttpServletResponse> before;

    /**
     * An answer to something that ends by itself: the web server sets no limit.
     *
     * @param ended completed or failed when the answer can be given
     * @param answer what is written then, after a failure, too; called on the thread that writes it
     * @param before says what holds at the time of the answer; called on the same thread
     */
    LateResponse(CompletableFuture<?> ended, Supplier<ServerResponse> answer, Consumer<HttpServletResponse> before) {
        this.ended = ended;
        this.answer = answer;
        this.before = before;
    }

    @Override
    public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context) {
        AsyncContext async = request.startAsync(request, response);
        async.setTimeout(0);
        var unused = ended.whenComplete((given, failure) -> start(async, () -> write(request, response, context)));
        return null;
    }

    /** The thread on which it ends has others to serve, and may not write. */
    private static void start(AsyncContext async, Runnable writing) {
        try {
            async.start(() -> {
                try {
                    writing.run();
                } finally {
                    async.complete();
                }
            });
        } catch (RuntimeException e) {
            LOG.debug("the caller has gone, or the web server is stopping", e);
        }
    }

    private void write(HttpServletRequest request, HttpServletResponse response, Context context) {
        try {
            before.accept(response);
            answer.get().writeTo(request, response, context);
        } catch (IOException e) {
            LOG.debug("the caller did not wait for its answer", e);
        } catch (ServletException | RuntimeException e) {
            LOG.error("An answer could not be written", e);
            if (!response.isCommitted()) {
                response.reset();
                response.setStatus(HttpStatus.INTERNAL_SERVER_ERROR.value());
            }
        }
    }

    @Override
    public HttpStatusCode statusCode() {
        return given().statusCode();
    }

    @Override
    public HttpHeaders headers() {
        return given().headers();
    }

    @Override
    public MultiValueMap<String, Cookie> cookies() {
        return given().cookies();
    }

    private ServerResponse given() {
        if (!ended.isDone()) {
            throw new IllegalStateException("the answer is yet to come");
        }
        return answer.get();
    }
}
