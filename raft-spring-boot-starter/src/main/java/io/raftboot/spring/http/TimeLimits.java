package io.raftboot.spring.http;

import java.time.Duration;
import java.util.Optional;

/** How long the caller of a forwarded call still waits. It travels as a span, because the servers' clocks differ. */
final class TimeLimits {

    private TimeLimits() {}

    /** @throws IllegalArgumentException if it is negative */
    static void check(Optional<Long> millis) {
        if (millis.filter(limit -> limit < 0).isPresent()) {
            throw new IllegalArgumentException("a time limit of " + millis.get() + " ms");
        }
    }

    /** What the caller says, if that is less than this; a millisecond at least, because a servlet takes 0 for no limit. */
    static Duration atMost(Duration longest, Optional<Long> millis) {
        return millis.filter(limit -> limit < longest.toMillis())
                .map(limit -> Duration.ofMillis(Math.max(1, limit)))
                .orElse(longest);
    }
}
