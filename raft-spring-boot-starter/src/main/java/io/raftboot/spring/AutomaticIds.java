package io.raftboot.spring;

import io.raftboot.model.RequestId;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/** Request ids that are never made twice: 64 random bits for this start of the process, and a number. Any thread. */
final class AutomaticIds {

    private final String process;
    private final AtomicLong last = new AtomicLong();

    AutomaticIds() {
        byte[] random = new byte[Long.BYTES];
        new SecureRandom().nextBytes(random);
        process = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    RequestId next() {
        return RequestId.automatic(process, last.incrementAndGet());
    }
}
