package io.raftboot.model;

/** What a server is at the moment, as an operator sees it. */
public enum RaftRole {
    /** Votes, takes entries from a leader, and campaigns when it hears none. */
    FOLLOWER,
    /** Asks whether it would be elected, before it disturbs anybody (thesis §9.6). */
    PRE_CANDIDATE,
    /** Asks for votes in a new term. */
    CANDIDATE,
    /** Takes commands and replicates them. */
    LEADER,
    /** Takes entries from a leader, is not counted and never campaigns. */
    LEARNER,
    /** Was taken out of the cluster: hears from nobody, is not counted and never campaigns. */
    REMOVED,
    /** Stopped for good after something that must not happen; its status says what. */
    FAILED
}
