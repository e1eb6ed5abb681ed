package io.raftboot;

import io.raftboot.consensus.Ready;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes and fetches snapshots during one run of the server, one at a time, on the snapshot thread. What comes of it waits for the
 * raft thread in a queue of its own, so that a full inbox cannot refuse it; there is never more in it than was asked for.
 */
final class Snapshots {

    /** The newest snapshot, and the one before it for those who are downloading it. */
    static final int KEPT = 2;

    private static final Logger log = LoggerFactory.getLogger("io.raftboot");

    private final NodeId self;
    private final SnapshotStore store;
    private final Download download;
    private final Executor snapshotThread;
    private final Answers answers;
    private final AtomicInteger taking = new AtomicInteger();
    private final Queue<Input> outcomes = new ConcurrentLinkedQueue<>();

    Snapshots(
            RaftConfig config,
            SnapshotStore store,
            Transport transport,
            Executor snapshotThread,
            Executor answerThread) {
        this.self = config.nodeId();
        this.store = store;
        this.download = new Download(store, transport, config.snapshots().maxBytesPerSecond());
        this.snapshotThread = snapshotThread;
        this.answers = new Answers(answerThread);
    }

    SnapshotStore store() {
        return store;
    }

    /** What has come of it since the last call; for the raft thread. */
    List<Input> outcomes() {
        List<Input> taken = new ArrayList<>();
        for (Input outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
            taken.add(outcome);
        }
        return taken;
    }

    /** Writes a captured state, and answers whoever waits for that. */
    void take(SnapshotMetadata metadata, SnapshotWriter content, CompletableFuture<Snapshot> result) {
        taking.incrementAndGet();
        snapshotThread.execute(() -> {
            try {
                Snapshot snapshot = write(store, metadata, content);
                outcomes.add(new Input.SnapshotTaken(snapshot));
                log.info("{}: took {}", self, snapshot);
                answers.succeed(result, snapshot);
                tidy(snapshot.lastIncludedIndex());
            } catch (IOException | RuntimeException | Error e) {
                notTaken(metadata.lastIncludedIndex(), e);
                answers.fail(result, e);
            } finally {
                taking.decrementAndGet();
            }
            answers.flush();
        });
    }

    /** Tells the operator. Any thread. */
    void notTaken(long index, Throwable why) {
        log.warn("{}: no snapshot was taken at index {}", self, index, why);
    }

    /** What is there already of that entry is as good, unless it has rotted; nobody may have looked at it since it was fetched. */
    private static Snapshot write(SnapshotStore store, SnapshotMetadata metadata, SnapshotWriter content)
            throws IOException {
        for (Snapshot there : store.list()) {
            if (there.metadata().lastIncluded().equals(metadata.lastIncluded())) {
                putAsideIfDamaged(store, there);
            }
        }
        return store.write(metadata, content);
    }

    /**
     * Reads a snapshot through; one that is damaged is not there any more afterwards.
     *
     * @throws IOException if it cannot be read now, or not be put aside
     */
    static void putAsideIfDamaged(SnapshotStore store, Snapshot snapshot) throws IOException {
        try {
            store.verify(snapshot);
        } catch (SnapshotStore.Damaged damage) {
            log.error("{} is put aside: {}", snapshot, damage.getMessage());
            store.putAside(snapshot);
        }
    }

    /** Whether a captured state waits to be written or is being written. Any thread. */
    boolean isTaking() {
        return taking.get() > 0;
    }

    /**
     * Downloads a snapshot, from whoever has it.
     *
     * @param appliedIndex how far the state machine is. What the log begins behind is at most one snapshot away from there: it may
     *     be fetched and written to the log, but not restored yet
     */
    void fetch(Ready.Fetch fetch, long appliedIndex) {
        snapshotThread.execute(() -> {
            try {
                log.info("{}: fetching {}, offered by {}", self, fetch.snapshot(), fetch.leaderId());
                download.run(fetch.snapshot(), fetch.leaderId());
                outcomes.add(new Input.SnapshotFetched(fetch.snapshot()));
                tidy(appliedIndex);
            } catch (IOException | RuntimeException | Error e) {
                log.warn("{}: {} is not fetched yet: {}", self, fetch.snapshot(), e.toString());
                outcomes.add(new Input.SnapshotNotFetched());
            }
        });
    }

    /** Removes old snapshots; that it fails takes nothing away from the new one. */
    private void tidy(long appliedIndex) {
        try {
            store.keepNewest(KEPT, appliedIndex);
        } catch (IOException | RuntimeException e) {
            log.warn("{}: old snapshots could not be removed: {}", self, e.toString());
        }
    }

    /** The download that runs, and how far it is; any thread. */
    Optional<Download.Progress> downloading() {
        return download.progress();
    }

    /** Ends a download soon; what has arrived is kept. Any thread. */
    void stop() {
        download.stop();
    }
}
