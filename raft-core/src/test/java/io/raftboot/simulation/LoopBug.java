package io.raftboot.simulation;

/** A bug put into the simulated server, to see whether the simulation finds it; the product's event loop could have the same. */
enum LoopBug {
    NONE,
    MESSAGES_BEFORE_WRITES,
    MESSAGES_BEFORE_HARD_STATE,
    HARD_STATE_NOT_WRITTEN,
    VOTE_NOT_WRITTEN,
    TRUNCATION_NOT_WRITTEN,
    WRITE_NOT_AWAITED,
    APPLY_BEFORE_WRITE,
    APPLIED_INDEX_AHEAD_OF_STATE,
    COMPLETE_BY_INDEX_ONLY,
    COMPLETE_ON_PROPOSAL,
    UNKNOWN_REPORTED_AS_NOT_APPLIED,
    REPEATED_COMMAND_APPLIED_AGAIN,
    READ_BEFORE_APPLIED,
    READ_ON_OWN_WORD,
    WIPED_SERVER_TAKES_PART
}
