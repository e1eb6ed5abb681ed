package io.raftboot.spring.h2;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the content of a snapshot file, a block at a time; a damaged block is not handed out. */
final class SnapshotContent extends InputStream {

    private final DataInputStream in;
    private byte[] block = {};
    private int read;
    private boolean atEnd;

    SnapshotContent(Path file) throws IOException {
        this.in = new DataInputStream(
                new BufferedInputStream(Files.newInputStream(file), 2 * SnapshotFormat.MAX_BLOCK_BYTES));
        if (in.readLong() != SnapshotFormat.MAGIC) {
            in.close();
            throw new DamagedSnapshot(file.getFileName() + " is no snapshot, or one of another version");
        }
        in.skipNBytes(in.readInt());
    }

    @Override
    public int read() throws IOException {
        return fill() ? block[read++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int part = Math.min(length, block.length - read);
        System.arraycopy(block, read, bytes, offset, part);
        read += part;
        return part;
    }

    /** Sees to it that there is something to be read. @return false at the end */
    private boolean fill() throws IOException {
        if (read < block.length) {
            return true;
        }
        int length = atEnd ? 0 : in.readInt();
        if (length == 0) {
            atEnd = true;
            return false;
        }
        DamagedSnapshot.unless(
                length > 0 && length <= SnapshotFormat.MAX_BLOCK_BYTES, "a block of the snapshot is damaged");
        int crc = in.readInt();
        block = in.readNBytes(length);
        read = 0;
        DamagedSnapshot.unless(
                block.length == length && SnapshotFormat.crc32c(block, 0, length) == crc,
                "a block of the snapshot is damaged");
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
