package io.raftboot;

import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.SnapshotPolicy;
import io.raftboot.spi.SnapshotStore;
import java.io.IOException;
import java.util.Optional;

/** What this package decides about snapshots without a thread or a clock, for the simulation, which lives elsewhere, to run. */
public final class SnapshotRules {

    /** How many snapshots are kept of those that are installed or were taken. */
    public static final int KEPT = Snapshots.KEPT;

    private final SnapshotTrigger trigger;

    /** @param lastIndex where the newest snapshot ends; 0 for none */
    public SnapshotRules(SnapshotPolicy policy, long lastIndex) {
        this.trigger = new SnapshotTrigger(policy, lastIndex);
    }

    /** Whether there is something to be captured. */
    public static boolean isPossible(SnapshotMetadata position) {
        return SnapshotTaker.isPossible(position);
    }

    /** Whether a snapshot is due after this entry was applied. */
    public boolean isDueAfter(LogEntry applied) {
        return trigger.isDueAfter(applied);
    }

    /** The state at this index is captured. */
    public void captured(long index) {
        trigger.captured(index);
    }

    /**
     * The snapshot that a server starts from.
     *
     * @throws io.raftboot.model.LostState if it needs one and has none
     */
    public static Optional<Snapshot> newest(NodeId self, PersistedState persisted, SnapshotStore store) {
        return new Recovery(self, persisted, store).newest();
    }

    /** Whether a snapshot need not be downloaded; a damaged one is put aside. */
    public static boolean isThere(SnapshotStore store, Snapshot snapshot) {
        return Download.isThere(store, snapshot);
    }

    /** Before a snapshot is written: what is there at its index must be whole to do instead. */
    public static void putAsideIfDamaged(SnapshotStore store, Snapshot snapshot) throws IOException {
        Snapshots.putAsideIfDamaged(store, snapshot);
    }
}
