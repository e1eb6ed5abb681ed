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

    private volatile Identity identity;
    private volatile long joinedBehind;
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

    /** @throws IllegalArgumentException if the batch does not fit what is there, which then stays */
    private synchronized void write(WriteBatch batch) {
        if (batch.isEmpty()) {
            return;
        }
        SnapshotMetadata newBase = batch.base().or(() -> base).orElseThrow(() -> refused("there is no base", batch));
        requireFitting(batch, newBase.lastIncludedIndex());
        base = Optional.of(newBase);
        hardState = batch.hardState().orElse(hardState);
        batch.base().ifPresent(moved -> removeIf(index -> index <= moved.lastIncludedIndex()));
        batch.truncateFrom().ifPresent(first -> removeIf(index -> index >= first));
        entries.addAll(batch.append());
    }

    private void requireFitting(WriteBatch batch, long baseIndex) {
        if (base.isPresent() && baseIndex < base.get().lastIncludedIndex()) {
            throw refused("the base goes back", batch);
        }
        long firstRemoved = batch.truncateFrom().orElse(Long.MAX_VALUE);
        if (firstRemoved <= baseIndex) {
            throw refused("the end of the log is before its start", batch);
        }
        long lastIndex = entries.isEmpty() ? 0 : entries.get(entries.size() - 1).index();
        long last = Math.min(Math.max(lastIndex, baseIndex), firstRemoved - 1);
        for (LogEntry entry : batch.append()) {
            if (entry.index() != ++last) {
                throw refused("the log has a gap before " + entry, batch);
            }
        }
    }

    private static IllegalArgumentException refused(String reason, WriteBatch batch) {
        return new IllegalArgumentException(reason + ": " + batch);
    }

    private void removeIf(LongPredicate index) {
        entries.removeIf(entry -> index.test(entry.index()));
    }

    private synchronized void release() {
        isOpen = false;
    }

    private final class Storage implements RaftStorage {

        private boolean hasFailed;

        @Override
        public Identity identity() {
            return identity;
        }

        @Override
        public void join(String clusterId, long commitIndex) {
            identity = identity.joining(clusterId);
            joinedBehind = Math.max(joinedBehind, commitIndex);
        }

        @Override
        public long joinedBehind() {
            return joinedBehind;
        }

        @Override
        public Optional<PersistedState> load() {
            return MemoryDisk.this.load();
        }

        @Override
        public void write(WriteBatch batch) {
            if (hasFailed) {
                throw new IllegalStateException("a write has failed before");
            }
            hasFailed = true;
            MemoryDisk.this.write(batch);
            hasFailed = false;
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
