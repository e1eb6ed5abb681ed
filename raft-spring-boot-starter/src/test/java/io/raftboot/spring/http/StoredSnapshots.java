package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftboot.model.Configuration;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.SnapshotWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A store that does what another one does, but for what a test changes. */
class StoredSnapshots implements SnapshotStore {

    private final SnapshotStore store;

    StoredSnapshots(SnapshotStore store) {
        this.store = store;
    }

    /** A snapshot with this content, up to an index. */
    static Snapshot write(SnapshotStore store, long index, String content) {
        try {
            return store.write(
                    new SnapshotMetadata(index, 5, Configuration.empty()), out -> out.write(content.getBytes(UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits a bounded time. @return whether it came about */
    static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public List<Snapshot> list() {
        return store.list();
    }

    @Override
    public Snapshot write(SnapshotMetadata metadata, SnapshotWriter content) throws IOException {
        return store.write(metadata, content);
    }

    @Override
    public void verify(Snapshot snapshot) throws IOException {
        store.verify(snapshot);
    }

    @Override
    public InputStream open(Snapshot snapshot) throws IOException {
        return store.open(snapshot);
    }

    @Override
    public byte[] read(Snapshot snapshot, long from, int maxBytes) throws IOException {
        return store.read(snapshot, from, maxBytes);
    }

    @Override
    public Incoming receive(Snapshot snapshot) throws IOException {
        return store.receive(snapshot);
    }

    @Override
    public void putAside(Snapshot snapshot) throws IOException {
        store.putAside(snapshot);
    }

    @Override
    public void keepNewest(int count, long upToIndex) throws IOException {
        store.keepNewest(count, upToIndex);
    }
}
