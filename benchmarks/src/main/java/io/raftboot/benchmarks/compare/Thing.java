package io.raftboot.benchmarks.compare;

import java.util.Locale;

/** What grows, one at a time. */
enum Thing {
    /** In the log, since the snapshot. */
    ENTRIES(0),
    /** Values in the state; the log begins with a snapshot of them. */
    KEYS(10_000),
    /** Ids that callers chose, as many as the servers are set to remember; as many that servers made up. */
    REQUEST_IDS(1_000),
    /** Voters of the cluster. */
    MEMBERS(3);

    private final int elsewhere;

    Thing(int elsewhere) {
        this.elsewhere = elsewhere;
    }

    /** How many there are while something else grows, before the load that measures. */
    int elsewhere() {
        return elsewhere;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
