package io.raftboot;

import io.raftboot.model.AppliedDigest;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.SnapshotStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The way from the raft thread to the apply thread: what is to be applied, asked or compared there, in this order. */
final class ApplyQueue {

    private final Applier applier;
    private final Executor applyThread;
    private final Runnable wake;

    /** @param wake gives the raft thread a turn soon; any thread */
    ApplyQueue(Applier applier, Executor applyThread, Runnable wake) {
        this.applier = applier;
        this.applyThread = applyThread;
        this.wake = wake;
    }

    /** What the state machine threw, after which nothing is applied any more. */
    Optional<Throwable> failure() {
        return applier.failure();
    }

    /** @param isMore whether more is committed, which is to be handed out when this is applied, and not at the next tick */
    void apply(List<Applier.Committed> entries, boolean isMore) {
        applyThread.execute(() -> {
            applier.apply(entries);
            if (isMore) {
                wake.run();
            }
        });
    }

    void restore(Snapshot snapshot, SnapshotStore store) {
        applyThread.execute(() -> applier.restore(snapshot, store));
    }

    void query(Applier.Query query) {
        applyThread.execute(() -> applier.query(query));
    }

    void compare(AppliedDigest right) {
        applyThread.execute(() -> applier.compare(right));
    }
}
