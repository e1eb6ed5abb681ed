package io.raftboot.model;

import java.util.List;

/**
 * All that a server finds on its disk when it starts.
 *
 * @param hardState term and vote
 * @param base what the log starts behind
 * @param entries the log: the first has index {@code base.lastIncludedIndex() + 1}, and there is no gap
 */
public record PersistedState(HardState hardState, SnapshotMetadata base, List<LogEntry> entries) {

    /** @throws IllegalArgumentException if the log has a gap or does not start right behind the base */
    public PersistedState {
        entries = List.copyOf(entries);
        long expected = base.lastIncludedIndex() + 1;
        for (LogEntry entry : entries) {
            if (entry.index() != expected) {
                throw new IllegalArgumentException(
                        "the log has entry " + entry.index() + " where " + expected + " belongs");
            }
            expected++;
        }
    }

    /** Whether the log reaches to that entry and has it; the one it starts behind counts. */
    public boolean has(long index, long term) {
        long behindBase = index - base.lastIncludedIndex();
        if (behindBase == 0) {
            return term == base.lastIncludedTerm();
        }
        return behindBase > 0
                && behindBase <= entries.size()
                && entries.get((int) behindBase - 1).term() == term;
    }

    /** What is there after {@link WriteBatch#bootstrap}. */
    public static PersistedState bootstrap(Configuration configuration) {
        return new PersistedState(HardState.INITIAL, SnapshotMetadata.bootstrap(configuration), List.of());
    }
}
