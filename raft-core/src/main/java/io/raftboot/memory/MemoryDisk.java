package io.raftboot.memory;

import io.raftboot.model.HardState;
import io.raftboot.model.Identity;
import io.raftboot.model.LogEntry;
import io.raftboot.model.PersistedState;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.SnapshotStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * A disk that is lost with the process, but survives a stop and start of its server. One server at a time may have it open, and
 * only that server's raft thread uses it.
 */
public final class MemoryDisk implements RaftStorage.Factory {

    private final Identity identity;
    private final List<LogEntry> entries = new ArrayList<>();
    private Optional<SnapshotMetadata> base = Optional.empty();
    private HardState hardState = HardState.INITIAL;
    private final SnapshotStore snapshots = new MemorySnapshots();
    private boolean isOpen;

    /** An empty disk of this server. */
    public MemoryDisk(Identity identity) {
        this.identity = identity;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if it is open
     */
    @Override
    public synchronized RaftStorage open() {
        if (isOpen) {
            throw new IllegalStateException("the disk of " + identity.nodeId() + " is in use");
        }
        isOpen = true;
        return new Storage();
    }

    private synchronized Optional<PersistedState> load() {
        return base.map(snapshot -> new PersistedState(hardState, snapshot, entries));
    }

    private synchronized void write(WriteBatch batch) {
        base = batch.base().or(() -> base);
        hardState = batch.hardState().orElse(hardState);
        batch.base().ifPresent(moved -> removeIf(index -> index <= moved.lastIncludedIndex()));
        batch.truncateFrom().ifPresent(first -> removeIf(index -> index >= first));
        entries.addAll(batch.append());
    }

    private void removeIf(LongPredicate index) {
        entries.removeIf(entry -> index.test(entry.index()));
    }

    private synchronized void release() {
        isOpen = false;
    }

    private final class Storage implements RaftStorage {

        @Override
        public Identity identity() {
            return identity;
        }

        @Override
        public Optional<PersistedState> load() {
            return MemoryDisk.this.load();
        }

        @Override
        public void write(WriteBatch batch) {
            MemoryDisk.this.write(batch);
        }

        @Override
        public SnapshotStore snapshots() {
            return snapshots;
        }

        @Override
        public void close() {
            release();
        }
    }
}
