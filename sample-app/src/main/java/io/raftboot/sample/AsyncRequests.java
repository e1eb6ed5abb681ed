package io.raftboot.sample;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;

/** Requests that no thread waits for. */
final class AsyncRequests {

    /**
     * No limit of the web server's, and one all the same. Once a second Tomcat looks at all such requests. If one of them has just ended, and
     * what has served it serves another by now, Tomcat takes it to have begun in 1970 and its time to be up, or if it has no limit the
     * application to be gone, and the other one is never answered (11.0.27, {@code AbstractProcessor.timeoutAsync} and {@code
     * ConnectionHandler.process}). So it is longer than all the time since then.
     */
    static final Duration LONGER_THAN_SINCE_1970 = Duration.ofDays(36_500);

    private AsyncRequests() {}

    /** Gives the thread back; the request ends when somebody completes it. */
    static AsyncContext begin(HttpServletRequest request, HttpServletResponse response) {
        AsyncContext async = request.startAsync(request, response);
        async.setTimeout(LONGER_THAN_SINCE_1970.toMillis());
        return async;
    }
}
