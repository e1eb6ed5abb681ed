package io.raftboot.spring.h2;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;

/**
 * The bytes of a snapshot file, the same on every server that has the snapshot: {@link #MAGIC}, the length of the header and the
 * header, which is the row of a base; then blocks, each its length, its CRC32C and its content; a length of 0; and the SHA-256 of
 * all that. Numbers are big-endian and have 4 bytes.
 */
final class SnapshotFormat {

    static final long MAGIC = 0x52414654534e5031L; // RAFTSNP1

    /** The most content of a block: what is asked for again when a part of a download is damaged. */
    static final int MAX_BLOCK_BYTES = 64 << 10;

    /** More than the largest configuration has. */
    static final int MAX_HEADER_BYTES = 1 << 20;

    static final int SHA_256_BYTES = 32;

    private SnapshotFormat() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** One that goes on from the same bytes, apart from the first. */
    static MessageDigest copyOf(MessageDigest sha256) {
        try {
            return (MessageDigest) sha256.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the SHA-256 of the JDK can be copied", e);
        }
    }

    static int crc32c(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
