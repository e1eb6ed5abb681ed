package io.raftboot.memory;

import io.raftboot.model.HardState;
import io.raftboot.model.Identity;
import io.raftboot.model.LogEntry;
import io.raftboot.model.PersistedState;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A disk that is lost with the process, but survives a stop and start of its server. One server at a time may have it open, and
 * only that server's raft thread uses it.
 */
public final class MemoryDisk implements RaftStorage.Factory {

    private final Identity identity;
    private Optional<PersistedState> state = Optional.empty();
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

    private synchronized void write(WriteBatch batch) {
        PersistedState before = state.orElseGet(
                () -> new PersistedState(HardState.INITIAL, batch.base().orElseThrow(), List.of()));
        SnapshotMetadata base = batch.base().orElse(before.base());
        List<LogEntry> entries = new ArrayList<>(before.entries());
        entries.removeIf(entry -> entry.index() <= base.lastIncludedIndex()
                || entry.index() >= batch.truncateFrom().orElse(Long.MAX_VALUE));
        entries.addAll(batch.append());
        state = Optional.of(new PersistedState(batch.hardState().orElse(before.hardState()), base, entries));
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
            return state;
        }

        @Override
        public void write(WriteBatch batch) {
            MemoryDisk.this.write(batch);
        }

        @Override
        public void close() {
            release();
        }
    }
}
