package io.raftboot.spi;

import io.raftboot.model.Identity;
import io.raftboot.model.PersistedState;
import io.raftboot.model.WriteBatch;
import java.util.Optional;

/**
 * The disk of one server: term, vote and log. One thread opens, uses and closes it, and is never interrupted.
 *
 * <p>Any exception means that nothing may be relied on any more: the server stops for good and neither retries nor answers.
 */
public interface RaftStorage extends AutoCloseable {

    /** Who this server is, as its disk says. Any thread may ask. */
    Identity identity();

    /**
     * Makes this server one of a cluster, durably. A server that waits to be added belongs to none until then: the cluster id of
     * its identity is empty.
     *
     * @param commitIndex what is committed in the cluster, for {@link #joinedBehind}
     * @throws IllegalStateException if it belongs to another one already
     * @throws RuntimeException if it is not certain that the disk has it
     */
    void join(String clusterId, long commitIndex);

    /** The largest index that {@link #join} was called with; 0 if it never was. */
    long joinedBehind();

    /**
     * Everything that was written and is in force. Called once, before the first {@link #write}.
     *
     * @return empty if nothing was ever written
     */
    Optional<PersistedState> load();

    /**
     * Makes a batch durable, all of it or none: when the method returns, a power cut does not take it back.
     *
     * @throws RuntimeException if it is not certain that the batch is durable; the storage is unusable from then on
     */
    void write(WriteBatch batch);

    /**
     * How many bytes of commands the disk certainly takes, all in one write. What is not a command is written also if this is 0: an
     * implementation that knows its disk keeps a reserve for it. Called before each turn, so it must be cheap.
     *
     * @return any number if nobody knows
     */
    default long room() {
        return Long.MAX_VALUE;
    }

    /** The snapshots on this disk; usable until {@link #close}. */
    SnapshotStore snapshots();

    /** Gives everything back; what was written stays. Does not throw: there is nobody left who could do better. */
    @Override
    void close();

    /** Opens the disk of a server, on the thread that will use it. */
    @FunctionalInterface
    interface Factory {

        /**
         * Opens it.
         *
         * @throws RuntimeException with a message for the operator if it cannot be used: in use, damaged, of another server
         */
        RaftStorage open();
    }
}
