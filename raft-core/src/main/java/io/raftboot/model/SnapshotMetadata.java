package io.raftboot.model;

/**
 * What a log starts behind: everything up to {@code lastIncludedIndex} is in the snapshot (§7). The snapshot at index 0 is the
 * empty state with the configuration a cluster is bootstrapped with, so every log has one.
 *
 * @param lastIncludedIndex the last entry the snapshot replaces
 * @param lastIncludedTerm the term of that entry
 * @param configuration the configuration as of that entry
 */
public record SnapshotMetadata(long lastIncludedIndex, long lastIncludedTerm, Configuration configuration) {

    /** @throws IllegalArgumentException if the index or the term is negative or beyond {@link Message#MAX_NUMBER} */
    public SnapshotMetadata {
        if (lastIncludedIndex < 0
                || lastIncludedIndex > Message.MAX_NUMBER
                || lastIncludedTerm < 0
                || lastIncludedTerm > Message.MAX_NUMBER) {
            throw new IllegalArgumentException(
                    "no snapshot ends at index " + lastIncludedIndex + " in term " + lastIncludedTerm);
        }
    }

    /** The last entry the snapshot replaces. */
    public LogPosition lastIncluded() {
        return new LogPosition(lastIncludedIndex, lastIncludedTerm);
    }

    /** The snapshot at index 0: nothing applied yet, and these servers. */
    public static SnapshotMetadata bootstrap(Configuration configuration) {
        return new SnapshotMetadata(0, 0, configuration);
    }
}
