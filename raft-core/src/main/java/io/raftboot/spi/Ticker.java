package io.raftboot.spi;

import java.time.Clock;

/** The server's clocks. */
public interface Ticker {

    /** Nanoseconds since some moment; only differences mean anything, and it never goes back. */
    long nanoTime();

    /** Milliseconds since 1970; may jump. Goes into log entries and nowhere else. */
    long currentTimeMillis();

    /** The clocks of the machine. */
    static Ticker system() {
        Clock wallClock = Clock.systemUTC();
        return new Ticker() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public long currentTimeMillis() {
                return wallClock.millis();
            }
        };
    }
}
