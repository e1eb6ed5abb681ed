package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.HardState;
import io.raftboot.model.Identity;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.testkit.ModelDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/** The storage at work on a {@link LossyDisk}, and what the disk owes it at every moment. */
final class Workload {

    static final String DATABASE = "/data/n1/raft-log.mv.db";

    /** How many batches the lives of {@link #live} write, beside the special ones. */
    private static final int[] LIVES = {4, 8, 0, 8, 6, 1, 1, 1, 1, 4};

    private static final byte[] SHORT_JOURNAL = new byte[4 * 4096];
    private static final int LIFE_OF_LARGE_BATCHES = 2;
    private static final int HEADER_BYTES = 8192;
    private static final int BLOCK_BYTES = 4096;
    private static final long MINUTE_MILLIS = 60_000;

    /**
     * What the disk has to remember.
     *
     * @param acknowledged the state before the last write, and those before it; the last one was acknowledged last
     * @param inFlight the state that is being written, or the last one that was
     * @param identity who the server has said it is
     */
    record Debt(List<PersistedState> acknowledged, Optional<PersistedState> inFlight, Optional<Identity> identity) {

        Optional<PersistedState> last() {
            return acknowledged.isEmpty() ? Optional.empty() : Optional.of(acknowledged.get(acknowledged.size() - 1));
        }

        private Debt writing(PersistedState next) {
            return new Debt(acknowledged, Optional.of(next), identity);
        }

        private Debt acknowledging(PersistedState next) {
            List<PersistedState> more = new ArrayList<>(acknowledged);
            more.add(next);
            return new Debt(more, Optional.of(next), identity);
        }
    }

    /** The disk right before an operation. */
    record Moment(int number, LossyDisk.Operation operation, LossyDisk disk, Debt debt) {

        @Override
        public String toString() {
            return "moment " + number + ", before a " + operation;
        }
    }

    private final LossyDisk disk;
    private final ModelDisk model;
    private final List<Moment> moments = new ArrayList<>();
    private Debt debt;

    private Workload(LossyDisk disk, ModelDisk model, Debt debt) {
        this.disk = disk;
        this.model = model;
        this.debt = debt;
    }

