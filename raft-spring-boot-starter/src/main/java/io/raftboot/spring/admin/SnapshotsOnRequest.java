package io.raftboot.spring.admin;

import io.raftboot.model.RaftException;
import io.raftboot.model.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Snapshots that operators ask for. They take long, and a thread each: a few at a time, so that the others stay free for peers. */
final class SnapshotsOnRequest {

    /** How many calls may wait for a snapshot or receive one; more are refused with 503. */
    static final int MAX_CONCURRENT = 4;

    /** How long a call waits for its snapshot; a download that has begun goes first. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Logger log = LoggerFactory.getLogger(AdminServlet.class);

    private final AdminServer server;
    private final Semaphore free = new Semaphore(MAX_CONCURRENT);

    SnapshotsOnRequest(AdminServer server) {
        this.server = server;
    }

    /** What is done with a snapshot. */
    interface Use {
        void with(Snapshot snapshot) throws IOException;
    }

    /**
     * Takes a snapshot and has it used.
     *
     * @throws Rejected 503 if the server does not run or too many wait, 504 if it takes too long, 507 if the disk does not take it,
     *     500 if the state machine fails
     */
    void take(Use use) throws IOException {
        if (!free.tryAcquire()) {
            throw Rejected.tooMany(MAX_CONCURRENT, "snapshots and backups");
        }
        try {
            use.with(take());
        } finally {
            free.release();
        }
    }

    private Snapshot take() {
        try {
            return server.takeSnapshot().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw rejected(Optional.ofNullable(e.getCause()).orElse(e));
        } catch (TimeoutException e) {
            throw new Rejected(504, "Gateway Timeout", "the snapshot is still being taken, or waits for its turn");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Rejected.because(new RaftException.Stopped("the web server is stopping"));
        }
    }

    private static Rejected rejected(Throwable failure) {
        if (failure instanceof RaftException expected) {
            return Rejected.because(expected);
        }
        if (failure instanceof IOException) {
            return new Rejected(507, "Insufficient Storage", "the disk did not take the snapshot; the log says why");
        }
        log.error("a snapshot failed", failure);
        return new Rejected(500, "Internal Server Error", "the state machine gave no snapshot; the log says why");
    }
}
