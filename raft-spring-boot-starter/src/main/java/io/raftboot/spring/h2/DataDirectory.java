package io.raftboot.spring.h2;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one server, locked: {@code raft.lock}, {@code identity.json}, {@code raft-log.mv.db} and {@code
 * raft-log.mark}. A directory either was never completed, and then nobody has heard of it and it is made anew, or it is
 * complete, and then nothing may be missing.
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

    private Path newDatabaseFile() {
        return path.resolve("raft-log.mv.db.new");
    }

    /**
     * Whose directory it is, this server's if it is new.
     *
     * @throws DataDirectoryException if it is another server's, or if something is missing
     */
    Identity claim(NodeId nodeId, String clusterName, Configuration initialConfiguration) throws IOException {
        DurableFiles.syncDirectory(path);
        Optional<Identity> found = new IdentityFile(path).read();
        if (found.isEmpty()) {
            return makeNew(nodeId, clusterName, initialConfiguration);
        }
        requireOwner(found.get(), nodeId, clusterName);
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

    private DataDirectoryException notOurs(String owner, String property, String ours, String theirs) {
        return new DataDirectoryException(
                "raft.data-dir " + path + " belongs to " + owner + ", but " + property + " is '" + ours + "'.",
                "Set " + property + " to '" + theirs + "', or give this server a raft.data-dir of its own.");
    }

    private Identity makeNew(NodeId nodeId, String clusterName, Configuration initial) throws IOException {
        refuseIfUsed();
        Identity identity = new Identity(
                ClusterIds.bootstrap(clusterName, initial),
                clusterName,
                nodeId,
                UUID.randomUUID().toString());
        for (Step step : firstStart(identity)) {
            step.run();
        }
        LOG.info("Made raft.data-dir {} for server {} of cluster {}", path, nodeId, identity.clusterId());
        return identity;
    }

    /** Without {@code identity.json} there may be what a first start left that never ended, and nothing else. */
    private void refuseIfUsed() throws IOException {
        Optional<LogState> mark = HighWaterMark.peek(path);
        boolean marked = mark.isPresent() && mark.get().sequence() > 0;
        boolean ours = !Files.exists(database()) || mark.isPresent();
        if (marked || !ours) {
            throw DataDirectoryException.lost(path, "it holds a log, but identity.json is missing");
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
    List<Step> firstStart(Identity identity) {
        return List.of(
                () -> HighWaterMark.create(path),
                () -> DurableFiles.createEmpty(newDatabaseFile()),
                () -> LogDatabase.create(newDatabaseFile(), identity),
                () -> DurableFiles.rename(newDatabaseFile(), database()),
                () -> new IdentityFile(path).write(identity));
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
