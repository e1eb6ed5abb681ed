package io.raftboot.model;

import java.time.Duration;

/**
 * How many request ids the replicated state remembers, and for how long. It travels in the log, because servers that forget at
 * different moments would apply a repeated command differently; so all of them go by the limits of whoever led last.
 *
 * @param maxIds how many ids are remembered of each kind, see {@link RequestId#isAutomatic}; the oldest are forgotten first
 * @param expiryMillis how long an id is remembered, in milliseconds of log time: of the timestamps in the log
 * @param maxResultBytes how many bytes of results are remembered of each kind; the oldest are forgotten first, without their
 *     ids, so that a repeated command whose result is forgotten is not applied again; the newest result is remembered however large
 */
public record SessionLimits(int maxIds, long expiryMillis, long maxResultBytes) {

    /** The most ids that may be remembered of each kind: each costs about 200 bytes beside its result. */
    public static final int MOST_IDS = 1_000_000;

    /** The longest time for which an id may be remembered. */
    public static final Duration LONGEST_EXPIRY = Duration.ofDays(366);

    /** 16 MiB: room for 100,000 results of 160 bytes. */
    public static final long DEFAULT_RESULT_BYTES = 16L << 20;

    /** 100,000 ids for a day. */
    public static final SessionLimits DEFAULT =
            new SessionLimits(100_000, Duration.ofDays(1).toMillis(), DEFAULT_RESULT_BYTES);

    /** @throws IllegalArgumentException if a number is impossible */
    public SessionLimits {
        if (maxIds < 1
                || maxIds > MOST_IDS
                || expiryMillis < 1
                || expiryMillis > LONGEST_EXPIRY.toMillis()
                || maxResultBytes < 0
                || maxResultBytes > Message.MAX_NUMBER) {
            throw new IllegalArgumentException("no server remembers " + maxIds + " request ids for " + expiryMillis
                    + " ms, with " + maxResultBytes + " bytes of results");
        }
    }
}
