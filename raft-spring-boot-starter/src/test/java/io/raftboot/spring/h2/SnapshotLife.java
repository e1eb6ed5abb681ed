package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.N1;
import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.PersistedState;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.SnapshotStore.Incoming;
import io.raftboot.testkit.ModelDisk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server that takes, receives and installs snapshots on a {@link LossyDisk} as the raft and the snapshot thread do, and what the
 * disk owes it at every moment.
 */
final class SnapshotLife {

    /** More than a block of the file. */
    private static final int CONTENT_BYTES = 70_000;

    /** Larger than a block, and no multiple of one. */
    private static final int PIECE_BYTES = 66_000;

    /** By index, made once and not changed: every start asks for them. */
    private static final Map<Long, byte[]> CONTENTS = new ConcurrentHashMap<>();

    private static final long FETCHED = 30;
    private static final long FETCHED_LATER = 50;

    /** What another server has to give. */
    private static final SnapshotStore LEADER = leader();

    /**
     * What the disk has to remember.
     *
     * @param acknowledged the log as it was acknowledged last
     * @param inFlight the log that is being written, or the last one that was
     * @param snapshots the indexes of those that are durable and not deleted
     */
    record Debt(Optional<PersistedState> acknowledged, Optional<PersistedState> inFlight, List<Long> snapshots) {}

    /** The disk right before an operation. */
    record Moment(int number, LossyDisk.Operation operation, LossyDisk disk, Debt debt) {

        @Override
        public String toString() {
            return "moment " + number + ", before a " + operation + ", with snapshots " + debt.snapshots();
        }
    }

    /** A step that costs a snapshot at most if it fails. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private final LossyDisk disk;
    private Debt debt = new Debt(Optional.empty(), Optional.empty(), List.of());

    SnapshotLife(LossyDisk disk) {
        this.disk = disk;
    }

    Debt debt() {
        return debt;
    }

    /** Every moment in it, in order. */
    static List<Moment> moments() {
        LossyDisk disk = new LossyDisk();
        SnapshotLife life = new SnapshotLife(disk);
        List<Moment> moments = new ArrayList<>();
        disk.watch(operation -> {
            if (operation != LossyDisk.Operation.READ) {
                moments.add(new Moment(moments.size(), operation, disk.copy(), life.debt));
            }
        });
        life.live();
        return moments;
    }

    /** All of it: three processes that end well. What the disk refuses once is tried again once. */
    void live() {
        try (RaftStorage storage = Workload.open(disk)) {
            assertThat(storage.load()).isEmpty();
            write(storage, WriteBatch.bootstrap(THREE), PersistedState.bootstrap(THREE));
            append(storage, 6);
            take(storage, 4, 2);
            append(storage, 4);
            take(storage, 10, 8);
            take(storage, 10, 10);
            append(storage, 2);
            take(storage, 12, 11);
            receive(storage, FETCHED, Long.MAX_VALUE);
            install(storage, FETCHED);
            append(storage, 2);
        }
        try (RaftStorage storage = Workload.open(disk)) {
            assertThat(storage.load()).isEqualTo(debt.acknowledged());
            receive(storage, FETCHED_LATER, PIECE_BYTES);
        }
        try (RaftStorage storage = Workload.open(disk)) {
            assertThat(storage.load()).isEqualTo(debt.acknowledged());
            receive(storage, FETCHED_LATER, Long.MAX_VALUE);
            install(storage, FETCHED_LATER);
        }
    }

    private void append(RaftStorage storage, int count) {
        write(storage, entriesBehind(last(state()), count));
    }

    private void take(RaftStorage storage, long index, long base) {
        patiently(() -> storage.snapshots().write(metadata(index), out -> out.write(content(index))));
        owe(index);
        forgive(storage, index);
        write(storage, baseAt(base));
    }

    private void receive(RaftStorage storage, long index, long bytes) {
        Snapshot snapshot = offered(index);
        patiently(() -> receive(storage.snapshots(), snapshot, Math.min(bytes, snapshot.sizeInBytes())));
        if (bytes >= snapshot.sizeInBytes()) {
            owe(index);
            forgive(storage, last(state()));
        }
    }

    private static void receive(SnapshotStore store, Snapshot snapshot, long upTo) throws IOException {
        try (Incoming incoming = store.receive(snapshot)) {
            while (incoming.position() < upTo) {
                incoming.add(LEADER.read(snapshot, incoming.position(), PIECE_BYTES));
            }
            if (upTo == snapshot.sizeInBytes()) {
                incoming.complete();
            }
        }
    }

    private void install(RaftStorage storage, long index) {
        write(storage, baseAt(index));
    }

    private void owe(long index) {
        TreeSet<Long> more = new TreeSet<>(debt.snapshots());
        more.add(index);
        debt = new Debt(debt.acknowledged(), debt.inFlight(), List.copyOf(more));
    }

    private void forgive(RaftStorage storage, long upToIndex) {
        List<Long> reached =
                debt.snapshots().stream().filter(index -> index <= upToIndex).toList();
        List<Long> left = new ArrayList<>(debt.snapshots());
        left.removeAll(reached.subList(0, Math.max(0, reached.size() - 2)));
        debt = new Debt(debt.acknowledged(), debt.inFlight(), left);
        patiently(() -> storage.snapshots().keepNewest(2, upToIndex));
    }

    private static void patiently(Step step) {
        try {
            step.run();
        } catch (IOException once) {
            try {
                step.run();
            } catch (IOException twice) {
                throw new UncheckedIOException(twice);
            }
        }
    }

