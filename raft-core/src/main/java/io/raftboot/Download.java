package io.raftboot;

import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.Transport;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Pulls a snapshot over from the servers that have it, a piece at a time, going on where the last attempt broke off. */
final class Download {

    /** How much is asked for at once: large enough to cost little, small enough to be repeated. */
    static final int PIECE_BYTES = 1 << 20;

    /** How far a download is. */
    record Progress(Snapshot snapshot, long bytes) {}

    private final SnapshotStore store;
    private final Transport transport;
    private final OptionalLong maxBytesPerSecond;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Optional<Progress> progress = Optional.empty();

    Download(SnapshotStore store, Transport transport, OptionalLong maxBytesPerSecond) {
        this.store = store;
        this.transport = transport;
        this.maxBytesPerSecond = maxBytesPerSecond;
    }

    Optional<Progress> progress() {
        return progress;
    }

    void stop() {
        stopped.countDown();
    }

    /**
     * Runs until the snapshot is complete in the store.
     *
     * @throws IOException if nobody gives all of it; what has arrived is kept for the next attempt
     */
    void run(Snapshot snapshot, NodeId leaderId) throws IOException {
        if (isThere(store, snapshot)) {
            return;
        }
        try (SnapshotStore.Incoming incoming = store.receive(snapshot)) {
            fill(incoming, snapshot, leaderId);
            incoming.complete();
        } finally {
            progress = Optional.empty();
        }
    }

    /** Whether it need not be downloaded: it was once, and can be read, and did not rot since. */
    static boolean isThere(SnapshotStore store, Snapshot snapshot) {
        if (!store.list().contains(snapshot)) {
            return false;
        }
        try {
            Snapshots.putAsideIfDamaged(store, snapshot);
            return store.list().contains(snapshot);
        } catch (IOException unreadable) {
            // The download takes its place, once it is complete.
            return false;
        }
    }

    private void fill(SnapshotStore.Incoming incoming, Snapshot snapshot, NodeId leaderId) throws IOException {
        Set<NodeId> holders = new LinkedHashSet<>(transport.holders(snapshot));
        holders.add(leaderId);
        IOException failure = new IOException("nobody has it");
        for (NodeId holder : holders) {
            try {
                fillFrom(holder, incoming, snapshot);
                return;
            } catch (IOException e) {
                e.addSuppressed(failure);
                failure = e;
            }
        }
        throw failure;
    }

    private void fillFrom(NodeId holder, SnapshotStore.Incoming incoming, Snapshot snapshot) throws IOException {
        progress = Optional.of(new Progress(snapshot, incoming.position()));
        while (incoming.position() < snapshot.sizeInBytes()) {
            byte[] piece = transport.fetch(holder, snapshot, incoming.position(), PIECE_BYTES);
            incoming.add(piece);
            progress = Optional.of(new Progress(snapshot, incoming.position()));
            keepPace(piece.length);
        }
    }

    /** Waits as long as a piece has to take at the least, or until the server stops. */
    private void keepPace(int bytes) throws IOException {
        long nanos =
                maxBytesPerSecond.isEmpty() ? 0 : TimeUnit.SECONDS.toNanos(1) * bytes / maxBytesPerSecond.getAsLong();
        try {
            if (stopped.await(nanos, TimeUnit.NANOSECONDS)) {
                throw new IOException("the server is stopping");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the snapshot thread was interrupted", e);
        }
    }
}
