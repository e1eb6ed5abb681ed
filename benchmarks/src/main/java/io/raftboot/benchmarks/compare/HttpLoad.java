package io.raftboot.benchmarks.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * Requests over connections that stay open, spread evenly over servers. One thread and no more work per request than finding the
 * end of its answer, because it shares the processor with the servers it measures.
 */
final class HttpLoad implements AutoCloseable {

    private static final Duration SWEEP_INTERVAL = Duration.ofMillis(10);
    private static final Duration RECONNECT_PAUSE = Duration.ofMillis(20);
    private static final int SUCCESS = 200;
    private static final int REDIRECTION = 300;

    /**
     * How it is put on.
     *
     * @param connections how many are open in all
     * @param timeout after which a request is given up, with its connection
     * @param interval from the beginning of one request to that of the next; if it is empty, every connection makes its next request
     *     when it has the answer to the last
     */
    record Settings(int connections, Duration timeout, Optional<Duration> interval) {}

    private final Settings settings;
    private final Requests requests;
    private final Selector selector = Selector.open();
    private final List<Connection> connections = new ArrayList<>();
    private final Queue<Connection> idle = new ArrayDeque<>();
    private Tally tally = new Tally();
    private long nextSweep = System.nanoTime();
    private long nextDue = System.nanoTime();
    private long reconnectAt;

    /** @param ports of the servers, on loopback */
    HttpLoad(List<Integer> ports, Requests requests, Settings settings) throws IOException {
        this.settings = settings;
        this.requests = requests;
        for (int i = 0; i < settings.connections(); i++) {
            int port = ports.get(i % ports.size());
            connections.add(new Connection(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), selector));
        }
    }

    /** Goes on for a while; what is under way at the end belongs to whatever comes next. */
    void drive(Duration time, Tally into) throws IOException {
        tally = into;
        long now = System.nanoTime();
        long end = now + time.toNanos();
        nextDue = now;
        while (now < end) {
            sendOnIdle(now);
            selector.select(this::handle, 1);
            now = System.nanoTime();
            if (now >= nextSweep) {
                nextSweep = now + SWEEP_INTERVAL.toNanos();
                sweep(now);
            }
        }
    }

    private void sendOnIdle(long now) {
        if (settings.interval().isEmpty()) {
            for (Connection next = idle.poll(); next != null; next = idle.poll()) {
                send(next);
            }
            return;
        }
        long interval = settings.interval().get().toNanos();
        for (; nextDue <= now; nextDue += interval) {
            Optional.ofNullable(idle.poll()).ifPresentOrElse(this::send, () -> tally.failed("no idle connection"));
        }
    }

    private void send(Connection connection) {
        if (!connection.isOpen()) {
            return;
        }
        try {
            connection.send(requests.next());
        } catch (IOException e) {
            fail(connection, "not sent");
        }
    }

    private void handle(SelectionKey key) {
        if (!(key.attachment() instanceof Connection connection)) {
            throw new IllegalStateException("a key without its connection");
        }
        try {
            if (key.isConnectable()) {
                if (connection.connected()) {
                    idle.add(connection);
                }
                return;
            }
            int status = connection.proceed();
            if (status != Reply.INCOMPLETE) {
                answered(connection, status);
            }
        } catch (IOException e) {
            fail(connection, "connection lost");
        }
    }

    private void answered(Connection connection, int status) throws IOException {
        if (status >= SUCCESS && status < REDIRECTION) {
            tally.succeeded(connection.sentNanos(), System.nanoTime());
        } else {
            tally.failed("status " + status);
        }
        if (connection.isLast()) {
            connection.close();
        } else {
            idle.add(connection);
        }
    }

    /** A connection that breaks while nothing is under way harms nobody. */
    private void fail(Connection connection, String reason) {
        if (connection.isBusy()) {
            tally.failed(reason);
        }
        try {
            connection.close();
        } catch (IOException e) {
            tally.failed("not closed");
        }
    }

    private void sweep(long now) {
        for (Connection connection : connections) {
            if (connection.isBusy()
                    && now - connection.sentNanos() > settings.timeout().toNanos()) {
                fail(connection, "timeout");
            }
        }
        if (now >= reconnectAt) {
            reconnectAt = now + RECONNECT_PAUSE.toNanos();
            connections.replaceAll(this::reopened);
        }
    }

    private Connection reopened(Connection connection) {
        if (connection.isOpen()) {
            return connection;
        }
        try {
            return new Connection(connection.server(), selector);
        } catch (IOException e) {
            tally.failed("no connection");
            return connection;
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.close();
        }
        selector.close();
    }
}
