package io.raftboot.spring.h2;

import io.raftboot.model.Identity;
import io.raftboot.model.PersistedState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the database of a complete data directory. Whatever the end of the server's last life made of it, it comes back with
 * everything that was acknowledged, whole and durable, or not at all.
 *
 * <p>A write is acknowledged when it is synced, and the next begins after that. So at most one is not acknowledged, the last in
 * the file, and it alone may be torn or still missing from the disk, however well it can be read.
 *
 * @param directory for messages
 * @param file the database
 * @param identity whose it must be
 * @param mark how far it has come at least, raised to where it is
 * @param reserve what is given up if the disk is full
 */
record LogRecovery(Path directory, Path file, Identity identity, HighWaterMark mark, DiskReserve reserve) {

    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

    /**
     * An open database.
     *
     * @param content what is in force; empty if nothing was ever written
     * @param firstRow no row of an entry has a smaller index
     */
    record Recovered(LogDatabase database, LogState state, Optional<PersistedState> content, long firstRow) {}

    /** @throws DataDirectoryException if it is damaged, of another server or older than the mark */
    Recovered open() {
        LogFile whole = LogFile.at(file, reserve::makeRoom);
        try {
            Recovered recovered = read(whole);
            boolean known = recovered.state().sequence() == mark.mark().sequence();
            return known ? recovered : settled(recovered, whole::writeLastCommitAgain);
        } catch (DataDirectoryException refused) {
            requireReadable(whole);
            throw refused;
        } catch (RuntimeException | AssertionError | StackOverflowError damage) {
            return withoutLastCommit(whole, damage);
        }
    }

    private Recovered settled(Recovered recovered, Runnable makeDurable) {
        try {
            makeDurable.run();
            mark.raise(recovered.state());
            return recovered;
        } catch (RuntimeException e) {
            recovered.database().discard();
            throw DataDirectoryException.unusable(directory, e);
        }
    }

    /** H2 meets a damaged file with all kinds of exceptions and errors; each means that the file is damaged. */
    private Recovered read(LogFile from) {
        LogDatabase database = LogDatabase.open(from);
        boolean believed = false;
        try {
            requireOwner(database.identity());
            LogState state = database.state();
            requireReached(state);
            Optional<PersistedState> content =
                    state.sequence() == 0 ? Optional.empty() : Optional.of(LogReader.read(database));
            long firstRow = database.firstIndex(state.base().index() + 1);
            requireReadable(from);
            believed = true;
            return new Recovered(database, state, content, firstRow);
        } finally {
            if (!believed) {
                database.discard();
            }
        }
    }

    private void requireReadable(LogFile from) {
        from.readFailure().ifPresent(failure -> {
            throw DataDirectoryException.unusable(directory, failure);
        });
    }

    private void requireOwner(Identity owner) {
        boolean isOurs =
                owner.nodeId().equals(identity.nodeId()) && owner.incarnation().equals(identity.incarnation());
        if (!isOurs || !(owner.clusterId().equals(identity.clusterId()) || mayHaveChanged(owner))) {
            throw DataDirectoryException.lost(
                    directory, "raft-log.mv.db is of " + owner + ", but identity.json says " + identity);
        }
    }

    /** A server that has joined a cluster was of none when its database was made, and one that was forced to was of another. */
    private boolean mayHaveChanged(Identity owner) {
        try {
            return owner.clusterId().isEmpty()
                    || new IdentityFile(directory).forced().isPresent();
        } catch (IOException e) {
            throw DataDirectoryException.unusable(directory, e);
        }
    }

    private void requireReached(LogState state) {
        if (state.sequence() < mark.mark().sequence()) {
            throw DataDirectoryException.lost(
                    directory, "raft-log.mv.db ends with " + state + ", but there was already " + mark.mark());
        }
    }

    /** What is torn is the last commit, if all is well without it, and it is exactly one that is missing then. */
    private Recovered withoutLastCommit(LogFile whole, Throwable damage) {
        requireReadable(whole);
        DataDirectoryException refusal =
                DataDirectoryException.lost(directory, "raft-log.mv.db cannot be read", damage);
        LogFile shorter = LogFile.beforeLastCommit(file, reserve::makeRoom);
        Recovered recovered;
        try {
            recovered = read(shorter);
        } catch (RuntimeException | AssertionError | StackOverflowError alsoDamaged) {
            refusal.addSuppressed(alsoDamaged);
            throw refusal;
        }
        if (shorter.commitCount() != whole.commitCount() - 1) {
            recovered.database().discard();
            throw refusal;
        }
        LOG.warn(
                "raft.data-dir {}: the last write was torn by a power cut before it was acknowledged, and is cut back ({});"
                        + " raft-log.mv.db now ends with {}",
                directory,
                damage,
                recovered.state());
        return settled(recovered, shorter::removeIgnored);
    }
}
