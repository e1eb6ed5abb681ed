package io.raftboot.spring.h2;

import io.raftboot.spring.h2.SealedRow.DamagedRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * How far the database has certainly come, kept beside it: H2 opens a truncated, emptied or older file without a word. A
 * database behind its mark has lost something and is refused.
 *
 * <p>What is compared is the number of the write and not term and index, because those may fall without harm: a leader of a
 * later term may replace the entry 10 of term 3 by its own entry 10 of term 2 (Figure 8).
 *
 * <p>The mark is written after each write and synced only now and then, so it costs next to nothing, is exact after the process
 * was killed, and lags at most {@link #WRITES_PER_SYNC} writes after a power cut. It is never ahead of the database. Two places
 * take turns, so that a torn write spares the mark before it.
 */
final class HighWaterMark implements AutoCloseable {

    /** How many writes a power cut may take from the mark; a new term or vote is synced at once. */
    static final int WRITES_PER_SYNC = 64;

    private static final int PLACE_BYTES = 4096;
    private static final int RECORD_BYTES = 512;

    private final FileChannel channel;
    private LogState mark;
    private int unsynced;

    private HighWaterMark(FileChannel channel, LogState mark) {
        this.channel = channel;
        this.mark = mark;
    }

    private static Path file(Path directory) {
        return directory.resolve("raft-log.mark");
    }

    /** Makes one that says that nothing was written, durably and at once: the files of an interrupted start need theirs. */
    static void create(Path directory) throws IOException {
        DurableFiles.replace(file(directory), bytes(LogState.FRESH));
    }

    /** What the mark of a directory says, if there is a legible one. */
    static Optional<LogState> peek(Path directory) throws IOException {
        if (!Files.exists(file(directory))) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file(directory), StandardOpenOption.READ)) {
            return latest(channel);
        }
    }

    /** Opens the mark of a directory. @throws DataDirectoryException if there is none or it is illegible */
    static HighWaterMark open(Path directory) throws IOException {
        LogState mark = peek(directory)
                .orElseThrow(() -> DataDirectoryException.lost(directory, "raft-log.mark is missing or damaged"));
        return new HighWaterMark(channel(directory), mark);
    }

    private static FileChannel channel(Path directory) throws IOException {
        return FileChannel.open(file(directory), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static Optional<LogState> latest(FileChannel channel) throws IOException {
        Optional<LogState> even = read(channel, 0);
        Optional<LogState> odd = read(channel, PLACE_BYTES);
        if (even.isPresent() && odd.isPresent()) {
            return even.get().sequence() > odd.get().sequence() ? even : odd;
        }
        return even.or(() -> odd);
    }

    private static Optional<LogState> read(FileChannel channel, long place) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
        channel.read(length, place);
        int bytes = length.getInt(0);
        if (bytes <= 0 || bytes > RECORD_BYTES) {
            return Optional.empty();
        }
        ByteBuffer row = ByteBuffer.allocate(bytes);
        channel.read(row, place + Integer.BYTES);
        try {
            return Optional.of(Rows.toState(row.array()));
        } catch (DamagedRow torn) {
            return Optional.empty();
        }
    }

    /** How far the database has come at least. */
    LogState mark() {
        return mark;
    }

    /** Notes what the database has synced. @throws UncheckedIOException if the disk does not take it */
    void raise(LogState synced) {
        boolean newPromise = !synced.hardState().equals(mark.hardState());
        try {
            write(synced);
            if (newPromise || ++unsynced >= WRITES_PER_SYNC) {
                channel.force(false);
                unsynced = 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("raft-log.mark cannot be written", e);
        }
    }

    private void write(LogState state) throws IOException {
        DurableFiles.write(channel, state.sequence() % 2 * PLACE_BYTES, ByteBuffer.wrap(bytes(state)));
        mark = state;
    }

    private static byte[] bytes(LogState state) {
        byte[] row = Rows.ofState(state);
        return ByteBuffer.allocate(Integer.BYTES + row.length)
                .putInt(row.length)
                .put(row)
                .array();
    }

    /** Syncs and closes it. */
    @Override
    public void close() throws IOException {
        try (channel) {
            channel.force(true);
        }
    }
}
