package io.raftboot.simulation;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import java.util.ArrayList;
import java.util.List;

/** What of a server's log survives a crash. A batch is on it completely or not at all. */
final class SimulatedDisk {

    /** What {@link #term} says of an entry that is not there. */
    static final long NO_ENTRY = -1;

    private SnapshotMetadata base;
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

    /** The last entry that is not on it any more, because a snapshot stands for it; 0 for none. */
    long baseIndex() {
        return base.lastIncludedIndex();
    }

    long lastIndex() {
        return baseIndex() + entries.size();
    }

    LogEntry entry(long index) {
        return entries.get(Math.toIntExact(index - baseIndex() - 1));
    }

    /** The term of an entry from the base on, {@link #NO_ENTRY} behind the last. */
    long term(long index) {
        if (index > lastIndex()) {
            return NO_ENTRY;
        }
        return index == baseIndex() ? base.lastIncludedTerm() : entry(index).term();
    }

    /** The configuration as of an entry that is on it, or the base. */
    Configuration configurationAt(long index) {
        for (long at = index; at > baseIndex(); at--) {
            if (entry(at) instanceof LogEntry.Membership membership) {
                return membership.configuration();
            }
        }
        return base.configuration();
    }

    /** Whether a server votes by the configuration as of an entry, or by one behind it. */
    boolean isVoterFrom(long index, NodeId server) {
        return configurationAt(index).isVoter(server)
                || behind(index).stream()
                        .anyMatch(entry -> entry instanceof LogEntry.Membership membership
                                && membership.configuration().isVoter(server));
    }

    /** The configuration that a server starts with from here. */
    Configuration configuration() {
        return configurationAt(lastIndex());
    }

    void write(WriteBatch batch) {
        batch.base().ifPresent(this::startBehind);
        batch.hardState().ifPresent(written -> hardState = written);
        batch.truncateFrom()
                .ifPresent(from -> entries.subList(Math.toIntExact(from - baseIndex() - 1), entries.size())
                        .clear());
        entries.addAll(batch.append());
    }

    private void startBehind(SnapshotMetadata newBase) {
        long gone = Math.min(newBase.lastIncludedIndex() - baseIndex(), entries.size());
        entries.subList(0, Math.toIntExact(gone)).clear();
        base = newBase;
    }

    /** Whether both have the same entries, as far as both still have them. */
    boolean hasSameLogAs(SimulatedDisk other) {
        long from = Math.max(baseIndex(), other.baseIndex());
        return lastIndex() == other.lastIndex()
                && from <= lastIndex()
                && term(from) == other.term(from)
                && behind(from).equals(other.behind(from));
    }

    private List<LogEntry> behind(long index) {
        return entries.subList(Math.toIntExact(index - baseIndex()), entries.size());
    }
}
