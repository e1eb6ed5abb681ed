package io.raftboot.benchmarks.compare;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long many things took. They are counted in buckets of which each is less than a hundredth wide, so that nothing is kept of a
 * single one. Any thread may add.
 */
public final class Latencies {

    private static final int BITS = 7;
    private static final int BUCKETS = (Long.SIZE - BITS + 1) << BITS;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private final LongAdder count = new LongAdder();

    /** Adds one that took so long. */
    public void add(long nanos) {
        counts.incrementAndGet(bucket(Math.max(0, nanos)));
        count.increment();
    }

    /** How many there are. */
    public long count() {
        return count.sum();
    }

    /** The time that this share of them took at most, in microseconds; 0 if there are none. */
    public double quantileMicros(double share) {
        long wanted = (long) Math.ceil(share * count());
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            seen += counts.get(bucket);
            if (seen > 0 && seen >= wanted) {
                return lowest(bucket) / 1000.0;
            }
        }
        return 0;
    }

    /** The first buckets hold one value each; then every power of two is divided into as many. */
    private static int bucket(long nanos) {
        if (nanos < 1 << BITS) {
            return (int) nanos;
        }
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        return ((exponent - BITS + 1) << BITS) + (int) ((nanos >>> (exponent - BITS)) & ((1 << BITS) - 1));
    }

    private static long lowest(int bucket) {
        int power = bucket >> BITS;
        return power == 0 ? bucket : (1L << BITS | (bucket & ((1 << BITS) - 1))) << (power - 1);
    }
}
