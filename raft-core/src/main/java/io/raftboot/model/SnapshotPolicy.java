package io.raftboot.model;

import java.util.OptionalLong;

/**
 * When a server takes a snapshot of its own, and what it keeps (§7).
 *
 * @param entries how many entries are applied from one snapshot to the next
 * @param logBytes how many bytes of entries are applied from one to the next, whichever comes first
 * @param trailingEntries how many entries stay in the log behind a snapshot, so that a follower that was briefly away needs none
 * @param maxBytesPerSecond how fast this server downloads a snapshot; empty for as fast as it goes
 */
public record SnapshotPolicy(long entries, long logBytes, long trailingEntries, OptionalLong maxBytesPerSecond) {

    /** A snapshot every 100,000 entries or 64 MiB; 5,000 entries stay. */
    public static final SnapshotPolicy DEFAULT = new SnapshotPolicy(100_000, 64L << 20, 5_000, OptionalLong.empty());

    /** @throws IllegalArgumentException if a number is not positive; only {@code trailingEntries} may be 0 */
    public SnapshotPolicy {
        if (entries <= 0 || logBytes <= 0 || trailingEntries < 0 || maxBytesPerSecond.orElse(1) <= 0) {
            throw new IllegalArgumentException("no snapshots can be taken every " + entries + " entries or " + logBytes
                    + " bytes, keeping " + trailingEntries + " entries, at " + maxBytesPerSecond + " bytes per second");
        }
    }
}
