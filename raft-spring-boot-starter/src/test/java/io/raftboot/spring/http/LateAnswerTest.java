package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** What becomes of an answer that is yet to come; over a real web server see {@link ForwardingTogetherTest}. */
class LateAnswerTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final CompletableFuture<Boolean> completed = new CompletableFuture<>();

    private long webServersLimitMillis;

    private void answer(Duration timeLimit, boolean takesMore) throws IOException {
        Exchange exchange = new Exchange(request(takesMore), response, new PeerJson(1000), Optional.empty());
        LateAnswer.to(exchange, ended, timeLimit, () -> response.getWriter().write(ended.getNow("nothing yet")));
    }

    @Test
    void itIsWrittenWhenThereIsOneAndTheRequestEnds() throws IOException {
        answer(LONG, true);
        assertThat(completed).isNotDone();

        ended.complete("done");

        assertThat(completed).isDone();
        assertThat(response.getContentAsString()).isEqualTo("done");
    }

    @Test
    void whatIsKnownIsWrittenWhenTheTimeIsUpAndNobodyElseIsToldSo() throws IOException {
        answer(Duration.ZERO, true);

        assertThat(completed).succeedsWithin(LONG);
        assertThat(response.getContentAsString()).isEqualTo("nothing yet");
        assertThat(ended).isNotDone();
    }

    @Test
    void aWebServerThatTakesNoMoreIsNoSuccessAndEndsTheRequest() throws IOException {
        answer(LONG, false);

        ended.complete("done");

        assertThat(completed).isDone();
        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getContentAsString()).isEmpty();
    }

    @Test
    void theWebServerNeverTakesTheTimeToBeUpNotEvenOfARequestThatBeganIn1970() throws IOException {
        answer(LONG, true);

        assertThat(webServersLimitMillis).isGreaterThan(System.currentTimeMillis());
    }

    private MockHttpServletRequest request(boolean takesMore) {
        MockHttpServletRequest request = new MockHttpServletRequest() {
            @Override
            public AsyncContext startAsync(ServletRequest original, @Nullable ServletResponse none) {
                return context(original, takesMore);
            }
        };
        request.setAsyncSupported(true);
        return request;
    }

    private MockAsyncContext context(ServletRequest request, boolean takesMore) {
        return new MockAsyncContext(request, response) {
            @Override
            public void setTimeout(long millis) {
                webServersLimitMillis = millis;
            }

            @Override
            public void start(Runnable task) {
                if (!takesMore) {
                    throw new RejectedExecutionException("no thread is free");
                }
                task.run();
            }

            @Override
            public void complete() {
                completed.complete(true);
            }
        };
    }
}
