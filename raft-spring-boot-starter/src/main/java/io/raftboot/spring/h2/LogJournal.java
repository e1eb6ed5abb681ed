package io.raftboot.spring.h2;

import io.raftboot.model.WriteBatch;
import io.raftboot.spring.h2.JournalRecord.Head;
import io.raftboot.spring.h2.SealedRow.DamagedRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The writes since the last commit of the database, one record each, in a file that neither grows nor shrinks: making a record
 * durable is one write in place and one sync that has nothing to do for the file system, while a commit of H2 rewrites pages of
 * every map it has touched and makes its file longer. When a write finds no room any more, the database is committed, and the
 * journal begins again.
 *
 * <p>A record says which commit it follows and is believed behind that one only, so that what is left of earlier rounds means
 * nothing, and neither does a journal beside another state of the database. Records begin with a block: nothing that is
 * acknowledged is written over before a commit has made it superfluous.
 */
final class LogJournal implements AutoCloseable {

    /** The size of a new file, in bytes: a single entry takes a block, so a commit is shared by 256 writes at the most. */
    static final int FILE_BYTES = 1 << 20;

    private static final int BLOCK_BYTES = 4096;

    private final WriteBuffer buffer = new WriteBuffer();
    private final FileChannel channel;
    private final String incarnation;
    private final int size;
    private long after;
    private int end;

    private LogJournal(FileChannel channel, String incarnation, int size) {
        this.channel = channel;
        this.incarnation = incarnation;
        this.size = size;
        this.end = size;
    }

    private static Path file(Path directory) {
        return directory.resolve("raft-log.journal");
    }

    /** Opens the journal of a directory, an empty one if there is none; it takes no record before {@link #beginBehind}. */
    static LogJournal open(Path directory, String incarnation) throws IOException {
        if (!Files.exists(file(directory))) {
            // Filled, since what a file has only reserved costs as much as if it grew.
            DurableFiles.replace(file(directory), new byte[FILE_BYTES]);
        }
        FileChannel channel = FileChannel.open(file(directory), StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new LogJournal(channel, incarnation, (int) Math.min(channel.size(), FILE_BYTES));
    }

    /**
     * The writes behind a commit.
     *
     * @param batches in order
     * @param torn whether there is a beginning of one more, which was never acknowledged
     */
    record Later(List<WriteBatch> batches, boolean torn) {}

    /**
     * Reads what follows a commit.
     *
     * @param commit the number of its write
     * @throws DamagedRow if something acknowledged is missing in between, because there are later records
     */
    Later readBehind(long commit) {
        byte[] content = content();
        List<WriteBatch> batches = new ArrayList<>();
        Head next = new Head(commit, commit + 1);
        int at = 0;
        Optional<JournalRecord> record = recordAt(content, at);
        while (record.isPresent() && record.get().head().equals(next)) {
            batches.add(record.get().batch());
            next = new Head(commit, next.sequence() + 1);
            at = blocksEnd(at + Integer.BYTES + length(content, at));
            record = recordAt(content, at);
        }
        requireNothingLater(content, next.sequence());
        return new Later(batches, isTorn(content, at, next));
    }

    private void requireNothingLater(byte[] content, long missing) {
        for (int at = 0; at < size; at += BLOCK_BYTES) {
            if (recordAt(content, at)
                    .filter(record -> record.head().sequence() > missing)
                    .isPresent()) {
                throw new DamagedRow("write " + missing + " is missing or damaged, but there are later ones");
            }
        }
    }

    private boolean isTorn(byte[] content, int at, Head next) {
        return at + Integer.BYTES + Head.BYTES <= size
                && length(content, at) > 0
                && Head.peek(content, at + Integer.BYTES).equals(next);
    }

    private Optional<JournalRecord> recordAt(byte[] content, int at) {
        int start = at + Integer.BYTES;
        int length = start <= size ? length(content, at) : 0;
        if (length <= Head.BYTES || length > size - start) {
            return Optional.empty();
        }
        try {
            return Optional.of(JournalRecord.open(Arrays.copyOfRange(content, start, start + length)))
                    .filter(record -> record.incarnation().equals(incarnation));
        } catch (DamagedRow tornOrOld) {
            return Optional.empty();
        }
    }

    private byte[] content() {
        ByteBuffer content = ByteBuffer.allocate(size);
        try {
            while (content.hasRemaining()) {
                if (channel.read(content, content.position()) < 0) {
                    throw new IOException("it ends at " + content.position());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("raft-log.journal cannot be read", e);
        }
        return content.array();
    }

    private static int length(byte[] content, int at) {
        return ByteBuffer.wrap(content).getInt(at);
    }

    private static int blocksEnd(int end) {
        return (end + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }

    /** The database has committed this write, durably: the journal begins again behind it. */
    void beginBehind(long commit) {
        after = commit;
        end = 0;
    }

    /**
     * Makes a write durable, unless there is no room for it.
     *
     * @param rows what the entries of the batch are in the database
     * @return whether there was room, and it is no write that another one could be read out of
     * @throws UncheckedIOException if it is not certain that it is durable; the journal is of no use from then on
     */
    boolean append(long sequence, WriteBatch batch, List<byte[]> rows) {
        if (rows.stream().mapToLong(row -> row.length).sum() > size - end) {
            return false;
        }
        byte[] row = JournalRecord.seal(new Head(after, sequence), incarnation, batch, rows);
        int length = blocksEnd(Integer.BYTES + row.length);
        if (length > size - end) {
            return false;
        }
        ByteBuffer blocks =
                ByteBuffer.allocate(length).putInt(row.length).put(row).rewind();
        if (looksLikeMore(blocks.array())) {
            return false;
        }
        try {
            DurableFiles.write(channel, end, buffer.take(blocks));
            channel.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException("raft-log.journal cannot be written", e);
        }
        end += length;
        return true;
    }

    /** A command may look like a record. Where a block begins it would be taken for one, and the log be refused for good. */
    private boolean looksLikeMore(byte[] blocks) {
        for (int at = BLOCK_BYTES; at < blocks.length; at += BLOCK_BYTES) {
            if (JournalRecord.mayBegin(blocks, at + Integer.BYTES, incarnation)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
