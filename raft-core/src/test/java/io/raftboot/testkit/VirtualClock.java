package io.raftboot.testkit;

import io.raftboot.spi.Ticker;
import java.time.Duration;
import java.time.Instant;

/** The clock of all servers of a {@link RaftTestCluster}. It stands still until it is told to go on. */
final class VirtualClock implements Ticker {

    private static final Instant BEGINNING = Instant.parse("2030-01-01T00:00:00Z");

    private long nanos;

    void advance(Duration time) {
        nanos += time.toNanos();
    }

    Instant now() {
        return BEGINNING.plusNanos(nanos);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long currentTimeMillis() {
        return now().toEpochMilli();
    }
}
