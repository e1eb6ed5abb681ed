package io.raftboot.sample;

/**
 * What came of a {@link Command}. A refusal is a result like any other: the command is in the log, and every server refuses it
 * alike. An exception would stop the server. What the caller knows already is not in it: results are remembered with the request ids, and
 * there is room for 16 MB of them.
 */
sealed interface CommandResult {

    /** The key has the value that the command brought. */
    record Stored() implements CommandResult {}

    /** The key has this value. */
    record Counted(String value) implements CommandResult {}

    /** The key is gone. */
    record Deleted() implements CommandResult {}

    /** Nothing has changed. */
    record Refused(Reason reason) implements CommandResult {}

    /** Why nothing has changed. */
    enum Reason {
        /** The key to be deleted is not there. */
        MISSING,
        /** The key is not in the state the caller asked for. */
        PRECONDITION_FAILED,
        /** The value to be incremented is not a decimal integer. */
        NOT_AN_INTEGER,
        /** The value or the sum does not fit into 64 bits. */
        OUT_OF_RANGE
    }
}
