package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.LeadershipPreference;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ElectionTimerTest {

    private static int ticksUntilExpiry(ElectionTimer timer) {
        for (int ticks = 1; ticks < 100 * ELECTION_TICKS; ticks++) {
            if (timer.tick()) {
                return ticks;
            }
        }
        throw new AssertionError("the timer never expires");
    }

    /** The limits of many timers in a row. */
    private static SortedSet<Integer> limits(LeadershipPreference preference, long seed) {
        ElectionTimer timer = new ElectionTimer(ELECTION_TICKS, preference.patience(), new Random(seed));
        SortedSet<Integer> limits = new TreeSet<>();
        for (int i = 0; i < 5_000; i++) {
            limits.add(ticksUntilExpiry(timer));
            timer.reset();
        }
        return limits;
    }

    @Test // §5.2; bug R12
    void theLimitIsDrawnFromOneToTwoElectionTimeouts() {
        SortedSet<Integer> limits = limits(LeadershipPreference.NORMAL, 1);

        assertThat(limits.first()).isEqualTo(ELECTION_TICKS);
        assertThat(limits.last()).isEqualTo(2 * ELECTION_TICKS - 1);
        assertThat(limits).hasSize(ELECTION_TICKS);
    }

    @Test
    void aReluctantServerWaitsThreeTimesAsLong() {
        SortedSet<Integer> limits = limits(LeadershipPreference.RELUCTANT, 1);

        assertThat(limits.first()).isEqualTo(3 * ELECTION_TICKS);
        assertThat(limits.last()).isEqualTo(3 * (2 * ELECTION_TICKS - 1));
    }

    @Test
    void aTimerThatIsHastenedExpiresSoonAndNeverLaterThanItWould() {
        ElectionTimer timer = new ElectionTimer(ELECTION_TICKS, 1, new Random(3));
        timer.tick();
        timer.hasten(7);
        timer.hasten(1000);

        assertThat(ticksUntilExpiry(timer)).isEqualTo(7);
    }

    @Test
    void aResetStartsTheCountAnew() {
        ElectionTimer timer = new ElectionTimer(ELECTION_TICKS, 1, new Random(7));
        for (int i = 1; i < ELECTION_TICKS; i++) {
            assertThat(timer.tick()).isFalse();
        }
        timer.reset();

        assertThat(ticksUntilExpiry(timer)).isGreaterThanOrEqualTo(ELECTION_TICKS);
    }

    @Test // bug R12
    void everyResetDrawsAnotherLimit() {
        ElectionTimer timer = new ElectionTimer(ELECTION_TICKS, 1, new Random(3));
        SortedSet<Integer> limits = new TreeSet<>();
        for (int i = 0; i < 10; i++) {
            limits.add(ticksUntilExpiry(timer));
            timer.reset();
        }

        assertThat(limits.size()).isGreaterThan(5);
    }

    @Test
    void anExpiredTimerStaysExpired() {
        RandomGenerator random = new Random(3);
        ElectionTimer timer = new ElectionTimer(1, 1, random);

        assertThat(timer.tick()).isTrue();
        assertThat(timer.tick()).isTrue();
    }
}
