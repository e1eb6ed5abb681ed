package io.raftboot.spring.h2;

import io.raftboot.model.HardState;
import io.raftboot.model.LogPosition;
import io.raftboot.model.SnapshotMetadata;
import java.util.Optional;

/**
 * The one row that every write renews.
 *
 * @param sequence how many batches were written; grows by one each time, whatever happens to terms and indexes, so of two
 *     states of one disk the larger number is the later one
 * @param hardState term and vote
 * @param base what the log starts behind
 * @param last the last entry, or the base if there is none
 */
record LogState(long sequence, HardState hardState, LogPosition base, LogPosition last) {

    private static final LogPosition NOWHERE = new LogPosition(0, 0);

    /** Nothing was ever written. */
    static final LogState FRESH = new LogState(0, HardState.INITIAL, NOWHERE, NOWHERE);

    /** The first write was a base, and it is in no term before that of its last entry. */
    static LogState behind(SnapshotMetadata base) {
        LogPosition position = new LogPosition(base.lastIncludedIndex(), base.lastIncludedTerm());
        return new LogState(1, new HardState(position.term(), Optional.empty()), position, position);
    }

    LogState next() {
        return new LogState(sequence + 1, hardState, base, last);
    }

    LogState withHardState(HardState newHardState) {
        return new LogState(sequence, newHardState, base, last);
    }

    /** The log starts behind another entry; if that is beyond its end, it has no entries left. */
    LogState withBase(LogPosition newBase) {
        return new LogState(sequence, hardState, newBase, newBase.index() >= last.index() ? newBase : last);
    }

    LogState withLast(LogPosition newLast) {
        return new LogState(sequence, hardState, base, newLast);
    }

    @Override
    public String toString() {
        return "write " + sequence + " of term " + hardState.currentTerm() + " with the log up to " + last.index() + ":"
                + last.term();
    }
}
