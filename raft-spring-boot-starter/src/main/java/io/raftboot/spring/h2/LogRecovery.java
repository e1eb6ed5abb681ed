package io.raftboot.spring.h2;

import io.raftboot.model.Identity;
import io.raftboot.model.PersistedState;
import io.raftboot.spring.h2.SealedRow.DamagedRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the database of a complete data directory. Whatever the end of the server's last life made of it, it comes back with
 * everything that was acknowledged, whole and durable, or not at all.
 *
 * <p>A write is acknowledged when it is synced, in the journal or with a commit of the database, and the next begins after that.
 * So at most one is not acknowledged, the last, and it alone may be torn or still missing from the disk, however well it can be
 * read. What the journal has beyond the last commit is committed before the journal begins again.
 *
 * @param directory for messages
 * @param file the database
 * @param identity whose it must be
 * @param journal what was written since the last commit
 * @param mark how far it has come at least, raised to where it is
 * @param reserve what is given up if the disk is full
 */
record LogRecovery(
        Path directory, Path file, Identity identity, LogJournal journal, HighWaterMark mark, DiskReserve reserve) {

    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

    /**
     * An open log.
     *
     * @param committed the number of the write that the database ends with on the disk
     * @param content what is in force; empty if nothing was ever written
     */
    record Recovered(StoredLog log, long committed, Optional<PersistedState> content) {

        private long sequence() {
            return log.state().sequence();
        }

        /** The journal begins behind a commit when that is durable. */
        private boolean isFollowed() {
            return sequence() > committed;
        }
    }

    /** @throws DataDirectoryException if it is damaged, of another server or older than the mark */
    Recovered open() {
        LogFile whole = LogFile.at(file, reserve::makeRoom);
        try {
            Recovered recovered = read(whole);
            return settled(recovered, recovered.isFollowed() ? () -> {} : whole::writeLastCommitAgain);
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
            if (recovered.isFollowed()) {
                recovered.log().commit();
            }
            if (recovered.sequence() > mark.mark().sequence()) {
                mark.raise(recovered.log().state());
            }
            journal.beginBehind(recovered.sequence());
            return recovered;
        } catch (RuntimeException e) {
            recovered.log().database().discard();
            throw DataDirectoryException.unusable(directory, e);
        }
    }

    /** H2 meets a damaged file with all kinds of exceptions and errors; each means that the file is damaged. */
    private Recovered read(LogFile from) {
        LogDatabase database = LogDatabase.open(from);
        boolean believed = false;
        try {
            requireOwner(database.identity());
            StoredLog log = new StoredLog(database);
            long committed = log.state().sequence();
            replay(log);
            requireReached(log.state());
            Optional<PersistedState> content =
                    log.state().sequence() == 0 ? Optional.empty() : Optional.of(LogReader.read(database, log.state()));
            requireReadable(from);
            believed = true;
            return new Recovered(log, committed, content);
        } finally {
            if (!believed) {
                database.discard();
            }
        }
    }

    private void replay(StoredLog log) {
        LogJournal.Later later = later(log.state());
        later.batches().forEach(batch -> log.write(batch, StoredLog.rows(batch)));
        if (later.torn()) {
            warnOfTornWrite("raft-log.journal", "its checksum is wrong", log.state());
        }
    }

    private LogJournal.Later later(LogState committed) {
        try {
            return journal.readBehind(committed.sequence());
        } catch (UncheckedIOException e) {
            throw DataDirectoryException.unusable(directory, e);
        } catch (DamagedRow damage) {
            throw DataDirectoryException.lost(
                    directory,
                    "raft-log.mv.db ends with " + committed + ", and in raft-log.journal " + damage.getMessage());
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
            recovered.log().database().discard();
            throw refusal;
        }
        warnOfTornWrite("raft-log.mv.db", damage, recovered.log().state());
        return settled(recovered, shorter::removeIgnored);
    }

    private void warnOfTornWrite(String name, Object damage, LogState left) {
        LOG.warn(
                "raft.data-dir {}: the last write was torn by a power cut before it was acknowledged, and is cut back ({}, {});"
                        + " the log now ends with {}",
                directory,
                name,
                damage,
                left);
    }
}