    private PersistedState state() {
        return debt.acknowledged().orElseThrow();
    }

    private void write(RaftStorage storage, WriteBatch batch) {
        write(storage, batch, ModelDisk.apply(state(), batch));
    }

    private void write(RaftStorage storage, WriteBatch batch, PersistedState next) {
        debt = new Debt(debt.acknowledged(), Optional.of(next), debt.snapshots());
        storage.write(batch);
        debt = new Debt(Optional.of(next), Optional.of(next), debt.snapshots());
    }

    /**
     * A new process starts, and what it finds must pay the debt: a log, and every snapshot whole, one of them right before the log.
     *
     * @return the log
     */
    static Optional<PersistedState> restart(LossyDisk disk, Debt debt) throws IOException {
        try (RaftStorage storage = Workload.open(disk)) {
            Optional<PersistedState> found = storage.load();
            assertThat(found).isIn(debt.acknowledged(), debt.inFlight());
            assertThat(indexes(storage.snapshots())).containsAll(debt.snapshots());
            requireWhole(storage.snapshots());
            if (found.isPresent() && found.get().base().lastIncludedIndex() > 0) {
                assertThat(newestFollowed(storage.snapshots(), found.get())).isPresent();
            }
            return found;
        }
    }

    /** A new process relies on the newest snapshot that it finds, and the power fails. */
    static void compact(LossyDisk disk) throws IOException {
        PersistedState next;
        List<Long> snapshots;
        try (RaftStorage storage = Workload.open(disk)) {
            PersistedState found = start(storage);
            Optional<Snapshot> newest = newestFollowed(storage.snapshots(), found);
            if (newest.isEmpty()) {
                return;
            }
            next = write(storage, found, baseAt(newest.get().lastIncludedIndex()));
            snapshots = List.of(newest.get().lastIncludedIndex());
        }
        restart(disk.after(Loss.ALL, new Random(0)), new Debt(Optional.of(next), Optional.of(next), snapshots));
    }

    /** A new process gets a snapshot that is newer than everything, after whatever has arrived before, and the power fails. */
    static void fetch(LossyDisk disk, long index) throws IOException {
        PersistedState next;
        try (RaftStorage storage = Workload.open(disk)) {
            PersistedState found = start(storage);
            if (found.base().lastIncludedIndex() >= index) {
                return;
            }
            receive(storage.snapshots(), offered(index), offered(index).sizeInBytes());
            next = write(storage, found, baseAt(index));
            next = write(storage, next, entriesBehind(last(next), 1));
        }
        restart(disk.after(Loss.ALL, new Random(0)), new Debt(Optional.of(next), Optional.of(next), List.of(index)));
    }

    private static PersistedState start(RaftStorage storage) {
        return storage.load().orElseGet(() -> {
            storage.write(WriteBatch.bootstrap(THREE));
            return PersistedState.bootstrap(THREE);
        });
    }

    private static PersistedState write(RaftStorage storage, PersistedState before, WriteBatch batch) {
        storage.write(batch);
        return ModelDisk.apply(before, batch);
    }

    private static Optional<Snapshot> newestFollowed(SnapshotStore store, PersistedState log) {
        return store.list().stream()
                .filter(snapshot -> log.has(snapshot.lastIncludedIndex(), snapshot.lastIncludedTerm()))
                .findFirst();
    }

    private static List<Long> indexes(SnapshotStore store) {
        return store.list().stream().map(Snapshot::lastIncludedIndex).toList();
    }

    private static void requireWhole(SnapshotStore store) throws IOException {
        for (Snapshot snapshot : store.list()) {
            store.verify(snapshot);
            try (InputStream in = store.open(snapshot)) {
                assertThat(in.readAllBytes()).isEqualTo(content(snapshot.lastIncludedIndex()));
            }
        }
    }

    private static long last(PersistedState state) {
        return state.base().lastIncludedIndex() + state.entries().size();
    }

    private static WriteBatch baseAt(long index) {
        return new WriteBatch(Optional.of(metadata(index)), Optional.empty(), OptionalLong.empty(), List.of());
    }

    private static WriteBatch entriesBehind(long last, int count) {
        List<LogEntry> entries = new ArrayList<>();
        for (long index = last + 1; index <= last + count; index++) {
            entries.add(new LogEntry.NoOp(index, 1));
        }
        HardState voted = new HardState(1, Optional.of(N1.id()));
        return new WriteBatch(Optional.empty(), Optional.of(voted), OptionalLong.empty(), entries);
    }

    private static SnapshotMetadata metadata(long index) {
        return new SnapshotMetadata(index, 1, THREE);
    }

    private static byte[] content(long index) {
        return CONTENTS.computeIfAbsent(index, seed -> {
            byte[] bytes = new byte[CONTENT_BYTES];
            new Random(seed).nextBytes(bytes);
            return bytes;
        });
    }

    private static Snapshot offered(long index) {
        return LEADER.list().stream()
                .filter(snapshot -> snapshot.lastIncludedIndex() == index)
                .findFirst()
                .orElseThrow();
    }

    private static SnapshotStore leader() {
        try {
            SnapshotStore store = FileSnapshotStore.open(
                    new LossyFileSystem(new LossyDisk()).root().resolve("leader"));
            for (long index : new long[] {FETCHED, FETCHED_LATER}) {
                store.write(metadata(index), out -> out.write(content(index)));
            }
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
