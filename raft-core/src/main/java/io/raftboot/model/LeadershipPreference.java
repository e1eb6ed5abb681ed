package io.raftboot.model;

/** How eager a server is to lead. */
public enum LeadershipPreference {
    /** Campaigns after an election timeout without a leader. */
    NORMAL,
    /** Waits three times as long, so that others come first. */
    RELUCTANT,
    /** Votes and acknowledges, never leads. */
    NEVER;

    /** How many times the election timeout it waits before it campaigns. */
    public int patience() {
        return this == RELUCTANT ? 3 : 1;
    }
}
