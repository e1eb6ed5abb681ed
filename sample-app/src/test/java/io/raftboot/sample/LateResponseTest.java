package io.raftboot.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.servlet.function.ServerResponse;

/** What becomes of an answer that is yet to come where something goes wrong; all else is seen on a real web server. */
class LateResponseTest {

    private static final ServerResponse.Context NO_CONVERTERS = List::of;

    private final MockHttpServletResponse written = new MockHttpServletResponse();
    private final CompletableFuture<HttpStatus> ended = new CompletableFuture<>();
    private Duration limit = Duration.ofMinutes(1);

    private LateResponse<HttpStatus> late(Writing writing) {
        return new LateResponse<>(
                ended,
                limit,
                status -> ServerResponse.status(status).build((request, response) -> {
                    response.setHeader("Content-Type", "text/plain");
                    writing.write();
                    return null;
                }),
                failure -> ServerResponse.status(500).build(),
                response -> response.setHeader("Raft-Term", "3"));
    }

    private interface Writing {
        void write() throws IOException;
    }

    @Test
    void itIsWrittenAndTheRequestEndedWhenThereIsAnAnswerAndNotBefore() {
        MockHttpServletRequest request = request();
        LateResponse<HttpStatus> late = late(() -> {});

        late.writeTo(request, written, NO_CONVERTERS);
        assertThat(request.isAsyncStarted()).isTrue();
        assertThatIllegalStateException().isThrownBy(late::statusCode);

        ended.complete(HttpStatus.ACCEPTED);
        assertThat(written.getStatus()).isEqualTo(202);
        assertThat(late.statusCode()).isEqualTo(HttpStatus.ACCEPTED);
        assertThat(request.isAsyncStarted()).isFalse();
    }

    @Test
    void theWebServerNeverTakesItsTimeToBeUpNotEvenOfARequestThatBeganIn1970() {
        MockHttpServletRequest request = request();

        late(() -> {}).writeTo(request, written, NO_CONVERTERS);

        long timeoutMillis = Objects.requireNonNull(request.getAsyncContext()).getTimeout();
        assertThat(timeoutMillis).isGreaterThan(System.currentTimeMillis());
    }

    @Test
    void aFailureHasAnAnswerToo() {
        late(() -> {}).writeTo(request(), written, NO_CONVERTERS);

        ended.completeExceptionally(new IllegalStateException("a defect"));

        assertThat(written.getStatus()).isEqualTo(500);
        assertThat(written.getHeader("Raft-Term")).isEqualTo("3");
    }

    @Test
    void anAnswerThatCannotBeWrittenIsAFailureAndNothingOfItIsLeft() {
        MockHttpServletRequest request = request();
        late(() -> {
                    throw new IllegalStateException("a defect");
                })
                .writeTo(request, written, NO_CONVERTERS);

        ended.complete(HttpStatus.OK);

        assertThat(written.getStatus()).isEqualTo(500);
        assertThat(written.getHeader("Raft-Term")).isEqualTo("3");
        assertThat(written.getContentType()).isNull();
        assertThat(request.isAsyncStarted()).isFalse();
    }

    @Test
    void aCallerThatHasGoneIsNotAnsweredTwice() {
        MockHttpServletRequest request = request();
        late(() -> {
                    throw new IOException("connection reset");
                })
                .writeTo(request, written, NO_CONVERTERS);

        ended.complete(HttpStatus.OK);

        assertThat(written.getStatus()).isEqualTo(200);
        assertThat(request.isAsyncStarted()).isFalse();
    }

    @Test
    void nothingGetsOutToTheWebServerIfTheRequestHasEndedMeanwhile() {
        late(() -> {}).writeTo(requestThatEnds(), written, NO_CONVERTERS);

        ended.complete(HttpStatus.OK);

        assertThat(written.getStatus()).isEqualTo(200);
    }

    @Test
    void aWebServerThatTakesNoMoreEndsTheRequest() {
        MockHttpServletRequest request = requestThatIsRefusedAThread();
        late(() -> {}).writeTo(request, written, NO_CONVERTERS);

        ended.complete(HttpStatus.ACCEPTED);

        assertThat(written.getStatus()).isEqualTo(503);
        assertThat(request.isAsyncStarted()).isFalse();
    }

    @Test
    void whatDoesNotEndByItselfIsGivenUp() {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        limit = Duration.ZERO;
        late(() -> {}).writeTo(requestThatTells(status), written, NO_CONVERTERS);

        assertThat(status).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(500);
        assertThat(ended).isCompletedExceptionally();
    }

    private static MockHttpServletRequest request() {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/kv/a");
        request.setAsyncSupported(true);
        return request;
    }

    private static MockHttpServletRequest requestThatEnds() {
        return new Request((request, response) -> new MockAsyncContext(request, response) {
            @Override
            public void complete() {
                throw new IllegalStateException("the request has ended");
            }
        });
    }

    private static MockHttpServletRequest requestThatTells(CompletableFuture<Integer> status) {
        return new Request((request, response) -> new MockAsyncContext(request, response) {
            @Override
            public void complete() {
                super.complete();
                status.complete(((HttpServletResponse) Objects.requireNonNull(response)).getStatus());
            }
        });
    }

    private static MockHttpServletRequest requestThatIsRefusedAThread() {
        return new Request((request, response) -> new MockAsyncContext(request, response) {
            @Override
            public void start(Runnable task) {
                throw new RejectedExecutionException("no thread is free");
            }
        });
    }

    /** One with an asynchronous context of its own. */
    private static final class Request extends MockHttpServletRequest {

        private interface Contexts {
            MockAsyncContext of(ServletRequest request, @Nullable ServletResponse response);
        }

        private final Contexts contexts;

        Request(Contexts contexts) {
            super("GET", "/kv/a");
            this.contexts = contexts;
            setAsyncSupported(true);
        }

        @Override
        public AsyncContext startAsync(ServletRequest request, @Nullable ServletResponse response) {
            setAsyncStarted(true);
            return contexts.of(request, response);
        }
    }
}
