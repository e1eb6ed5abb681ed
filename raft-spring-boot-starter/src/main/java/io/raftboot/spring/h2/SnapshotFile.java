package io.raftboot.spring.h2;

import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** A file that should hold a snapshot, in the {@link SnapshotFormat}. */
record SnapshotFile(Path path) {

    private static final int PIECE_BYTES = 1 << 20;

    /** What the file says it is, by its beginning and its end. @throws DamagedSnapshot if it has no such beginning or end */
    Snapshot announced() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            DamagedSnapshot.unless(size > SnapshotFormat.SHA_256_BYTES, "it is too short");
            byte[] sha256 = read(channel, size - SnapshotFormat.SHA_256_BYTES, SnapshotFormat.SHA_256_BYTES);
            SnapshotMetadata metadata = header(channel);
            DamagedSnapshot.unless(metadata.lastIncludedIndex() > 0, "it ends at index 0");
            return new Snapshot(metadata, size, HexFormat.of().formatHex(sha256));
        }
    }

    private static SnapshotMetadata header(FileChannel channel) throws IOException {
        SnapshotParser parser = new SnapshotParser((bytes, offset, length) -> {});
        Optional<DamagedSnapshot> damage = Optional.empty();
        for (long at = 0; damage.isEmpty() && parser.metadata().isEmpty() && at < channel.size(); ) {
            byte[] piece = read(channel, at, SnapshotFormat.MAX_BLOCK_BYTES);
            at += piece.length;
            try {
                parser.add(piece, piece.length);
            } catch (DamagedSnapshot found) {
                damage = Optional.of(found); // in a block behind the header perhaps, which nobody has asked for
            }
        }
        DamagedSnapshot otherwise = damage.orElseGet(() -> new DamagedSnapshot("it has no header"));
        return parser.metadata().orElseThrow(() -> otherwise);
    }

    /** Reads it through. @throws IOException with the reason unless every byte is the announced one */
    void verify(Snapshot announced) throws IOException {
        SnapshotParser parser = new SnapshotParser((bytes, offset, length) -> {});
        byte[] buffer = new byte[PIECE_BYTES];
        try (InputStream in = Files.newInputStream(path)) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                parser.add(buffer, length);
            }
        }
        DamagedSnapshot.unless(
                parser.sha256().equals(Optional.of(announced.sha256())) && parser.position() == announced.sizeInBytes(),
                announced + " is not whole");
    }

    /** The state in it, checked a block at a time. */
    InputStream content() throws IOException {
        return new SnapshotContent(path);
    }

    /** Its bytes from one on, as many as there are up to a limit. */
    byte[] read(long from, int maxBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(channel, from, maxBytes);
        }
    }

    private static byte[] read(FileChannel channel, long from, int maxBytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(0, Math.min(maxBytes, channel.size() - from)));
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
            // The channel may give less than there is room for.
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
