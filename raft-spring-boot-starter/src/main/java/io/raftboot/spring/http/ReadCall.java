package io.raftboot.spring.http;

import io.raftboot.model.Consistency;
import java.util.Optional;

/**
 * A forwarded query, as it travels.
 *
 * @param query base64; missing if only the read index is asked for
 * @param timeLimitMillis how long the caller still waits, in milliseconds; if it does not say, as long as a request may wait
 */
record ReadCall(Optional<byte[]> query, Consistency consistency, Optional<Long> timeLimitMillis) {

    /** @throws IllegalArgumentException if the time limit is negative */
    ReadCall {
        TimeLimits.check(timeLimitMillis);
    }
}
