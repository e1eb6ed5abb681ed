package io.raftboot.spring.h2;

import io.raftboot.model.Identity;
import io.raftboot.model.LogEntry;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spring.h2.SealedRow.DamagedRow;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.LongDataType;
import org.jspecify.annotations.Nullable;

/**
 * H2's storage engine, used so that what is committed is on the disk: one thread, no background writer, one commit and one sync
 * per step. A row per log entry, filed under its index, and three rows for everything else.
 */
final class LogDatabase {

    private static final long STATE = 0;
    private static final long BASE = 1;
    private static final long IDENTITY = 2;

    private final MVStore store;
    private final LogFile file;
    private final MVMap<Long, byte[]> log;
    private final MVMap<Long, byte[]> server;

    private LogDatabase(MVStore store, LogFile file) {
        this.store = store;
        this.file = file;
        store.setVersionsToKeep(0);
        this.log = store.openMap("log", rows());
        this.server = store.openMap("server", rows());
    }

    private static MVMap.Builder<Long, byte[]> rows() {
        return new MVMap.Builder<Long, byte[]>().keyType(LongDataType.INSTANCE).valueType(new RowType());
    }

    /**
     * Makes one, durably.
     *
     * @param path an empty file
     * @param base what its log starts behind; empty for one that nothing was written to
     */
    static void create(Path path, Identity identity, Optional<SnapshotMetadata> base) {
        LogDatabase database = open(LogFile.at(path));
        try {
            database.server.put(IDENTITY, Rows.ofIdentity(identity));
            base.ifPresent(database::putBase);
            database.putState(base.map(LogState::behind).orElse(LogState.FRESH));
            database.makeDurable();
        } finally {
            database.discard();
        }
    }

    /**
     * Opens one.
     *
     * @param file not opened yet
     * @throws RuntimeException or an error of H2 if the file is damaged in a way that H2 notices
     */
    static LogDatabase open(LogFile file) {
        try {
            file.open();
            // Without a size of 0 H2 commits by itself in the middle of a large batch, with the delay switched off too.
            MVStore store = new MVStore.Builder()
                    .adoptFileStore(file)
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .open();
            file.requireLastCommit();
            return new LogDatabase(store, file);
        } catch (RuntimeException | Error e) {
            release(file, e);
            throw e;
        }
    }

    /** H2 forgets an open file when it fails to make sense of it. */
    private static void release(LogFile file, Throwable cause) {
        try {
            file.close();
        } catch (RuntimeException halfOpen) {
            cause.addSuppressed(halfOpen);
        }
    }

    /** Whose database it is. @throws DamagedRow if that is not legible */
    Identity identity() {
        return serverRow(IDENTITY, "the identity", Rows::toIdentity);
    }

    /** What the last write left. @throws DamagedRow if that is not legible */
    LogState state() {
        return serverRow(STATE, "the state", Rows::toState);
    }

    void putState(LogState state) {
        server.put(STATE, Rows.ofState(state));
    }

    /** What the log starts behind. @throws DamagedRow if that is not legible */
    SnapshotMetadata base() {
        return serverRow(BASE, "the base", Rows::toBase);
    }

    void putBase(SnapshotMetadata base) {
        server.put(BASE, Rows.ofBase(base));
    }

    private <T> T serverRow(long key, String name, Function<byte[], T> reader) {
        return legible(server.get(key), () -> name, reader);
    }

    /** The entry at an index. @throws DamagedRow if it is missing, illegible or another one */
    LogEntry entry(long index) {
        return entry(index, log.get(index));
    }

    private static LogEntry entry(long index, byte @Nullable [] row) {
        LogEntry entry = legible(row, () -> name(index), Rows::toEntry);
        if (entry.index() != index) {
            throw new DamagedRow(name(index) + " is damaged: it is entry " + entry.index());
        }
        return entry;
    }

    private static String name(long index) {
        return "entry " + index;
    }

    private static <T> T legible(byte @Nullable [] row, Supplier<String> name, Function<byte[], T> reader) {
        if (row == null) {
            throw new DamagedRow(name.get() + " is missing");
        }
        try {
            return reader.apply(row);
        } catch (DamagedRow damage) {
            throw new DamagedRow(name.get() + " is damaged: " + damage.getMessage());
        }
    }

    /** The entries from an index on, in the order of their indexes. */
    EntryCursor entriesFrom(long index) {
        Cursor<Long, byte[]> rows = log.cursor(index);
        return new EntryCursor(rows);
    }

    /** Walks the log. */
    static final class EntryCursor {

        private final Cursor<Long, byte[]> rows;

        private EntryCursor(Cursor<Long, byte[]> rows) {
            this.rows = rows;
        }

        boolean hasNext() {
            return rows.hasNext();
        }

        /** @throws DamagedRow if the entry is illegible or another one */
        LogEntry next() {
            long index = rows.next();
            return entry(index, rows.getValue());
        }
    }

    void putEntry(long index, byte[] row) {
        log.put(index, row);
    }

    /** Returns how many bytes the row had, 0 if there was none. */
    int removeEntry(long index) {
        byte[] removed = log.remove(index);
        return removed == null ? 0 : removed.length;
    }

    /** The index of the first row, or what is given if there is none. */
    long firstIndex(long otherwise) {
        Long first = log.firstKey();
        return first == null ? otherwise : first;
    }

    /**
     * Commits and syncs: when it returns, a power cut takes nothing back.
     *
     * @throws RuntimeException if that is not certain; the database is of no use from then on, because H2 forgets a failed sync
     */
    void makeDurable() {
        if (store.commit() < 0) {
            throw new IllegalStateException("H2 had nothing to commit");
        }
        store.sync();
        // H2 does not sync a file that an interrupt has closed, and does not say so; reading from it fails.
        file.readFully(null, 0, 1);
    }

    /** Closes the file without writing to it. Nothing is lost by that, and H2's own way to close shortens the retention time. */
    void discard() {
        store.closeImmediately();
    }
}
