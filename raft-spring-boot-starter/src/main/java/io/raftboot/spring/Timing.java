package io.raftboot.spring;

import java.time.Duration;

/** Time, and what is to be done later; a test has its own. Any thread. */
interface Timing {

    /** A clock that never goes back, in nanoseconds. */
    long nanoTime();

    /** Has something that does not block done after a while, on a thread of its own choice. */
    void after(Duration pause, Runnable task);
}
