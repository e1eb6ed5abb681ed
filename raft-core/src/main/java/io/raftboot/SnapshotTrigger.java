package io.raftboot;

import io.raftboot.model.LogEntry;
import io.raftboot.model.SnapshotPolicy;

/**
 * Says when the next snapshot is due. It is asked after every entry, so that servers with the same policy take theirs at the same
 * index, and one may be downloaded from any of them.
 */
final class SnapshotTrigger {

    private final SnapshotPolicy policy;
    private long lastIndex;
    private long bytes;

    SnapshotTrigger(SnapshotPolicy policy, long lastIndex) {
        this.policy = policy;
        this.lastIndex = lastIndex;
    }

    /** Whether a snapshot is due after this entry was applied. */
    boolean isDueAfter(LogEntry applied) {
        bytes += applied.sizeInBytes();
        return applied.index() - lastIndex >= policy.entries() || bytes >= policy.logBytes();
    }

    /** The state at this index is captured. */
    void captured(long index) {
        lastIndex = index;
        bytes = 0;
    }
}
