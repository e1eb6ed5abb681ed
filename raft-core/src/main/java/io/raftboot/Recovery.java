package io.raftboot;

import io.raftboot.model.LostState;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.SnapshotStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the snapshot that a server starts from: the newest one that its log goes on behind, and that verifies. One beyond the log
 * was fetched and not installed when the server stopped; it waits until a leader offers it again.
 */
final class Recovery {

    private static final Logger log = LoggerFactory.getLogger("io.raftboot");

    private final NodeId self;
    private final PersistedState persisted;
    private final SnapshotStore store;
    private final List<String> unusable = new ArrayList<>();

    Recovery(NodeId self, PersistedState persisted, SnapshotStore store) {
        this.self = self;
        this.persisted = persisted;
        this.store = store;
    }

    /**
     * The snapshot to start from; a damaged one is put aside on the way.
     *
     * @return empty if the log begins at index 1 and there is none
     * @throws LostState if the log begins later, and no snapshot reaches to where it begins
     */
    Optional<Snapshot> newest() {
        Optional<Snapshot> newest = store.list().stream()
                .filter(this::isFollowedByLog)
                .filter(this::isWhole)
                .findFirst();
        long base = persisted.base().lastIncludedIndex();
        if (base > 0 && newest.isEmpty()) {
            throw lost(base);
        }
        return newest;
    }

    private LostState lost(long base) {
        String found = unusable.isEmpty() ? "there is none" : String.join(", ", unusable);
        return new LostState(
                "the log of " + self + " begins behind index " + base + ", and no snapshot in " + store
                        + " that reaches there can be read (" + found + "): the state of this server is lost",
                base,
                base + persisted.entries().size());
    }

    private boolean isFollowedByLog(Snapshot snapshot) {
        return persisted.has(snapshot.lastIncludedIndex(), snapshot.lastIncludedTerm());
    }

    private boolean isWhole(Snapshot snapshot) {
        try {
            store.verify(snapshot);
            return true;
        } catch (SnapshotStore.Damaged damage) {
            log.error("{}: {} is put aside: {}", self, snapshot, damage.getMessage());
            unusable.add(snapshot + " is put aside: " + damage.getMessage());
            putAside(snapshot);
            return false;
        } catch (IOException e) {
            // It may be whole, and be read at the next start.
            log.error("{}: {} cannot be read", self, snapshot, e);
            unusable.add(snapshot + " cannot be read: " + e);
            return false;
        }
    }

    private void putAside(Snapshot snapshot) {
        try {
            store.putAside(snapshot);
        } catch (IOException e) {
            throw new UncheckedIOException(snapshot + " is damaged and cannot be put aside", e);
        }
    }
}
