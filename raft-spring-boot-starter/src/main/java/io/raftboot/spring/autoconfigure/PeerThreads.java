package io.raftboot.spring.autoconfigure;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;

/**
 * Keeps threads of the web server free for the calls of peers, because they come in through the application's own port: 200 slow
 * requests of the application would otherwise hold up the heartbeats until another leader is elected (raft-bugs.md R23).
 *
 * <p>It enlarges Tomcat's pool, and as filter it keeps the application to what the pool was before ({@code
 * server.tomcat.threads.max}). As many requests more as may wait for a connection anyway ({@code server.tomcat.accept-count}) wait
 * on a thread of their own; the rest is refused with 503, so that {@link #RESERVE} threads are never taken. Of no use with virtual
 * threads, which do not run out.
 */
final class PeerThreads implements Filter {

    /** How many threads are kept for peers and operators. */
    static final int RESERVE = 32;

    /** How long a request of the application waits for its turn before it is refused. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final byte[] REFUSAL = """
            {"title":"Service Unavailable","status":503,"detail":"all threads for requests are busy","outcome":"not-applied"}""".getBytes(UTF_8);

    private final Set<String> reserved;
    private final Duration patience;
    private volatile Optional<Admission> admission = Optional.empty();

    /**
     * A guard.
     *
     * @param basePath where the peer and admin endpoints live
     * @param patience how long a request of the application waits for its turn
     */
    PeerThreads(String basePath, Duration patience) {
        this.reserved = Set.of(basePath + "/rpc", basePath + "/admin");
        this.patience = patience;
    }

    /**
     * Enlarges the pool and takes its size before for the limit. No {@code TomcatConnectorCustomizer}: a bean of that type is run
     * before {@code server.tomcat.threads.max} is, which would take the reserve away again.
     */
    void customize(Connector connector) {
        // Negative with an executor of the application's own, whose size is not ours to change.
        if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol && protocol.getMaxThreads() > 0) {
            int threads = protocol.getMaxThreads();
            int waiting = Math.max(0, protocol.getAcceptCount());
            admission = Optional.of(new Admission(new Semaphore(threads, true), new Semaphore(waiting), patience));
            protocol.setMaxThreads(Math.addExact(threads, waiting + RESERVE));
        }
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Optional<Admission> limit = admission;
        if (limit.isEmpty() || reserved.contains(((HttpServletRequest) request).getServletPath())) {
            chain.doFilter(request, response);
        } else if (limit.get().enter()) {
            try {
                chain.doFilter(request, response);
            } finally {
                limit.get().leave();
            }
        } else {
            refuse((HttpServletResponse) response);
        }
    }

    private static void refuse(HttpServletResponse response) throws IOException {
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setHeader("Retry-After", "1");
        response.setContentType("application/problem+json");
        response.getOutputStream().write(REFUSAL);
    }

    private record Admission(Semaphore running, Semaphore waiting, Duration patience) {

        private boolean enter() {
            try {
                // With a time limit of 0 it does not overtake those that wait, as tryAcquire() would.
                return running.tryAcquire(0, TimeUnit.SECONDS) || (waiting.tryAcquire() && enterInTurn());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        private boolean enterInTurn() throws InterruptedException {
            try {
                return running.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
            } finally {
                waiting.release();
            }
        }

        private void leave() {
            running.release();
        }
    }
}
