package io.raftboot.simulation;

import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.PersistedState;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import java.util.ArrayList;
import java.util.List;

/** What of a server survives a crash. A batch is on it completely or not at all. */
final class SimulatedDisk {

    /** What {@link #term} says of an entry that is not there. */
    static final long NO_ENTRY = -1;

    private final SnapshotMetadata base;
    private HardState hardState = HardState.INITIAL;
    private final List<LogEntry> entries = new ArrayList<>();

    SimulatedDisk(SnapshotMetadata base) {
        this.base = base;
    }

    PersistedState load() {
        return new PersistedState(hardState, base, entries);
    }

    HardState hardState() {
        return hardState;
    }

    long lastIndex() {
        return entries.size();
    }

    LogEntry entry(long index) {
        return entries.get(Math.toIntExact(index - 1));
    }

    /** The term of an entry: 0 before the first one, {@link #NO_ENTRY} behind the last. */
    long term(long index) {
        if (index > entries.size()) {
            return NO_ENTRY;
        }
        return index == 0 ? 0 : entry(index).term();
    }

    void write(WriteBatch batch) {
        batch.hardState().ifPresent(written -> hardState = written);
        batch.truncateFrom()
                .ifPresent(from -> entries.subList(Math.toIntExact(from - 1), entries.size())
                        .clear());
        entries.addAll(batch.append());
    }

    boolean hasSameLogAs(SimulatedDisk other) {
        return entries.equals(other.entries);
    }
}
