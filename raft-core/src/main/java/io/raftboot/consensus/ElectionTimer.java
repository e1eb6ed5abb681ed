package io.raftboot.consensus;

import java.util.random.RandomGenerator;

/** Counts ticks up to a random limit, so that servers seldom campaign at the same time (§5.2). */
final class ElectionTimer {

    private final int electionTicks;
    private final int patience;
    private final RandomGenerator random;

    private int elapsed;
    private int timeout;

    /**
     * Starts a timer that expires after {@code patience} times one to two election timeouts.
     *
     * @param electionTicks the election timeout, in ticks
     */
    ElectionTimer(int electionTicks, int patience, RandomGenerator random) {
        this.electionTicks = electionTicks;
        this.patience = patience;
        this.random = random;
        reset();
    }

    /** Starts anew, with a new limit. */
    void reset() {
        elapsed = 0;
        timeout = patience * (electionTicks + random.nextInt(electionTicks));
    }

    /** Lets it expire after so many ticks more, times the patience, if it would not before. */
    void hasten(int ticks) {
        timeout = Math.min(timeout, elapsed + patience * ticks);
    }

    /** Lets a tick pass. @return whether the limit is reached */
    boolean tick() {
        elapsed++;
        return elapsed >= timeout;
    }
}
