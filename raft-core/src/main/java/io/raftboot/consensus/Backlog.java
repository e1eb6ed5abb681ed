package io.raftboot.consensus;

import io.raftboot.model.LogEntry;
import io.raftboot.model.RaftConfig;

/**
 * What stands in a leader's log and is not applied, because too few others keep up or the state machine does not. Its callers may
 * have given up long ago, so nobody else counts it; without a limit it would grow for as long as there are callers (bug R22).
 */
final class Backlog {

    private final RaftLog log;
    private long applied;
    private long bytes;

    Backlog(RaftLog log, long lastApplied) {
        this.log = log;
        this.applied = lastApplied;
        this.bytes = size(lastApplied + 1, log.lastIndex());
    }

    /** Whether one more entry stays within the limits. One alone always does. */
    boolean hasRoomFor(LogEntry entry, RaftConfig limits) {
        long entries = log.lastIndex() - applied;
        return entries == 0
                || (entries < limits.maxPendingCommands() && bytes + entry.sizeInBytes() <= limits.maxPendingBytes());
    }

    /** An entry was appended. */
    void add(LogEntry entry) {
        bytes += entry.sizeInBytes();
    }

    /** The entries up to an index are applied. */
    void appliedThrough(long index) {
        // A snapshot may have shortened the log since the last call.
        boolean isComplete = applied + 1 >= log.firstIndex();
        bytes = isComplete ? bytes - size(applied + 1, index) : size(index + 1, log.lastIndex());
        applied = index;
    }

    private long size(long from, long through) {
        long size = 0;
        for (long index = from; index <= through; index++) {
            size += log.entry(index).sizeInBytes();
        }
        return size;
    }
}
