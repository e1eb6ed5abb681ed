package io.raftboot.spring.h2;

import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.PersistedState;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spring.h2.LogDatabase.EntryCursor;
import io.raftboot.spring.h2.SealedRow.DamagedRow;
import java.util.ArrayList;
import java.util.List;

/** Reads a database from end to end and believes nothing: every row is checked, and that they fit together. */
final class LogReader {

    private LogReader() {}

    /**
     * What is in force.
     *
     * @param state what the last write has left
     * @throws DamagedRow if a row is damaged, missing or does not fit to the others
     */
    static PersistedState read(LogDatabase database, LogState state) {
        SnapshotMetadata base = database.base();
        LogPosition basePosition = new LogPosition(base.lastIncludedIndex(), base.lastIncludedTerm());
        require(basePosition.equals(state.base()), "the base is another one than the state says");
        return new PersistedState(state.hardState(), base, entries(database, state));
    }

    private static List<LogEntry> entries(LogDatabase database, LogState state) {
        List<LogEntry> entries = new ArrayList<>();
        LogPosition previous = state.base();
        EntryCursor cursor = database.entriesFrom(previous.index() + 1);
        while (cursor.hasNext()) {
            LogEntry entry = cursor.next();
            requireFollowing(previous, entry);
            entries.add(entry);
            previous = new LogPosition(entry.index(), entry.term());
        }
        require(
                previous.equals(state.last()),
                "the log ends with entry " + previous.index() + ":" + previous.term() + " instead of "
                        + state.last().index() + ":" + state.last().term());
        return entries;
    }

    private static void requireFollowing(LogPosition previous, LogEntry entry) {
        long expected = previous.index() + 1;
        if (entry.index() != expected) {
            throw new DamagedRow("entry " + expected + " is missing");
        }
        if (entry.term() < previous.term()) {
            throw new DamagedRow("entry " + entry + " follows one of term " + previous.term());
        }
    }

    private static void require(boolean holds, String damage) {
        if (!holds) {
            throw new DamagedRow(damage);
        }
    }
}
