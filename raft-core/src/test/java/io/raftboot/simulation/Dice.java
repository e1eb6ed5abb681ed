package io.raftboot.simulation;

import java.util.List;
import java.util.Random;

/** All chance in a run. Only methods whose algorithm {@link Random} specifies are used, so every JDK throws the same. */
final class Dice {

    private final Random random;

    Dice(long seed) {
        this.random = new Random(seed);
    }

    /** A number from 0 up to, not including, the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** A span of virtual time below the bound, both in parts of a tick. */
    long delay(long bound) {
        return random.nextInt(Math.toIntExact(bound));
    }

    /** A number from one bound to the other, both included. */
    int between(int from, int to) {
        return from + random.nextInt(to - from + 1);
    }

    /** True so many times in a thousand; free of charge if that is never. */
    boolean chance(int perMille) {
        return perMille > 0 && random.nextInt(1000) < perMille;
    }

    boolean flip() {
        return random.nextBoolean();
    }

    /** A seed for dice of somebody's own. */
    long seed() {
        return random.nextLong();
    }

    <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** One of a few numbers; writing one twice makes it twice as likely. */
    int pickInt(int... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
