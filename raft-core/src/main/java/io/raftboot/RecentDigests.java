package io.raftboot;

import io.raftboot.model.AppliedDigest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The digests at the last indexes that were applied. Written by the apply thread, read by any: a reader may miss the oldest one,
 * and never gets one of another index.
 */
final class RecentDigests {

    /** How many indexes are kept. */
    static final int KEPT = 4096;

    private final AtomicLongArray digests = new AtomicLongArray(KEPT);

    /** The first index from which on the digests are known. */
    private volatile long first = Long.MAX_VALUE;

    private volatile long last;

    /** Begins anew at an index: nothing is known of those before it. */
    void restart(long index, long digest) {
        first = Long.MAX_VALUE;
        digests.set(slot(index), digest);
        last = index;
        first = index;
    }

    /** Adds the digest at the next index. */
    void add(long index, long digest) {
        digests.set(slot(index), digest);
        last = index;
    }

    /** The digest at an index; empty if that is not applied yet, or too long ago. */
    Optional<AppliedDigest> at(long index) {
        if (!isKept(index)) {
            return Optional.empty();
        }
        long digest = digests.get(slot(index));
        // Again: it may have been overwritten meanwhile.
        return isKept(index) ? Optional.of(new AppliedDigest(index, digest)) : Optional.empty();
    }

    /** The slot of the entry behind the last one may be overwritten at any moment. */
    private boolean isKept(long index) {
        return index >= first && index <= last && index > last + 1 - KEPT;
    }

    private static int slot(long index) {
        return (int) (index % KEPT);
    }
}
