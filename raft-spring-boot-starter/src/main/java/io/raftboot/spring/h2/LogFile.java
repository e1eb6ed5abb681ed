package io.raftboot.spring.h2;

import io.raftboot.spring.h2.SealedRow.DamagedRow;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.SFChunk;
import org.h2.mvstore.SingleFileStore;
import org.jspecify.annotations.Nullable;

/**
 * The file under H2's storage engine: blocks of 4 KB, the first two a header, then a chunk of blocks per commit, in any order.
 *
 * <p>H2 keeps no way from the beginning of the file to the last commit. The header may name one whose space a later commit has
 * taken; what H2 finds from the end of the file may be old; and bytes in a command may look like the beginning of a chunk. After
 * a kill at the wrong moment it opens an older state than the last without a word (2.4.240, measured). So the last commit is
 * looked for here, and H2 reads a header that names it.
 */
final class LogFile extends SingleFileStore {

    private static final int BLOCK_BYTES = 4096;
    private static final int HEADER_BLOCKS = 2;
    private static final byte[] NOTHING = new byte[BLOCK_BYTES];

    /** The log stays in memory above, so nothing is read but the pages that the next write changes. */
    private static final int CACHE_MEGABYTES = 4;

    /** A write rewrites the page it appends to; a quarter of H2's default halves what a single entry costs. */
    private static final int PAGE_BYTES = 4096;

    private final WriteBuffer buffer = new WriteBuffer();
    private final Path path;
    private final int commitsToIgnore;
    private final BooleanSupplier makeRoom;
    private Optional<SFChunk> ignored = Optional.empty();
    private Optional<SFChunk> last = Optional.empty();
    private Optional<byte[]> header = Optional.empty();
    private Optional<FileChannel> durable = Optional.empty();
    private Optional<MVStoreException> readFailure = Optional.empty();

    private LogFile(Path path, int commitsToIgnore, BooleanSupplier makeRoom) {
        super(Map.of("cacheSize", CACHE_MEGABYTES, "pageSplitSize", PAGE_BYTES));
        this.path = path;
        this.commitsToIgnore = commitsToIgnore;
        this.makeRoom = makeRoom;
    }

    /** An existing file, not opened yet. */
    static LogFile at(Path path) {
        return at(path, () -> false);
    }

    /**
     * An existing file, not opened yet.
     *
     * @param makeRoom called when a write has failed: whether it failed because the disk was full, and there is room now
     */
    static LogFile at(Path path, BooleanSupplier makeRoom) {
        return new LogFile(path, 0, makeRoom);
    }

    /** A file as it was before its last commit, not opened yet. */
    static LogFile beforeLastCommit(Path path, BooleanSupplier makeRoom) {
        return new LogFile(path, 1, makeRoom);
    }

