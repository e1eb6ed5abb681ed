package io.raftboot.benchmarks.compare;

import java.util.Arrays;
import java.util.Locale;

/** What can be measured. */
enum Work {
    /** Writes of the sample's keys over HTTP, at the leader and spread over all servers. */
    WRITES_HTTP,
    /** Linearizable reads likewise. */
    READS_HTTP,
    /** Commands submitted in the leader's process. */
    WRITES_IN_PROCESS,
    /** Linearizable reads in the leader's process. */
    READS_IN_PROCESS,
    /** How long nothing is written after the leader was killed. */
    FAILOVER,
    /** How long a killed follower takes to follow again with 100,000 entries in its log; memory and disk with these. */
    RESTART,
    /** What the processes hold of memory, started like the sample's demonstration. */
    MEMORY,
    /** How often the disk is made to keep what was written, per write. */
    SYNCS;

    static Work of(String word) {
        return Arrays.stream(values())
                .filter(work -> work.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no work " + word));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it is repeated in turn with the peers; the others repeat it in one cluster. */
    boolean takesTurns() {
        return this == WRITES_HTTP || this == READS_HTTP || this == WRITES_IN_PROCESS || this == READS_IN_PROCESS;
    }
}
