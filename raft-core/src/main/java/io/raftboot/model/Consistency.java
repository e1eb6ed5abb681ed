package io.raftboot.model;

/** How fresh the state is that a read is answered from. */
public enum Consistency {
    /** Everything that was acknowledged before the read began, on any server, is seen (§8, thesis §6.4). */
    LINEARIZABLE,
    /**
     * The same as long as clocks run at about the same speed, and without asking the other servers if the leader has heard a majority
     * within 0.8 election timeouts (thesis §6.4.1); otherwise like the above.
     */
    LEASE,
    /** Whatever this server has applied; may be arbitrarily old. */
    LOCAL
}
