package io.raftboot.model;

import java.util.Comparator;

/**
 * The name of a log entry: no two different entries ever share both numbers (Figure 3, Log Matching).
 *
 * @param index its place in the log
 * @param term the term of the leader that made it
 */
public record LogPosition(long index, long term) implements Comparable<LogPosition> {

    private static final Comparator<LogPosition> ORDER =
            Comparator.comparingLong(LogPosition::index).thenComparingLong(LogPosition::term);

    /** By index. Of two entries with the same one, which no single cluster has, the one of the earlier term comes first. */
    @Override
    public int compareTo(LogPosition other) {
        return ORDER.compare(this, other);
    }
}
