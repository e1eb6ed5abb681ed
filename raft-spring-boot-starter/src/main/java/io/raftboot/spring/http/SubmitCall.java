package io.raftboot.spring.http;

import io.raftboot.model.RequestId;
import java.util.Optional;

/**
 * A forwarded command, as it travels.
 *
 * @param command base64
 * @param requestId the caller's name for it
 * @param timeLimitMillis how long the caller still waits, in milliseconds; if it does not say, as long as a request may wait
 */
record SubmitCall(byte[] command, Optional<RequestId> requestId, Optional<Long> timeLimitMillis) {

    /** @throws IllegalArgumentException if the time limit is negative */
    SubmitCall {
        TimeLimits.check(timeLimitMillis);
    }
}
