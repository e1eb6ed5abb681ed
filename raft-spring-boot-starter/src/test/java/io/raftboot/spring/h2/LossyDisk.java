package io.raftboot.spring.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.h2.store.fs.FakeFileChannel;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A disk with one file that keeps what was synced and loses what it likes of the rest, under the real H2. H2 makes instances of
 * this class, hence the statics.
 */
public final class LossyDisk extends FilePathWrapper {

    /** The file, as H2 names files. */
    static final String FILE = "lossy:memFS:/raft-log.mv.db";

    /** Writes are lost as a whole. */
    static final int WHOLE_WRITES = Integer.MAX_VALUE;

    private static final List<Write> UNSYNCED = new ArrayList<>();

    private static byte[] seen = {};
    private static byte[] durable = {};
    private static long operationsLeft;
    private static long syncsLeft;
    private static long writesUntilClosed;
    private static long capacity;

    /** A write that may be lost. */
    private record Write(long position, byte[] data) {

        List<Write> sectors(int sector) {
            List<Write> parts = new ArrayList<>();
            for (int from = 0; from < data.length; ) {
                long end = sector == WHOLE_WRITES ? Long.MAX_VALUE : (position + from) / sector * sector + sector;
                int to = (int) Math.min(data.length, end - position);
                parts.add(new Write(position + from, Arrays.copyOfRange(data, from, to)));
                from = to;
            }
            return parts;
        }

        byte[] on(byte[] image) {
            int end = Math.toIntExact(position + data.length);
            byte[] result = end > image.length ? Arrays.copyOf(image, end) : image;
            System.arraycopy(data, 0, result, Math.toIntExact(position), data.length);
            return result;
        }
    }

    /** A new disk without a fault. */
    static void reset() {
        FilePath.register(new LossyDisk());
        seen = new byte[0];
        durable = new byte[0];
        UNSYNCED.clear();
        repair();
    }

    /** No fault from now on. */
    static void repair() {
        operationsLeft = Long.MAX_VALUE;
        syncsLeft = Long.MAX_VALUE;
        writesUntilClosed = Long.MAX_VALUE;
        capacity = Long.MAX_VALUE;
    }

    /** The power fails at the write or sync after so many. */
    static void powerOffAfter(long operations) {
        operationsLeft = operations;
    }

    /** The sync after so many fails, once. */
    static void failSyncAfter(long syncs) {
        syncsLeft = syncs;
    }

    /** Somebody's interrupt closes the file after so many writes. */
    static void closeAfter(long writes) {
        writesUntilClosed = writes;
    }

    /** The file takes so many bytes more and then no more. */
    static void limitGrowth(long bytes) {
        capacity = seen.length + bytes;
    }

    /** What was not synced survives or not, sector by sector. */
    static void crash(Random random, int sector) {
        for (Write write : UNSYNCED) {
            for (Write part : write.sectors(sector)) {
                if (random.nextBoolean()) {
                    durable = part.on(durable);
                }
            }
        }
        UNSYNCED.clear();
        seen = durable.clone();
        repair();
    }

    /** One bit changes while the power is off. */
    static void flipBit(Random random) {
        durable[random.nextInt(durable.length)] ^= (byte) (1 << random.nextInt(8));
        seen = durable.clone();
    }

    private static void operation() throws IOException {
        if (--operationsLeft < 0) {
            throw new IOException("power off");
        }
    }

    @Override
    public String getScheme() {
        return "lossy";
    }

    @Override
    public boolean exists() {
        return true;
    }

    @Override
    public boolean canWrite() {
        return true;
    }

    @Override
    public boolean isDirectory() {
        return false;
    }

    @Override
    public long size() {
        return seen.length;
    }

    @Override
    @SuppressWarnings("NullAway") // no parent, so H2 does not look for it
    public FilePath getParent() {
        return null;
    }

    @Override
    public FileChannel open(String mode) {
        return new Channel();
    }

    private static final class Channel extends FileBaseDefault {

        @Override
        public long size() {
            return seen.length;
        }

        @Override
        public synchronized int read(ByteBuffer to, long position) throws IOException {
            requireOpen();
            int bytes = (int) Math.min(to.remaining(), seen.length - position);
            if (bytes <= 0) {
                return -1;
            }
            to.put(seen, (int) position, bytes);
            return bytes;
        }

        @Override
        public synchronized int write(ByteBuffer from, long position) throws IOException {
            requireOpen();
            if (position + from.remaining() > capacity) {
                throw new IOException("No space left on device");
            }
            byte[] data = new byte[from.remaining()];
            from.get(data);
            Write write = new Write(position, data);
            UNSYNCED.add(write); // may survive in part even if the next line throws
            operation();
            seen = write.on(seen.clone());
            if (--writesUntilClosed == 0) {
                close();
            }
            return data.length;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            requireOpen();
            if (--syncsLeft == -1) {
                throw new IOException("Input/output error");
            }
            operation();
            for (Write write : UNSYNCED) {
                durable = write.on(durable);
            }
            UNSYNCED.clear();
        }

        @Override
        protected void implTruncate(long size) {
            throw new IllegalStateException("no file of these tests lives long enough to shrink");
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            return new FileLock(FakeFileChannel.INSTANCE, position, size, shared) {
                @Override
                public boolean isValid() {
                    return true;
                }

                @Override
                public void release() {}
            };
        }

        @Override
        protected void implCloseChannel() {}

        private void requireOpen() throws ClosedChannelException {
            if (!isOpen()) {
                throw new ClosedChannelException();
            }
        }
    }
}
