package io.raftboot.spring.h2;

import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spring.h2.SealedRow.DamagedRow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** Checks the bytes of a snapshot file as they come in, in pieces of any size, and passes on what is good: header, block, end. */
final class SnapshotParser {

    /** Takes a part of the file that was found good. */
    @FunctionalInterface
    interface Sink {
        void accept(byte[] bytes, int offset, int length) throws IOException;
    }

    private enum Expected {
        HEADER,
        BLOCK,
        NOTHING
    }

    private static final int BLOCK_HEAD_BYTES = 8;
    private static final int FILE_HEAD_BYTES = 12;

    private final Sink sink;
    private final MessageDigest digest = SnapshotFormat.sha256();
    private Expected expected = Expected.HEADER;
    private Optional<SnapshotMetadata> metadata = Optional.empty();
    private Optional<String> sha256 = Optional.empty();

    /** How many bytes were found good, and those that came after them and are too few to tell. */
    private long verified;

    private byte[] pending = {};

    SnapshotParser(Sink sink) {
        this.sink = sink;
    }

    /** How many bytes were found good. */
    long verified() {
        return verified;
    }

    /** How many bytes have come in and are not damaged as far as one can tell. */
    long position() {
        return verified + pending.length;
    }

    /** What the header says, once it is there. */
    Optional<SnapshotMetadata> metadata() {
        return metadata;
    }

    /** The checksum of the whole, once all of it was found good. */
    Optional<String> sha256() {
        return sha256;
    }

    /** Forgets the bytes that are too few to tell. */
    void forgetPending() {
        pending = new byte[0];
    }

    /** Takes the next bytes. @throws DamagedSnapshot if they are damaged: they and all that is pending are forgotten */
    void add(byte[] bytes, int length) throws IOException {
        byte[] joined = Arrays.copyOf(pending, pending.length + length);
        System.arraycopy(bytes, 0, joined, pending.length, length);
        pending = new byte[0];
        int done = 0;
        for (int part = nextPart(joined, done); part > 0; part = nextPart(joined, done)) {
            sink.accept(joined, done, part);
            done += part;
            verified += part;
        }
        pending = Arrays.copyOfRange(joined, done, joined.length);
    }

    /** Checks the part that begins there. @return its length, 0 if it is not complete */
    private int nextPart(byte[] bytes, int start) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes, start, bytes.length - start);
        return switch (expected) {
            case HEADER -> header(rest, bytes, start);
            case BLOCK -> block(rest, bytes, start);
            case NOTHING -> {
                DamagedSnapshot.unless(!rest.hasRemaining(), "it goes on behind its end");
                yield 0;
            }
        };
    }

    private int header(ByteBuffer rest, byte[] bytes, int start) throws IOException {
        if (rest.remaining() < FILE_HEAD_BYTES) {
            return 0;
        }
        DamagedSnapshot.unless(rest.getLong() == SnapshotFormat.MAGIC, "it is no snapshot, or one of another version");
        int length = rest.getInt();
        DamagedSnapshot.unless(length > 0 && length <= SnapshotFormat.MAX_HEADER_BYTES, "its header is damaged");
        if (rest.remaining() < length) {
            return 0;
        }
        byte[] row = new byte[length];
        rest.get(row);
        try {
            metadata = Optional.of(Rows.toBase(row));
        } catch (DamagedRow damage) {
            throw new DamagedSnapshot("its header is damaged: " + damage.getMessage());
        }
        expected = Expected.BLOCK;
        digest.update(bytes, start, FILE_HEAD_BYTES + length);
        return FILE_HEAD_BYTES + length;
    }

    private int block(ByteBuffer rest, byte[] bytes, int start) throws IOException {
        if (rest.remaining() < Integer.BYTES) {
            return 0;
        }
        int length = rest.getInt();
        if (length == 0) {
            return end(rest, bytes, start);
        }
        DamagedSnapshot.unless(
                length > 0 && length <= SnapshotFormat.MAX_BLOCK_BYTES,
                "the block at byte " + verified + " is damaged");
        if (rest.remaining() < Integer.BYTES + length) {
            return 0;
        }
        int crc = rest.getInt();
        DamagedSnapshot.unless(
                SnapshotFormat.crc32c(bytes, start + BLOCK_HEAD_BYTES, length) == crc,
                "the block at byte " + verified + " is damaged");
        digest.update(bytes, start, BLOCK_HEAD_BYTES + length);
        return BLOCK_HEAD_BYTES + length;
    }

    private int end(ByteBuffer rest, byte[] bytes, int start) throws IOException {
        if (rest.remaining() < SnapshotFormat.SHA_256_BYTES) {
            return 0;
        }
        byte[] announced = new byte[SnapshotFormat.SHA_256_BYTES];
        rest.get(announced);
        // The bytes may be damaged, or zeros that a power cut has left, and the right ones come after them.
        MessageDigest whole = SnapshotFormat.copyOf(digest);
        whole.update(bytes, start, Integer.BYTES);
        DamagedSnapshot.unless(Arrays.equals(whole.digest(), announced), "its SHA-256 is another one");
        sha256 = Optional.of(HexFormat.of().formatHex(announced));
        expected = Expected.NOTHING;
        return Integer.BYTES + SnapshotFormat.SHA_256_BYTES;
    }
}