    /** Opens it, reading only. @throws RuntimeException if that does not work */
    void open() {
        try {
            // Opened before anything is written: only to such a one a failed write behind its back is reported.
            durable = Optional.of(FileChannel.open(path, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + path, e);
        }
        // H2 calls the file system of the machine by the same name as Java.
        open(path.getFileSystem().provider().getScheme() + ":" + path, false, null);
        List<SFChunk> commits = commits();
        last = commits.stream().skip(commitsToIgnore).findFirst();
        header = last.flatMap(commit ->
                header().map(found -> Arrays.copyOf(found.naming(commit).bytes(), BLOCK_BYTES)));
        ignored = commits.stream().limit(commitsToIgnore).findFirst();
    }

    /** The commits of which both ends are there, the last one first. */
    private List<SFChunk> commits() {
        List<SFChunk> commits = new ArrayList<>();
        long blocks = size() / BLOCK_BYTES;
        for (long block = HEADER_BLOCKS; block < blocks; ) {
            Optional<SFChunk> commit = Optional.ofNullable(readChunkHeaderOptionally(block))
                    .flatMap(chunk -> Optional.ofNullable(readChunkHeaderAndFooter(chunk.block, chunk.id)));
            commit.ifPresent(commits::add);
            // What a commit contains is not looked at: it may be a command that looks like a commit.
            block += commit.map(chunk -> Math.max(1, chunk.len)).orElse(1);
        }
        commits.sort(Comparator.<SFChunk>comparingLong(commit -> commit.version).reversed());
        return commits;
    }

    private Optional<StoreHeader> header() {
        return readHeader(0).or(() -> readHeader(BLOCK_BYTES));
    }

    private Optional<StoreHeader> readHeader(long position) {
        byte[] block = new byte[BLOCK_BYTES];
        readFully((@Nullable SFChunk) null, position, BLOCK_BYTES).get(block);
        return StoreHeader.read(block);
    }

    @Override
    public ByteBuffer readFully(@Nullable SFChunk chunk, long position, int length) {
        ByteBuffer bytes = read(chunk, position, length);
        header.ifPresent(named -> {
            for (int block = 0; block < HEADER_BLOCKS; block++) {
                lay(named, block, bytes, position);
            }
        });
        ignored.ifPresent(commit -> lay(NOTHING, commit.block, bytes, position));
        return bytes;
    }

    /** One at a time, whatever thread H2 writes on: the buffer is for one. */
    @Override
    protected synchronized void writeFully(@Nullable SFChunk chunk, long position, ByteBuffer bytes) {
        long at = position;
        while (bytes.hasRemaining()) {
            ByteBuffer part = buffer.take(bytes);
            writePart(chunk, at, part);
            at += part.limit();
        }
    }

    /** A write that finds no room is made again as often as some has been made: unlike a failed sync, it has lost nothing. */
    private void writePart(@Nullable SFChunk chunk, long position, ByteBuffer part) {
        while (true) {
            try {
                super.writeFully(chunk, position, part.rewind());
                return;
            } catch (MVStoreException e) {
                if (!makeRoom.getAsBoolean()) {
                    throw e;
                }
            }
        }
    }

    /** The content and what it takes to read it, its length as well; not the times of the file, for which a journal takes twice as long. */
    @Override
    public void sync() {
        try {
            durable.orElseThrow().force(false);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot sync " + path, e);
        }
    }

    @Override
    public void close() {
        try {
            super.close();
        } finally {
            durable.ifPresent(this::release);
        }
    }

    private void release(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + path, e);
        }
    }

    private ByteBuffer read(@Nullable SFChunk chunk, long position, int length) {
        try {
            return super.readFully(chunk, position, length);
        } catch (MVStoreException e) {
            if (!(e.getCause() instanceof EOFException)) {
                readFailure = Optional.of(e);
            }
            throw e;
        }
    }

    /** What the disk has refused to read: H2 takes that for the end of what there is, and goes on with something older. */
    Optional<MVStoreException> readFailure() {
        return readFailure;
    }

    /** Makes a block that was read, or the part of it that was, another one. */
    private static void lay(byte[] other, long block, ByteBuffer bytes, long position) {
        long start = block * BLOCK_BYTES;
        long end = Math.min(position + bytes.limit(), start + BLOCK_BYTES);
        for (long at = Math.max(position, start); at < end; at++) {
            bytes.put((int) (at - position), other[(int) (at - start)]);
        }
    }

    /** H2 is open. @throws DamagedRow if it has not opened the last commit, since that is not whole */
    void requireLastCommit() {
        if (last.isPresent() && (lastChunk == null || lastChunk.block != last.get().block)) {
            throw new DamagedRow("the last commit is not whole");
        }
        header = Optional.empty();
    }

    /** How many commits there were up to the last one, that one included; known once it was opened. */
    long commitCount() {
        return last.map(commit -> commit.version).orElse(0L);
    }

    /** Makes the last commit durable even if its own sync has failed, after which another sync would do nothing. */
    void writeLastCommitAgain() {
        long position = lastChunk.block * BLOCK_BYTES;
        writeFully(lastChunk, position, readFully(lastChunk, position, lastChunk.len * BLOCK_BYTES));
        sync();
    }

    /** Removes the commit that is ignored, durably. */
    void removeIgnored() {
        ignored.ifPresent(commit -> {
            writeFully(commit, commit.block * BLOCK_BYTES, ByteBuffer.allocate(BLOCK_BYTES));
            sync();
        });
        ignored = Optional.empty();
    }
}
