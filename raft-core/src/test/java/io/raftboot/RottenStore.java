package io.raftboot;

import io.raftboot.model.Snapshot;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.testkit.ForwardingSnapshotStore;
import java.io.IOException;

/** What is in it when it is looked at is damaged. */
final class RottenStore extends ForwardingSnapshotStore {

    RottenStore(SnapshotStore store) {
        super(store);
    }

    @Override
    public void verify(Snapshot snapshot) throws IOException {
        throw new SnapshotStore.Damaged("a bit has flipped");
    }
}
