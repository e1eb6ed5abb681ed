package io.raftboot;

import io.raftboot.model.LogEntry;
import io.raftboot.model.RaftException;
import io.raftboot.model.Snapshot;
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

    /** An entry was applied. While a snapshot is being written, the next one waits. */
    void applied(LogEntry entry) {
        if (trigger.isDueAfter(entry) && !snapshots.isTaking()) {
            take(new CompletableFuture<>());
        }
    }

    /** The state is that of a snapshot which is on the disk: another one is due as long after it as after one of its own. */
    void restored(long index) {
        trigger.captured(index);
    }

    /** Takes a snapshot of what is applied. */
    void take(CompletableFuture<Snapshot> result) {
        if (state.lastApplied() == 0) {
            result.completeExceptionally(
                    new RaftException.Stopped("nothing is applied yet that a snapshot could hold"));
            return;
        }
        // The batch that the entry is in may take longer than the snapshot, which is not to be ahead of what is known
        // to be applied.
        state.publish();
        trigger.captured(state.lastApplied());
        snapshots.take(state.position(), state.snapshot(), result);
    }
}
