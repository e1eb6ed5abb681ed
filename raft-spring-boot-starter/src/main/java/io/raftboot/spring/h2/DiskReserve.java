package io.raftboot.spring.h2;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a server alive on a full disk (scenario P9, bug R61): commands are refused while there is still room for everything else,
 * and a file that only takes up room, {@code raft-log.reserve}, is given up when somebody else has filled the disk to the last
 * byte. It is made again when there is room. If that is used up too, the raft thread waits for room, as for a disk that hangs: the
 * others go on without this server, and so does it when there is room again. For the raft thread.
 */
final class DiskReserve {

    /** The size of the file, enough for hundreds of terms, votes and no-ops. */
    static final long RESERVE_BYTES = 4L << 20;

    /** What is kept free beside the file: a turn writes more than its commands, and snapshots are written at the same time. */
    static final long FREE_BYTES = 8L << 20;

    /** With less than this the next write may fail. */
    static final long LAST_BYTES = 1L << 20;

    /** How often a write that waits looks whether there is room. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** How much of the disk a byte of a command may take: H2 writes whole pages. */
    private static final int BYTES_PER_BYTE = 2;

    private static final long UNKNOWN = Long.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(DiskReserve.class);

    /** How many bytes a file system has left. */
    @FunctionalInterface
    interface Usable {
        long bytes() throws IOException;
    }

    /** Lets some time pass. */
    @FunctionalInterface
    interface Pause {
        void take() throws InterruptedException;
    }

    private final Path file;
    private final Usable usable;
    private final Pause pause;
    private boolean held;

    /**
     * The reserve in a directory; nothing is made yet.
     *
     * @param usable what the file system of the directory has left
     * @param pause between two looks at it
     */
    DiskReserve(Path directory, Usable usable, Pause pause) {
        this.file = directory.resolve("raft-log.reserve");
        this.usable = usable;
        this.pause = pause;
        this.held = isWhole(file);
    }

    /** A kill or a power cut may have left less of it, or an empty file. */
    private static boolean isWhole(Path file) {
        try {
            return Files.exists(file) && Files.size(file) >= RESERVE_BYTES;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at " + file, e);
        }
    }

    /** The reserve of a directory. A file system that cannot tell what it has left gets none, and counts as never full. */
    static DiskReserve of(Path directory) throws IOException {
        try {
            FileStore store = Files.getFileStore(directory);
            return new DiskReserve(directory, store::getUsableSpace, () -> Thread.sleep(PAUSE.toMillis()));
        } catch (UnsupportedOperationException unknown) {
            return new DiskReserve(directory, () -> UNKNOWN, () -> {});
        }
    }

    /**
     * How many bytes of commands may be written now.
     *
     * @throws UncheckedIOException if the disk does not say
     */
    long room() {
        try {
            long left = usable.bytes();
            if (left < LAST_BYTES && held) {
                release();
                left = usable.bytes();
            } else if (!held && left != UNKNOWN && left >= FREE_BYTES + 2 * RESERVE_BYTES) {
                take();
                left = usable.bytes();
            }
            long beyond = left - FREE_BYTES - (held ? 0 : RESERVE_BYTES);
            return Math.max(0, beyond / BYTES_PER_BYTE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell how full the disk is", e);
        }
    }

    /** A write has failed. @return whether that was because the disk was full, and there is room now */
    boolean makeRoom() {
        try {
            if (usable.bytes() >= LAST_BYTES) {
                return false;
            }
            if (held) {
                release();
            } else {
                awaitRoom();
            }
            return true;
        } catch (IOException e) {
            LOG.warn("Cannot tell how full the disk of {} is: {}", file, e.toString());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void release() throws IOException {
        Files.deleteIfExists(file);
        held = false;
        LOG.warn("The disk is full: gave up {}, {} bytes", file, RESERVE_BYTES);
    }

    private void awaitRoom() throws IOException, InterruptedException {
        LOG.error(
                "The disk is full, and nothing can be written any more: waiting for {} bytes beside {}",
                LAST_BYTES,
                file);
        while (usable.bytes() < LAST_BYTES) {
            pause.take();
        }
        LOG.info("There is room beside {} again", file);
    }

    private void take() {
        try {
            DurableFiles.createEmpty(file);
            fill();
            held = true;
        } catch (IOException e) {
            LOG.warn("Cannot reserve room on the disk: {}", e.toString());
        }
    }

    /** Some file systems find the room for what is written when it is synced. */
    private void fill() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
            while (channel.size() < RESERVE_BYTES) {
                channel.write(zeros.clear());
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }
}
