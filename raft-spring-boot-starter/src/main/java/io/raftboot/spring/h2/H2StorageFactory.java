package io.raftboot.spring.h2;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import io.raftboot.spi.RaftStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the disk of a server: a directory of its own with an H2 database that no application sees.
 *
 * @param dataDirectory where; made if it is not there
 * @param nodeId whose it is to be
 * @param clusterName of which cluster
 * @param initialConfiguration the voters the cluster begins with; looked at on the very first start only, for the cluster id
 * @param restoreFrom a backup that the very first start makes a new cluster of; that one has a single voter, this server
 * @param forceNewCluster what the operator wrote to make this server a cluster of its own, see {@link ForcedNewCluster}
 */
public record H2StorageFactory(
        Path dataDirectory,
        NodeId nodeId,
        String clusterName,
        Configuration initialConfiguration,
        Optional<Path> restoreFrom,
        Optional<String> forceNewCluster)
        implements RaftStorage.Factory {

    private static final Logger LOG = LoggerFactory.getLogger(H2StorageFactory.class);

    /** @throws IllegalArgumentException if a backup is to become a cluster of more than this server */
    public H2StorageFactory {
        if (restoreFrom.isPresent() && !initialConfiguration.members().keySet().equals(Set.of(nodeId))) {
            throw new IllegalArgumentException("a backup becomes a cluster of one, but there are "
                    + initialConfiguration.members().keySet());
        }
    }

    /** Opens what is there, or makes an empty one. */
    public H2StorageFactory(Path dataDirectory, NodeId nodeId, String clusterName, Configuration initialConfiguration) {
        this(dataDirectory, nodeId, clusterName, initialConfiguration, Optional.empty());
    }

    /** The same, of a backup if it is new. */
    public H2StorageFactory(
            Path dataDirectory,
            NodeId nodeId,
            String clusterName,
            Configuration initialConfiguration,
            Optional<Path> restoreFrom) {
        this(dataDirectory, nodeId, clusterName, initialConfiguration, restoreFrom, Optional.empty());
    }

    /** Whether a server has been there before, so that to open it changes neither what it is nor whose. */
    public boolean isClaimed() {
        return new IdentityFile(dataDirectory).exists();
    }

    /**
     * Locks the directory, makes it complete on the very first start, and opens it. For a platform thread that is never
     * interrupted, because an interrupt closes the database file; another such thread may take the storage over.
     *
     * @throws DataDirectoryException if the directory cannot be used, with the reason and what to do about it
     */
    @Override
    public RaftStorage open() {
        H2Version.requireSafe(H2Version.current());
        return openWithAnyH2();
    }

    /** The same with a version of H2 that is yet to be tested. */
    RaftStorage openWithAnyH2() {
        DataDirectory directory = DataDirectory.lock(dataDirectory);
        boolean opened = false;
        try {
            RaftStorage storage = open(directory);
            opened = true;
            return storage;
        } catch (IOException | UncheckedIOException | MVStoreException e) {
            throw DataDirectoryException.unusable(directory.path(), e);
        } finally {
            if (!opened) {
                directory.close();
            }
        }
    }

    private RaftStorage open(DataDirectory directory) throws IOException {
        Identity identity = directory.claim(nodeId, clusterName, initialConfiguration, restoreFrom);
        HighWaterMark mark = HighWaterMark.open(directory.path());
        boolean opened = false;
        try {
            RaftStorage storage = H2RaftStorage.open(
                    directory.path(),
                    directory.database(),
                    identity,
                    mark,
                    directory,
                    new ForcedNewCluster(forceNewCluster));
            LOG.info("Opened raft.data-dir {} after {}", directory.path(), mark.mark());
            opened = true;
            return storage;
        } finally {
            if (!opened) {
                mark.close();
            }
        }
    }
}
