package io.raftboot.spring.h2;

import io.raftboot.model.BrokenInvariant;
import io.raftboot.model.Identity;
import io.raftboot.model.PersistedState;
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
 * The disk of one server: a batch is one sync. It stands in the database and, until that is committed, in the journal beside it.
 *
 * <p>For one thread at a time, which is never interrupted: an interrupt closes the database file under H2. The first
 * exception is the last word, since neither H2 nor the operating system remembers a failed sync: every later write is refused,
 * and only a new process may look at the file again.
 */
final class H2RaftStorage implements RaftStorage {

    private static final Logger LOG = LoggerFactory.getLogger(H2RaftStorage.class);

    private final Path directory;
    private volatile Identity identity;
    private final StoredLog log;
    private final LogJournal journal;
    private final HighWaterMark mark;
    private final DiskReserve reserve;
    private final SnapshotStore snapshots;
    private final AutoCloseable lock;
    private final ForcedNewCluster forcedNewCluster;
    private Optional<PersistedState> content;
    private boolean loaded;
    private boolean usable;

    private H2RaftStorage(
            Path directory,
            Identity identity,
            Recovered recovered,
            LogJournal journal,
            HighWaterMark mark,
            DiskReserve reserve,
            SnapshotStore snapshots,
            AutoCloseable lock,
            ForcedNewCluster forcedNewCluster) {
        this.directory = directory;
        this.identity = identity;
        this.log = recovered.log();
        this.content = recovered.content();
        this.journal = journal;
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
            LogJournal journal = LogJournal.open(directory, identity.incarnation());
            Recovered recovered = recover(new LogRecovery(directory, file, identity, journal, mark, reserve));
            return new H2RaftStorage(
                    directory, identity, recovered, journal, mark, reserve, snapshots, lock, forcedNewCluster);
        } catch (IOException e) {
            throw DataDirectoryException.unusable(directory, e);
        }
    }

    private static Recovered recover(LogRecovery recovery) throws IOException {
        boolean recovered = false;
        try {
            Recovered log = recovery.open();
            recovered = true;
            return log;
        } finally {
            if (!recovered) {
                recovery.journal().close();
            }
        }
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public void join(String clusterId, long commitIndex) {
        Identity joined = identity.joining(clusterId);
        try {
            new IdentityFile(directory).join(joined, Math.max(commitIndex, joinedBehind()));
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
        List<byte[]> rows = StoredLog.rows(batch);
        log.write(batch, rows);
        LogState written = log.state();
        if (!journal.append(written.sequence(), batch, rows)) {
            log.commit();
            journal.beginBehind(written.sequence());
        }
        mark.raise(written);
        usable = true;
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
        log.database().discard();
        release(journal, "raft-log.journal");
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
