package io.raftboot.benchmarks.compare;

import java.util.Arrays;

/** When a cluster answers again after one of its servers was killed. */
final class Outage {

    private Outage() {}

    /**
     * From the kill to the end of the longest gap between two successes that ends after it, in milliseconds: one success right after
     * the kill, of what was under way, is no end of the outage. Not a number if nothing succeeds after it.
     */
    static double millis(long[] successNanos, long killNanos) {
        long[] times = successNanos.clone();
        Arrays.sort(times);
        long longest = -1;
        double end = Double.NaN;
        for (int i = 1; i < times.length; i++) {
            long gap = times[i] - Math.max(times[i - 1], killNanos);
            if (times[i] > killNanos && gap > longest) {
                longest = gap;
                end = (times[i] - killNanos) / 1e6;
            }
        }
        return end;
    }
}
