package io.raftboot;

import io.raftboot.spi.Ticker;
import java.time.Duration;

/** Clocks in a test's hand. */
final class ManualTicker implements Ticker {

    private long nanos;

    void advance(Duration time) {
        nanos += time.toNanos();
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long currentTimeMillis() {
        return nanos / 1_000_000;
    }
}
