package io.raftboot.consensus;

import io.raftboot.model.LogEntry;
import io.raftboot.model.RaftConfig;

/**
 * What stands in a leader's log and is not applied, because too few others keep up or the state machine does not. Its callers may
 * have given up long ago, so nobody else counts it; without a limit it would grow for as long as there are callers (bug R22). What
 * was committed before the leader's term is none of it: after a restart that is all behind the snapshot.
 */
final class Backlog {

    private final RaftLog log;
    private long done;

    /** The entries behind {@code done} up to this index have so many bytes. */
    private long counted;

    private long bytes;

    Backlog(RaftLog log, long done) {
        this.log = log;
        this.done = done;
        this.counted = done;
    }

    /** Whether one more entry stays within the limits. One alone always does. */
    boolean hasRoomFor(LogEntry entry, RaftConfig limits) {
        countAll();
        long entries = log.lastIndex() - done;
        return entries == 0
                || (entries < limits.maxPendingCommands() && bytes + entry.sizeInBytes() <= limits.maxPendingBytes());
    }

    /** The entries up to an index are applied, or committed since before the leader's term. */
    void doneThrough(long index) {
        if (done + 1 >= log.firstIndex()) {
            countAll();
            bytes -= size(done + 1, index);
        } else { // a snapshot has shortened the log since the last call
            bytes = 0;
            counted = index;
        }
        done = index;
    }

    private void countAll() {
        bytes += size(counted + 1, log.lastIndex());
        counted = log.lastIndex();
    }

    private long size(long from, long through) {
        long size = 0;
        for (long index = from; index <= through; index++) {
            size += log.entry(index).sizeInBytes();
        }
        return size;
    }
}
