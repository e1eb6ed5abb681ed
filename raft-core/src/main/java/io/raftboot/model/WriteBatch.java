package io.raftboot.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one turn of the node has to make durable, all of it or none. It is carried out in the order of the components.
 *
 * @param base a new start of the log: its entries up to and including {@code lastIncludedIndex} are gone, later ones stay
 * @param hardState the new term and vote
 * @param truncateFrom the first of the entries to be removed from the end of the log
 * @param append entries that follow the last one that is left, without a gap
 */
public record WriteBatch(
        Optional<SnapshotMetadata> base,
        Optional<HardState> hardState,
        OptionalLong truncateFrom,
        List<LogEntry> append) {

    /** Nothing to write. */
    public static final WriteBatch EMPTY =
            new WriteBatch(Optional.empty(), Optional.empty(), OptionalLong.empty(), List.of());

    /** The list is copied. */
    public WriteBatch {
        append = List.copyOf(append);
    }

    /** What a server writes at its very first start. */
    public static WriteBatch bootstrap(Configuration configuration) {
        return new WriteBatch(
                Optional.of(SnapshotMetadata.bootstrap(configuration)),
                Optional.of(HardState.INITIAL),
                OptionalLong.empty(),
                List.of());
    }

    /** Whether there is nothing to write. */
    public boolean isEmpty() {
        return base.isEmpty() && hardState.isEmpty() && truncateFrom.isEmpty() && append.isEmpty();
    }
}
