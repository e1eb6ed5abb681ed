package io.raftboot.spring.h2;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import io.raftboot.model.SnapshotMetadata;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one server, locked: {@code raft.lock}, {@code identity.json}, {@code raft-log.mv.db}, {@code raft-log.mark} and
 * {@code snapshots}; {@code raft-log.journal} comes with the first opening, and a {@link CommandTypesFile} may be beside them. A
 * directory either was never completed, and then nobody has heard of it and it is made anew, or it is complete, and then nothing may
 * be missing.
 */
final class DataDirectory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    private final Path path;
    private final DirectoryLock lock;

    private DataDirectory(Path path, DirectoryLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes the directory if it is not there, and locks it. @throws DataDirectoryException if that does not work */
    static DataDirectory lock(Path directory) {
        try {
            DurableFiles.createDirectory(directory);
            Path real = directory.toRealPath();
            restrict(real);
            return new DataDirectory(real, DirectoryLock.take(real));
        } catch (IOException e) {
            throw DataDirectoryException.unusable(directory, e);
        }
    }

    /** A directory of somebody else with ours in its group, as containers have them, is no reason not to start. */
    private static void restrict(Path directory) {
        try {
            DurableFiles.restrict(directory);
        } catch (IOException e) {
            LOG.warn("raft.data-dir {} stays open to others: {}", directory, e.toString());
        }
    }

    Path path() {
        return path;
    }

    /** The database. */
    Path database() {
        return path.resolve("raft-log.mv.db");
    }

    /** The directory of the snapshots. */
    Path snapshots() {
        return path.resolve("snapshots");
    }

    private Path newDatabaseFile() {
        return path.resolve("raft-log.mv.db.new");
    }

    /**
     * Whose directory it is, this server's if it is new.
     *
     * @param restoreFrom the backup that a new one begins with; one that was made from it is left as it is
     * @throws DataDirectoryException if it is another server's, if something is missing, or if the backup cannot be used
     */
    Identity claim(NodeId nodeId, String clusterName, Configuration initialConfiguration, Optional<Path> restoreFrom)
            throws IOException {
        DurableFiles.syncDirectory(path);
        Optional<Identity> found = new IdentityFile(path).read();
        if (found.isEmpty()) {
            return makeNew(nodeId, clusterName, initialConfiguration, restoreFrom);
        }
        requireOwner(found.get(), nodeId, clusterName);
        if (restoreFrom.isPresent()) {
            requireRestored(found.get(), restoreFrom.get());
        }
        if (!Files.exists(database()) || Files.size(database()) == 0) {
            throw DataDirectoryException.lost(path, "raft-log.mv.db is missing or empty");
        }
        return found.get();
    }

    private void requireOwner(Identity owner, NodeId nodeId, String clusterName) {
        if (!owner.nodeId().equals(nodeId)) {
            throw notOurs(
                    "server '" + owner.nodeId() + "'",
                    "raft.node-id",
                    nodeId.value(),
                    owner.nodeId().value());
        }
        if (!owner.clusterName().equals(clusterName)) {
            throw notOurs(
                    "a server of cluster '" + owner.clusterName() + "'",
                    "raft.cluster-name",
                    clusterName,
                    owner.clusterName());
        }
    }

    private void requireRestored(Identity owner, Path backup) throws IOException {
        Optional<Backup.Origin> origin = new IdentityFile(path).origin();
        if (origin.isEmpty() || !origin.get().is(backup)) {
            throw DataDirectoryException.notEmpty(path, backup, owner);
        }
        LOG.warn(
                "raft.restore-from {} is done and changes nothing any more: raft.data-dir {} goes on with what it has;"
                        + " remove the property",
                backup,
                path);
    }

    private DataDirectoryException notOurs(String owner, String property, String ours, String theirs) {
        return new DataDirectoryException(
                "raft.data-dir " + path + " belongs to " + owner + ", but " + property + " is '" + ours + "'.",
                "Set " + property + " to '" + theirs + "', or give this server a raft.data-dir of its own.");
    }

    private Identity makeNew(NodeId nodeId, String clusterName, Configuration initial, Optional<Path> restoreFrom)
            throws IOException {
        refuseIfUsed();
        Optional<Backup> backup = restoreFrom.map(Backup::verified);
        Identity identity = new Identity(
                ClusterIds.bootstrap(clusterName, initial),
                clusterName,
                nodeId,
                UUID.randomUUID().toString());
        for (Step step : firstStart(identity, initial, backup)) {
            step.run();
        }
        LOG.info("Made raft.data-dir {} for server {} of cluster {}", path, nodeId, identity.clusterId());
        backup.ifPresent(from -> LOG.info(
                "Cluster {} begins with {} from {}; its log goes on behind index {}",
                identity.clusterId(),
                from.snapshot(),
                from.file(),
                from.base(initial).lastIncludedIndex()));
        return identity;
    }

    /** Without {@code identity.json} there may be what a first start left that never ended, and nothing else. */
    private void refuseIfUsed() throws IOException {
        Optional<LogState> mark = HighWaterMark.peek(path);
        boolean marked = mark.isPresent() && mark.get().sequence() > 0;
        boolean ours = mark.isPresent() || (!Files.exists(database()) && !hasSnapshots());
        if (marked || !ours) {
            throw DataDirectoryException.lost(path, "it holds a log or snapshots, but identity.json is missing");
        }
    }

    private boolean hasSnapshots() throws IOException {
        if (!Files.isDirectory(snapshots())) {
            return false;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(snapshots(), FileSnapshotStore::isComplete)) {
            return files.iterator().hasNext();
        }
    }

    /** A step of the very first start. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /**
     * What makes a directory complete. Whatever comes between two of these, or into the middle of one, the next start begins
     * again (etcd#10688): the mark says that nothing was written, the database appears under its name when it is complete, and
     * the identity makes it count.
     */
    List<Step> firstStart(Identity identity, Configuration initial, Optional<Backup> backup) {
        Optional<SnapshotMetadata> base = backup.map(from -> from.base(initial));
        return List.of(
                () -> HighWaterMark.create(path),
                this::removeSnapshots,
                () -> {
                    if (backup.isPresent()) {
                        backup.get().copyTo(snapshots(), base.orElseThrow());
                    }
                },
                () -> DurableFiles.createEmpty(newDatabaseFile()),
                () -> LogDatabase.create(newDatabaseFile(), identity, base),
                () -> DurableFiles.rename(newDatabaseFile(), database()),
                () -> new IdentityFile(path).write(identity, backup.map(Backup::origin)));
    }

    /** Those of a restore that never ended: a new server must not take one for its own. */
    private void removeSnapshots() throws IOException {
        FileSnapshotStore.open(snapshots()).keepNewest(0, Long.MAX_VALUE);
        DurableFiles.syncDirectory(snapshots());
    }

    /** Lets others have the directory. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("raft.data-dir {} was not unlocked: {}", path, e.toString());
        }
    }
}
