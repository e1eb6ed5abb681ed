package io.raftboot.testkit;

import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.SnapshotWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A store that does what another one does, but for what a test changes. */
public class ForwardingSnapshotStore implements SnapshotStore {

    private final SnapshotStore store;

    /** @param store the other one */
    public ForwardingSnapshotStore(SnapshotStore store) {
        this.store = store;
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
