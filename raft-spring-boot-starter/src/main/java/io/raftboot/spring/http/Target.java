package io.raftboot.spring.http;

/** What a call is for: one of the kinds that {@link Route} lists, or the bytes of a snapshot. */
sealed interface Target permits Route, SnapshotTarget {

    /** The HTTP method. */
    String method();

    /** The path below the base path. */
    String path();

    /** What else the call may be held up by. */
    LaneKind lane();
}
