package io.raftboot.consensus;

import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.PersistedState;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The disk of a server under test: it takes a batch as a whole or, when it is broken, refuses it as a whole. */
public final class Disk {

    private PersistedState state;
    private Optional<Snapshot> snapshot = Optional.empty();
    private boolean isBroken;

    public Disk(PersistedState state) {
        this.state = state;
        SnapshotMetadata base = state.base();
        if (base.lastIncludedIndex() > 0) {
            save(Fixtures.snapshot(base.lastIncludedIndex(), base.lastIncludedTerm(), base.configuration()));
        }
    }

    /** A snapshot is complete and durable. */
    void save(Snapshot newest) {
        snapshot = Optional.of(newest);
    }

    Optional<Snapshot> snapshot() {
        return snapshot;
    }

    /** From now on every write fails. */
    void breakDown() {
        isBroken = true;
    }

    void write(WriteBatch batch) {
        if (isBroken) {
            throw new UncheckedIOException(new java.io.IOException("the disk is broken"));
        }
        SnapshotMetadata base = batch.base().orElse(state.base());
        List<LogEntry> entries = new ArrayList<>(state.entries());
        entries.removeIf(entry -> entry.index() <= base.lastIncludedIndex());
        batch.truncateFrom().ifPresent(from -> entries.removeIf(entry -> entry.index() >= from));
        entries.addAll(batch.append());
        // The constructor refuses a gap, as a real storage does.
        state = new PersistedState(batch.hardState().orElse(state.hardState()), base, entries);
    }

    public PersistedState load() {
        return state;
    }

    HardState hardState() {
        return state.hardState();
    }

    public List<LogEntry> entries() {
        return state.entries();
    }

    /** The last entry that a power cut would leave. */
    long lastIndex() {
        return state.base().lastIncludedIndex() + state.entries().size();
    }
}
