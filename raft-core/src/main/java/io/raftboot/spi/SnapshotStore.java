package io.raftboot.spi;

import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The snapshots on the disk of one server (§7). A snapshot is there as a whole or not at all: it appears when its bytes are
 * durable, and never changes. Safe for several threads: one writes and receives, one reads what it restores, and those of the
 * network read what others download.
 *
 * <p>Its {@code toString()} is where it is, for messages to the operator. An {@link IOException} costs that snapshot or that download and nothing else; what was there before stays.
 */
public interface SnapshotStore {

    /** The snapshots that are there, the newest first. Their bytes are not looked at. */
    List<Snapshot> list();

    /**
     * Makes a snapshot, durably. The same state written twice need not give the same bytes.
     *
     * @param metadata what it stands for
     * @param content writes the state
     * @return the snapshot; one of the same entry that was there already is returned as it is. One of the same index and another
     *     term is of a timeline that was given up, and stands for nothing here
     * @throws IOException if the disk does not take it; nothing of it is left
     */
    Snapshot write(SnapshotMetadata metadata, SnapshotWriter content) throws IOException;

    /**
     * Reads a whole snapshot through and compares its checksums.
     *
     * @throws Damaged with the reason if its bytes are not as they were written
     * @throws IOException if it cannot be read now, so that nobody knows
     */
    void verify(Snapshot snapshot) throws IOException;

    /**
     * What {@link #write} was given. Bytes that are damaged are not handed out.
     *
     * @throws IOException from here or from the stream, if it cannot be read or is damaged
     */
    InputStream open(Snapshot snapshot) throws IOException;

    /**
     * The bytes of a snapshot as one server gives them to another.
     *
     * @param from the first byte, at least 0
     * @param maxBytes how many bytes at most
     * @return the bytes from there on; empty at the end
     * @throws IOException if it cannot be read, or is not there any more
     */
    byte[] read(Snapshot snapshot, long from, int maxBytes) throws IOException;

    /** Begins to receive a snapshot from another server, or goes on where that was broken off. One at a time. */
    Incoming receive(Snapshot snapshot) throws IOException;

    /** Takes a damaged snapshot out of the list. It is kept for whoever wants to look at it. */
    void putAside(Snapshot snapshot) throws IOException;

    /**
     * Deletes the older ones.
     *
     * @param count how many of the newest up to that index are kept
     * @param upToIndex those beyond it are not counted and stay: they are not installed yet, and may never be
     */
    void keepNewest(int count, long upToIndex) throws IOException;

    /** The bytes of a snapshot are not as they were written. */
    class Damaged extends IOException {

        private static final long serialVersionUID = 1L;

        /** @param evidence what is wrong with them */
        public Damaged(String evidence) {
            super(evidence);
        }
    }

    /** A snapshot on its way from another server. Closing it keeps what has arrived, for another {@link #receive}. */
    interface Incoming extends Closeable {

        /** How many bytes have arrived and were found good. The next ones to be added begin here. */
        long position();

        /**
         * Takes the next bytes.
         *
         * @throws IOException if they are damaged, or the disk does not take them; {@link #position} says what is still good
         */
        void add(byte[] bytes) throws IOException;

        /**
         * Verifies all of it and makes it durable: from now on it is in the list.
         *
         * @throws IOException if it is not what was announced; nothing of it is left then
         */
        void complete() throws IOException;
    }
}
