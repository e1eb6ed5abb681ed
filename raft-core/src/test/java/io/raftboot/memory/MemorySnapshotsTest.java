package io.raftboot.memory;

import io.raftboot.spi.SnapshotStore;
import io.raftboot.testkit.SnapshotStoreContract;

class MemorySnapshotsTest extends SnapshotStoreContract {

    private final SnapshotStore store = new MemorySnapshots();
    private final SnapshotStore other = new MemorySnapshots();

    @Override
    protected SnapshotStore open() {
        return store;
    }

    @Override
    protected SnapshotStore openOther() {
        return other;
    }
}
