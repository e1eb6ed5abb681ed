package io.raftboot.scenario;

import java.util.random.RandomGenerator;

/**
 * Chance that a story can rely on.
 *
 * @param round the round before the server's first
 * @param jitter what is added to its election timeout, in ticks
 */
record FixedChance(long round, int jitter) implements RandomGenerator {

    @Override
    public long nextLong() {
        return round << 3;
    }

    @Override
    public int nextInt(int bound) {
        return Math.min(jitter, bound - 1);
    }
}
