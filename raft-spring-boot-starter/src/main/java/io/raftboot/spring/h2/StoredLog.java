package io.raftboot.spring.h2;

import io.raftboot.model.BrokenInvariant;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import java.util.List;

/** What is in the database, and how a write changes it; durable when it is committed. For the raft thread. */
final class StoredLog {

    /**
     * How many rows behind the base a write removes beyond as many as it appends, so that no write takes long after a snapshot of
     * a long log, and that the rows are gone before the next one however fast the log grows.
     */
    static final int REMOVED_ROWS_PER_WRITE = 256;

    /** The same in bytes, since a row is read before it is removed; the last row may go beyond it. */
    static final long REMOVED_BYTES_PER_WRITE = 1 << 20;

    private final LogDatabase database;
    private LogState state;
    /** No row has a smaller index. */
    private long firstRow;

    /** What was committed last. @throws SealedRow.DamagedRow if that is not legible */
    StoredLog(LogDatabase database) {
        this.database = database;
        this.state = database.state();
        this.firstRow = database.firstIndex(state.base().index() + 1);
    }

    LogDatabase database() {
        return database;
    }

    /** What the last write has left. */
    LogState state() {
        return state;
    }

    static List<byte[]> rows(WriteBatch batch) {
        return batch.append().stream().map(Rows::ofEntry).toList();
    }

    /**
     * Carries out a write; not durable yet.
     *
     * @param rows what the entries of the batch are in the database
     */
    void write(WriteBatch batch, List<byte[]> rows) {
        BrokenInvariant.require(state.sequence() > 0 || batch.base().isPresent(), "the first write has no base");
        LogState next = state.next();
        if (batch.base().isPresent()) {
            next = moveBase(next, batch.base().get());
        }
        next = next.withHardState(batch.hardState().orElse(next.hardState()));
        if (batch.truncateFrom().isPresent()) {
            next = truncate(next, batch.truncateFrom().getAsLong());
        }
        for (int i = 0; i < rows.size(); i++) {
            next = append(next, batch.append().get(i), rows.get(i));
        }
        removeBehindBase(next, batch.append());
        state = next;
    }

    /** Makes durable what was written, as {@link LogDatabase#makeDurable} does. */
    void commit() {
        database.putState(state);
        database.makeDurable();
    }

    private LogState moveBase(LogState next, SnapshotMetadata base) {
        BrokenInvariant.require(
                base.lastIncludedIndex() >= next.base().index(),
                "the base goes back from %d to %d",
                next.base().index(),
                base.lastIncludedIndex());
        database.putBase(base);
        return next.withBase(new LogPosition(base.lastIncludedIndex(), base.lastIncludedTerm()));
    }

    private LogState truncate(LogState next, long from) {
        long base = next.base().index();
        BrokenInvariant.require(from > base, "entry %d is behind the base %d and cannot be truncated", from, base);
        for (long index = next.last().index(); index >= from; index--) {
            database.removeEntry(index);
        }
        return from > next.last().index() ? next : next.withLast(from - 1 == base ? next.base() : position(from - 1));
    }

    private LogPosition position(long index) {
        return new LogPosition(index, database.entry(index).term());
    }

    private LogState append(LogState next, LogEntry entry, byte[] row) {
        LogPosition last = next.last();
        BrokenInvariant.require(
                entry.index() == last.index() + 1 && entry.term() >= last.term(),
                "entry %s cannot follow %d:%d",
                entry,
                last.index(),
                last.term());
        database.putEntry(entry.index(), row);
        return next.withLast(new LogPosition(entry.index(), entry.term()));
    }

    private void removeBehindBase(LogState next, List<LogEntry> appended) {
        long base = next.base().index();
        int rows = REMOVED_ROWS_PER_WRITE + appended.size();
        long bytes = REMOVED_BYTES_PER_WRITE
                + appended.stream().mapToLong(LogEntry::sizeInBytes).sum();
        while (firstRow <= base && rows > 0 && bytes > 0) {
            int removed = database.removeEntry(firstRow);
            // Between what an installed snapshot has replaced and what follows it there are no rows.
            firstRow = removed > 0 ? firstRow + 1 : database.firstIndex(base + 1);
            rows--;
            bytes -= removed;
        }
    }
}
