package io.raftboot;

import io.raftboot.model.LogEntry;
import io.raftboot.model.RaftException;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import java.util.concurrent.CompletableFuture;

/** Captures the state when a snapshot is due or asked for (§7), and leaves the writing to {@link Snapshots}. Used by the apply thread. */
final class SnapshotTaker {

    private final ReplicatedState state;
    private final SnapshotTrigger trigger;
    private final Snapshots snapshots;

    SnapshotTaker(ReplicatedState state, SnapshotTrigger trigger, Snapshots snapshots) {
        this.state = state;
        this.trigger = trigger;
        this.snapshots = snapshots;
    }

    /** Whether there is something to be captured: a state, and the members as of then. */
    static boolean isPossible(SnapshotMetadata position) {
        return position.lastIncludedIndex() > 0
                && !position.configuration().members().isEmpty();
    }

    /** An entry was applied. While a snapshot is being written, the next one waits. */
    void applied(LogEntry entry) {
        if (trigger.isDueAfter(entry) && !snapshots.isTaking() && isPossible(state.position())) {
            take(new CompletableFuture<>());
        }
    }

    /** The state is that of a snapshot which is on the disk: another one is due as long after it as after one of its own. */
    void restored(long index) {
        trigger.captured(index);
    }

    /**
     * Takes a snapshot of what is applied. A server that was added later learns from the log who the members are; before that it has
     * nothing that another one could begin with.
     */
    void take(CompletableFuture<Snapshot> result) {
        if (!isPossible(state.position())) {
            result.completeExceptionally(new RaftException.Stopped(
                    "nothing is applied yet that a snapshot could hold, or not so far that the members are known"));
            return;
        }
        // The batch that the entry is in may take longer than the snapshot, which is not to be ahead of what is known
        // to be applied.
        state.publish();
        trigger.captured(state.lastApplied());
        try {
            snapshots.take(state.position(), state.snapshot(), result);
        } catch (RuntimeException e) {
            // A state that cannot be captured is whole all the same, and the next snapshot is another attempt.
            snapshots.notTaken(state.lastApplied(), e);
            result.completeExceptionally(e);
        }
    }
}
