package io.raftboot.spring.h2;

import io.raftboot.model.BrokenInvariant;
import io.raftboot.model.HardState;
import io.raftboot.model.Identity;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.PersistedState;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spring.h2.LogRecovery.Recovered;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disk of one server: a batch is one commit and one sync.
 *
 * <p>For one platform thread at a time, which is never interrupted: an interrupt closes the database file under H2. The first
 * exception is the last word, since neither H2 nor the operating system remembers a failed sync: every later write is refused,
 * and only a new process may look at the file again.
 */
final class H2RaftStorage implements RaftStorage {

    /**
     * How many rows behind the base a write removes beyond as many as it appends, so that no write takes long after a snapshot of
     * a long log, and that the rows are gone before the next one however fast the log grows.
     */
    static final int REMOVED_ROWS_PER_WRITE = 256;

    /** The same in bytes, since a row is read before it is removed; the last row may go beyond it. */
    static final long REMOVED_BYTES_PER_WRITE = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(H2RaftStorage.class);

    private final Path directory;
    private volatile Identity identity;
    private final LogDatabase database;
    private final HighWaterMark mark;
    private final DiskReserve reserve;
    private final SnapshotStore snapshots;
    private final AutoCloseable lock;
    private final ForcedNewCluster forcedNewCluster;
    private Optional<PersistedState> content;
    private LogState state;
    /** No row has a smaller index. */
    private long firstRow;

    private boolean loaded;
    private boolean usable;

    private H2RaftStorage(
            Path directory,
            Identity identity,
            Recovered recovered,
            HighWaterMark mark,
            DiskReserve reserve,
            SnapshotStore snapshots,
            AutoCloseable lock,
            ForcedNewCluster forcedNewCluster) {
        this.directory = directory;
        this.identity = identity;
        this.database = recovered.database();
        this.content = recovered.content();
        this.state = recovered.state();
        this.firstRow = recovered.firstRow();
        this.mark = mark;
        this.reserve = reserve;
        this.snapshots = snapshots;
        this.lock = lock;
        this.forcedNewCluster = forcedNewCluster;
    }

    /**
     * Opens a complete data directory.
     *
     * @param file the database
     * @param mark how far it has come at least; closed with the storage
     * @param lock what is given back when the storage is closed
     * @param forcedNewCluster whether this server is to become a cluster of its own when it is loaded
     * @throws DataDirectoryException if the database is damaged, of another server or older than the mark
     */
    static H2RaftStorage open(
            Path directory,
            Path file,
            Identity identity,
            HighWaterMark mark,
            AutoCloseable lock,
            ForcedNewCluster forcedNewCluster) {
        try {
            SnapshotStore snapshots = FileSnapshotStore.open(directory.resolve("snapshots"));
            DiskReserve reserve = DiskReserve.of(directory);
            Recovered recovered = new LogRecovery(directory, file, identity, mark, reserve).open();
            return new H2RaftStorage(directory, identity, recovered, mark, reserve, snapshots, lock, forcedNewCluster);
        } catch (IOException e) {
            throw DataDirectoryException.unusable(directory, e);
        }
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public void join(String clusterId, long lastLogIndex) {
        Identity joined = identity.joining(clusterId);
        try {
            new IdentityFile(directory).join(joined, Math.max(lastLogIndex, joinedBehind()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the identity of " + joined, e);
        }
        identity = joined;
        LOG.info("Server {} belongs to cluster {} from now on", joined.nodeId(), clusterId);
    }

    @Override
    public long joinedBehind() {
        try {
            return new IdentityFile(directory).joinedBehind();
        } catch (IOException e) {
            throw DataDirectoryException.unusable(directory, e);
        }
    }

    @Override
    public Optional<PersistedState> load() {
        BrokenInvariant.require(!loaded, "what is in %s was loaded before", directory);
        Optional<PersistedState> persisted = content;
        content = Optional.empty(); // the log of the consensus goes on with it, and lets go of what it compacts
        loaded = true;
        usable = true;
        return persisted.map(found -> forcedNewCluster.carriedOut(found, this));
    }

    Path directory() {
        return directory;
    }

    /** The new cluster that this server was made, if it was. */
    Optional<ForcedNewCluster.Mark> forced() {
        try {
            return new IdentityFile(directory).forced();
        } catch (IOException e) {
            throw DataDirectoryException.unusable(directory, e);
        }
    }

    /** This server belongs to another cluster from now on. */
    void becomeCluster(String clusterId, ForcedNewCluster.Mark mark) {
        Identity other = new Identity(clusterId, identity.clusterName(), identity.nodeId(), identity.incarnation());
        try {
            new IdentityFile(directory).force(other, mark);
        } catch (IOException e) {
            throw DataDirectoryException.unusable(directory, e);
        }
        identity = other;
        LOG.warn("Server {} is a new cluster of its own from now on, {}", other.nodeId(), clusterId);
    }

    @Override
    public void write(WriteBatch batch) {
        if (!usable) {
            throw new IllegalStateException("the storage in " + directory + " has failed before, or was not loaded");
        }
        if (batch.isEmpty()) {
            return;
        }
        usable = false;
        LogState next = carryOut(batch);
        database.putState(next);
        database.makeDurable();
        mark.raise(next);
        state = next;
        usable = true;
    }

    private LogState carryOut(WriteBatch batch) {
        BrokenInvariant.require(state.sequence() > 0 || batch.base().isPresent(), "the first write has no base");
        LogState next = state.next();
        if (batch.base().isPresent()) {
            next = moveBase(next, batch.base().get());
        }
        HardState hardState = batch.hardState().orElse(next.hardState());
        next = next.withHardState(hardState);
        if (batch.truncateFrom().isPresent()) {
            next = truncate(next, batch.truncateFrom().getAsLong());
        }
        for (LogEntry entry : batch.append()) {
            next = append(next, entry);
        }
        removeBehindBase(next, batch.append());
        return next;
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

    private LogState append(LogState next, LogEntry entry) {
        LogPosition last = next.last();
        BrokenInvariant.require(
                entry.index() == last.index() + 1 && entry.term() >= last.term(),
                "entry %s cannot follow %d:%d",
                entry,
                last.index(),
                last.term());
        database.putEntry(entry);
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

    @Override
    public long room() {
        return reserve.room();
    }

    @Override
    public SnapshotStore snapshots() {
        return snapshots;
    }

    @Override
    public void close() {
        usable = false;
        database.discard();
        release(mark, "raft-log.mark");
        release(lock, "the lock");
    }

    private void release(AutoCloseable resource, String name) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.warn("raft.data-dir {}: {} was not closed: {}", directory, name, e.toString());
        }
    }
}
