package io.raftboot.benchmarks.compare;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What became of the requests of a load. For one thread. */
final class Tally {

    private final Latencies latencies = new Latencies();
    private final Map<String, Long> failures = new TreeMap<>();
    private long[] successes = new long[1 << 16];
    private int count;

    void succeeded(long sentNanos, long nowNanos) {
        latencies.add(nowNanos - sentNanos);
        if (count == successes.length) {
            successes = Arrays.copyOf(successes, count * 2);
        }
        successes[count++] = nowNanos;
    }

    void failed(String reason) {
        failures.merge(reason, 1L, Long::sum);
    }

    Latencies latencies() {
        return latencies;
    }

    /** When each request succeeded. */
    long[] successes() {
        return Arrays.copyOf(successes, count);
    }

    long errors() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How often what went wrong. */
    Map<String, Long> failures() {
        return failures;
    }
}
