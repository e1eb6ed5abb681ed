package io.raftboot.spring.h2;

import io.raftboot.spring.h2.Loss.Write;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import org.h2.store.fs.FakeFileChannel;
import org.h2.store.fs.FileBaseDefault;

/** An open file of a {@link LossyDisk}. */
final class LossyFile extends FileBaseDefault {

    private final LossyDisk disk;
    private final String name;
    private final int file;

    /** @param name what it was opened as; it may be called otherwise by now, but a directory never is */
    LossyFile(LossyDisk disk, String name) throws IOException {
        this.disk = disk;
        this.name = name;
        this.file = disk.file(name);
    }

    @Override
    public long size() throws IOException {
        requireOpen();
        return disk.size(file);
    }

    @Override
    public synchronized int read(ByteBuffer to, long position) throws IOException {
        requireOpen();
        byte[] seen = disk.read(file);
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
        byte[] data = new byte[from.remaining()];
        from.get(data);
        disk.write(file, new Write(position, data));
        return data.length;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        requireOpen();
        if (file == LossyDisk.DIRECTORY) {
            disk.syncDirectory(name);
        } else {
            disk.sync(file);
        }
    }

    @Override
    protected void implTruncate(long size) throws IOException {
        requireOpen();
        disk.write(file, new Write(size, new byte[0]));
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
