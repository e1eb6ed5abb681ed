package io.raftboot.spring.h2;

import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.util.HexFormat;

/** Writes a snapshot file, block by block. */
final class SnapshotFileWriter extends OutputStream {

    private final SnapshotMetadata metadata;
    private final FileChannel file;
    private final SteadySync sync;
    private final DigestOutputStream digest;
    private final DataOutputStream out;
    private final byte[] block = new byte[SnapshotFormat.MAX_BLOCK_BYTES];
    private int filled;

    /**
     * Begins.
     *
     * @param path an empty file
     */
    SnapshotFileWriter(Path path, SnapshotMetadata metadata) throws IOException {
        this.metadata = metadata;
        this.file = FileChannel.open(path, StandardOpenOption.WRITE);
        this.sync = new SteadySync(file);
        this.digest = new DigestOutputStream(Channels.newOutputStream(file), SnapshotFormat.sha256());
        this.out = new DataOutputStream(new BufferedOutputStream(digest, 2 * SnapshotFormat.MAX_BLOCK_BYTES));
        byte[] header = Rows.ofBase(metadata);
        out.writeLong(SnapshotFormat.MAGIC);
        out.writeInt(header.length);
        out.write(header);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, block.length - filled);
            System.arraycopy(bytes, offset + done, block, filled, part);
            filled += part;
            done += part;
            if (filled == block.length) {
                endBlock();
            }
        }
    }

    private void endBlock() throws IOException {
        if (filled > 0) {
            out.writeInt(filled);
            out.writeInt(SnapshotFormat.crc32c(block, 0, filled));
            out.write(block, 0, filled);
            sync.wrote(filled);
            filled = 0;
        }
    }

    /** Ends the file and syncs it. @return the snapshot that it is now */
    Snapshot finish() throws IOException {
        endBlock();
        out.writeInt(0);
        out.flush();
        byte[] sha256 = digest.getMessageDigest().digest();
        for (ByteBuffer rest = ByteBuffer.wrap(sha256); rest.hasRemaining(); ) {
            file.write(rest);
        }
        file.force(true);
        return new Snapshot(metadata, file.position(), HexFormat.of().formatHex(sha256));
    }

    /** Gives the file back; one that is not finished is of no use. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
