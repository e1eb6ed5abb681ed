package io.raftboot.model;

import java.util.regex.Pattern;

/**
 * A snapshot that is complete and durable somewhere (§7): what it stands for, and how to tell its bytes from any others.
 *
 * @param metadata where it ends, and the configuration as of that index
 * @param sizeInBytes how many bytes it has, as one server gives them to another
 * @param sha256 the SHA-256 that its store keeps with them, 64 lower-case hexadecimal digits
 */
public record Snapshot(SnapshotMetadata metadata, long sizeInBytes, String sha256) {

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException if the size or the checksum is impossible, or it is the one at index 0, which has no bytes */
    public Snapshot {
        if (metadata.lastIncludedIndex() == 0
                || sizeInBytes <= 0
                || !SHA_256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("no snapshot has " + metadata.lastIncludedIndex()
                    + " as its last index, " + sizeInBytes + " bytes and the SHA-256 " + sha256);
        }
    }

    /** The last entry it replaces. */
    public long lastIncludedIndex() {
        return metadata.lastIncludedIndex();
    }

    /** The term of that entry. */
    public long lastIncludedTerm() {
        return metadata.lastIncludedTerm();
    }

    /** Its name: the same on every server that has the same bytes, of {@code [0-9a-f-]} only. */
    public String id() {
        return lastIncludedIndex() + "-" + lastIncludedTerm() + "-" + sha256.substring(0, 16);
    }

    @Override
    public String toString() {
        return "snapshot " + id() + " of " + sizeInBytes + " bytes";
    }
}
