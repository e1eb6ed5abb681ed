package io.raftboot.spring.http;

/** Calls that may hold each other up; those of different kinds never do (bug R23). */
enum LaneKind {
    /** Votes, and the call to start an election. */
    ELECTION(1, 8),
    /** Entries, snapshots to fetch, and heartbeats. One thread keeps them in order, which saves the follower refusals. */
    REPLICATION(1, 8),
    /** Commands and reads for the leader, many in one call; what waits is in an {@link Outbox} for each kind of {@link Freight}. */
    FORWARDING(3 * Outbox.MAX_CALLS, 3 * Outbox.MAX_CALLS),
    /** What operators ask for; a change of the members waits until it is committed. */
    ADMINISTRATION(4, 8),
    /** Who has a snapshot. Its bytes are fetched by the one thread that waits for them, over connections of their own. */
    DOWNLOAD(1, 4);

    private final int threads;
    private final int capacity;

    LaneKind(int threads, int capacity) {
        this.threads = threads;
        this.capacity = capacity;
    }

    /** The most calls under way to one peer. */
    int threads() {
        return threads;
    }

    /** The most calls waiting for one of them to end. */
    int capacity() {
        return capacity;
    }
}