    /** A server that was never started. Its journal is so short that it begins again every few writes. */
    static Workload unborn(long seed) {
        LossyDisk disk = new LossyDisk();
        try {
            DurableFiles.createDirectory(disk.mount().resolve("data/n1"));
            DurableFiles.replace(disk.mount().resolve("data/n1/raft-log.journal"), SHORT_JOURNAL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Workload(disk, new ModelDisk(seed, false), new Debt(List.of(), Optional.empty(), Optional.empty()));
    }

    /** Every moment in the life of a server, in order. */
    static List<Moment> momentsOfALife(long seed) {
        Workload workload = unborn(seed).remembering();
        for (int life = 0; life < LIVES.length; life++) {
            workload.live(life);
        }
        return workload.moments;
    }

    /** How many lives there are: every kind of batch, restarts, space that is used again, a file that shrinks. */
    static int lives() {
        return LIVES.length;
    }

    /** Keeps the disk of every moment from now on. */
    Workload remembering() {
        disk.watch(operation -> {
            if (operation != LossyDisk.Operation.READ) {
                moments.add(new Moment(moments.size(), operation, disk.copy(), debt));
            }
        });
        return this;
    }

    /** Goes on from here on a disk of its own. */
    Workload copy() {
        return new Workload(disk.copy(), model.copy(), debt);
    }

    LossyDisk disk() {
        return disk;
    }

    Debt debt() {
        return debt;
    }

    List<Moment> moments() {
        return moments;
    }

    /** One life from start to stop. */
    void live(int life) {
        if (life > LIFE_OF_LARGE_BATCHES) {
            aMinutePasses(disk);
        }
        try (RaftStorage storage = start()) {
            for (int batch = 0; batch < LIVES[life]; batch++) {
                write(storage, model.next());
            }
            if (life == LIFE_OF_LARGE_BATCHES) {
                write(storage, large(40, 3_000));
                write(storage, compaction());
            }
        }
    }

    /** One life with a single batch that is larger than every buffer of H2. */
    void liveForOneHugeBatch() {
        try (RaftStorage storage = start()) {
            write(storage, large(20, 1 << 20));
        }
    }

    /** One life in which a snapshot makes so much superfluous that it takes several writes to remove it. */
    void liveForALongCompaction() {
        try (RaftStorage storage = start()) {
            write(storage, large(3 * StoredLog.REMOVED_ROWS_PER_WRITE, 20));
            write(storage, compaction());
            for (int batch = 0; batch < 3; batch++) {
                write(storage, large(1, 20));
            }
        }
    }

    private RaftStorage start() {
        RaftStorage storage = open(disk);
        debt = new Debt(debt.acknowledged(), debt.inFlight(), Optional.of(storage.identity()));
        Optional<PersistedState> found = storage.load();
        assertThat(found).isEqualTo(debt.last());
        if (found.isEmpty()) {
            write(storage, WriteBatch.bootstrap(THREE), PersistedState.bootstrap(THREE));
        }
        return storage;
    }

    private void write(RaftStorage storage, WriteBatch batch) {
        write(storage, batch, ModelDisk.apply(model.state(), batch));
        model.wrote(batch);
    }

    private void write(RaftStorage storage, WriteBatch batch, PersistedState next) {
        debt = debt.writing(next);
        try {
            storage.write(batch);
        } catch (RuntimeException e) {
            assertThatThrownBy(() -> storage.write(batch)).hasMessageContaining("failed before");
            throw e;
        }
        debt = debt.acknowledging(next);
    }

    private WriteBatch large(int count, int bytes) {
        PersistedState now = model.state();
        long first = now.base().lastIncludedIndex() + now.entries().size() + 1;
        List<LogEntry> entries = new ArrayList<>();
        for (long index = first; index < first + count; index++) {
            entries.add(ModelDisk.command(index, now.hardState().currentTerm(), bytes, new Random(index)));
        }
        return new WriteBatch(Optional.empty(), Optional.empty(), OptionalLong.empty(), entries);
    }

    /** Nearly everything is in a snapshot. */
    private WriteBatch compaction() {
        List<LogEntry> entries = model.state().entries();
        LogEntry last = entries.get(entries.size() - 3);
        SnapshotMetadata base = new SnapshotMetadata(last.index(), last.term(), THREE);
        return new WriteBatch(Optional.of(base), Optional.empty(), OptionalLong.empty(), List.of());
    }

    /**
     * What has died becomes old enough for H2 to use its space again: H2 counts from a time in the header of the file, so that
     * this is what a clock does that is set ahead, too (bug R65).
     */
    static void aMinutePasses(LossyDisk disk) {
        try {
            byte[] file = disk.read(DATABASE).clone();
            for (int block = 0; block < HEADER_BYTES; block += BLOCK_BYTES) {
                StoreHeader header = StoreHeader.read(Arrays.copyOfRange(file, block, block + BLOCK_BYTES))
                        .orElseThrow();
                long created = Long.parseLong(header.fields().getOrDefault("created", ""), 16);
                byte[] older = header.with("created", created - MINUTE_MILLIS).bytes();
                System.arraycopy(older, 0, file, block, older.length);
            }
            disk.exchange(DATABASE, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A new process starts with a disk, and what it finds must pay the debt.
     *
     * @return what it has found
     * @throws DataDirectoryException if it refuses
     */
    static Optional<PersistedState> restart(LossyDisk disk, Debt debt) {
        try (RaftStorage storage = open(disk)) {
            Optional<PersistedState> found = storage.load();
            assertThat(found).isIn(debt.last(), debt.inFlight());
            debt.identity().ifPresent(identity -> assertThat(storage.identity()).isEqualTo(identity));
            return found;
        }
    }

    /** A new process starts and votes in the next term, the power fails, and another one starts. */
    static void goOn(LossyDisk disk, Debt debt) {
        PersistedState next;
        Identity identity;
        try (RaftStorage storage = open(disk)) {
            identity = storage.identity();
            PersistedState found = storage.load().orElseGet(() -> {
                storage.write(WriteBatch.bootstrap(THREE));
                return PersistedState.bootstrap(THREE);
            });
            long term = found.hardState().currentTerm() + 1;
            long index = found.base().lastIncludedIndex() + found.entries().size() + 1;
            WriteBatch vote = new WriteBatch(
                    Optional.empty(),
                    Optional.of(new HardState(term, Optional.of(NodeId.of("n3")))),
                    OptionalLong.empty(),
                    List.of(new LogEntry.NoOp(index, term)));
            storage.write(vote);
            next = ModelDisk.apply(found, vote);
            debt.identity().ifPresent(known -> assertThat(identity).isEqualTo(known));
        }
        restart(disk.after(Loss.ALL, new Random(0)), new Debt(List.of(next), Optional.of(next), Optional.of(identity)));
    }

    /** How many entries are in the database, those behind the base too. */
    static int rows(Path database) {
        LogDatabase opened = LogDatabase.open(LogFile.at(database));
        try {
            LogDatabase.EntryCursor entries = opened.entriesFrom(0);
            int rows = 0;
            while (entries.hasNext()) {
                entries.next();
                rows++;
            }
            return rows;
        } finally {
            opened.discard();
        }
    }

    /** Opens the storage of the server as a new process does. */
    static RaftStorage open(LossyDisk disk) {
        Path directory = disk.mount().resolve("data/n1");
        return new H2StorageFactory(directory, NodeId.of("n1"), "test", THREE).openWithAnyH2();
    }
}
