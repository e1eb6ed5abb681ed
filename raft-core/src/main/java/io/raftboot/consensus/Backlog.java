package io.raftboot.consensus;

import io.raftboot.model.LogEntry;
import io.raftboot.model.RaftConfig;

/**
 * What stands in a leader's log and is not committed. Its callers may have given up long ago, so nobody else counts it; without a
 * limit it would grow for as long as the others answer and do not keep up (bug R22).
 */
final class Backlog {

    private final RaftLog log;
    private long committed;
    private long bytes;

    Backlog(RaftLog log, long commitIndex) {
        this.log = log;
        this.committed = commitIndex;
        this.bytes = size(commitIndex + 1, log.lastIndex());
    }

    /** Whether one more entry stays within the limits. One alone always does. */
    boolean hasRoomFor(LogEntry entry, RaftConfig limits) {
        long entries = log.lastIndex() - committed;
        return entries == 0
                || (entries < limits.maxPendingCommands() && bytes + entry.sizeInBytes() <= limits.maxPendingBytes());
    }

    /** An entry was appended. */
    void add(LogEntry entry) {
        bytes += entry.sizeInBytes();
    }

    /** The entries up to an index are committed. */
    void committedThrough(long index) {
        // A snapshot from elsewhere may have told what is committed, and the log have been shortened since.
        boolean isComplete = committed + 1 >= log.firstIndex();
        bytes = isComplete ? bytes - size(committed + 1, index) : size(index + 1, log.lastIndex());
        committed = index;
    }

    private long size(long from, long through) {
        long size = 0;
        for (long index = from; index <= through; index++) {
            size += log.entry(index).sizeInBytes();
        }
        return size;
    }
}
