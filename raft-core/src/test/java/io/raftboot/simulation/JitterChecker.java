package io.raftboot.simulation;

/** That election timeouts differ, or servers campaign together again and again (§5.2). */
final class JitterChecker {

    /** With 30 or more possible timeouts this many equal ones in a row are no accident. */
    private static final int MAX_EQUAL = 7;

    private int last;
    private int equal;

    /**
     * Some server's timer has expired.
     *
     * @param ticks how long it took
     */
    void timedOut(int ticks) {
        equal = ticks == last ? equal + 1 : 1;
        last = ticks;
        Violation.require(equal < MAX_EQUAL, "%d election timeouts in a row took %d ticks", equal, ticks);
    }
}
