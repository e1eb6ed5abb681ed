package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.N1;
import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.Identity;
import io.raftboot.model.PersistedState;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spring.h2.LossyDisk.DiskFull;
import io.raftboot.spring.h2.LossyDisk.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/** A restore from a backup that ends before any write, sync or new name, on a disk that loses what was not synced, or refuses. */
class RestoreCrashTest {

    private static final Configuration ALONE = Configuration.ofVoters(List.of(N1));
    private static final byte[] CONTENT = content();
    private static final PersistedState RESTORED = new PersistedState(
            new HardState(3, Optional.empty()), new SnapshotMetadata(41 + Backup.INDEX_GAP, 3, ALONE), List.of());

    /** The disk right before an operation, and who the server has said it is. */
    private record Moment(Operation operation, LossyDisk disk, Optional<Identity> identity) {}

    @BeforeAll
    static void logLess() {
        log(LogLevel.ERROR);
    }

    @AfterAll
    static void logAgain() {
        log(LogLevel.INFO);
    }

    private static void log(LogLevel level) {
        LoggingSystem.get(RestoreCrashTest.class.getClassLoader())
                .setLogLevel(RestoreCrashTest.class.getPackageName(), level);
    }

    private static byte[] content() {
        byte[] bytes = new byte[70_000];
        new Random(41).nextBytes(bytes);
        return bytes;
    }

    private static List<Moment> moments() throws IOException {
        LossyDisk disk = withBackup();
        List<Moment> moments = new ArrayList<>();
        disk.watch(operation -> {
            if (operation != Operation.READ) {
                moments.add(new Moment(operation, disk.copy(), Optional.empty()));
            }
        });
        Identity identity = restore(disk);
        moments.add(new Moment(Operation.READ, disk.copy(), Optional.of(identity)));
        return moments;
    }

    @ParameterizedTest // bug R62
    @EnumSource
    void afterACrashAtAnyMomentTheSameCommandRestoresAndNoLaterPowerCutTakesIt(Loss loss) throws IOException {
        int number = 0;
        for (Moment moment : moments()) {
            LossyDisk disk = moment.disk().after(loss, new Random(number++));
            assertThatCode(() -> restoreAndRestart(disk, moment.identity()))
                    .as("%s, before %s", loss, moment.operation())
                    .doesNotThrowAnyException();
        }
        assertThat(number).isGreaterThan(30);
    }

    private static void restoreAndRestart(LossyDisk disk, Optional<Identity> known) throws IOException {
        Identity restored = restore(disk);
        known.ifPresent(identity -> assertThat(restored).isEqualTo(identity));
        assertThat(restore(disk.after(Loss.ALL, new Random(0)))).isEqualTo(restored);
    }

    @ParameterizedTest // bug R62
    @EnumSource
    void afterACrashAtAnyMomentAServerWithoutABackupIsRestoredOrEmpty(Loss loss) throws IOException {
        int number = 0;
        int empty = 0;
        for (Moment moment : moments()) {
            LossyDisk disk = moment.disk().after(loss, new Random(number++));
            try (RaftStorage storage = factory(disk, Optional.empty()).open()) {
                Optional<PersistedState> found = storage.load();
                empty += found.isEmpty() ? 1 : 0;
                assertThat(found).isIn(Optional.empty(), Optional.of(RESTORED));
                assertThat(storage.snapshots().list()).hasSize(found.isEmpty() ? 0 : 1);
            }
        }
        assertThat(empty).isBetween(10, number - 1);
    }

    @Test // bugs R57, R61
    void aDiskThatRefusesAnyOperationCostsNothingButTheAttempt() throws IOException {
        for (Operation kind : List.of(Operation.WRITE, Operation.SYNC, Operation.NAME)) {
            int number = 0;
            while (failedAt(number, kind)) {
                number++;
            }
            assertThat(number).as("%s", kind).isGreaterThan(5);
        }
    }

    /** Returns whether there were so many operations. */
    private static boolean failedAt(int number, Operation kind) throws IOException {
        AtomicInteger left = new AtomicInteger(number);
        LossyDisk disk = withBackup();
        disk.watch(operation -> {
            if (operation == kind && left.getAndDecrement() == 0) {
                throw kind == Operation.WRITE ? new DiskFull() : new IOException("Input/output error");
            }
        });
        try {
            restore(disk);
        } catch (DataDirectoryException refused) {
            assertThat(refused).hasMessageContaining("raft.data-dir /data/n1");
        }
        disk.watch(operation -> {});
        assertThatCode(() -> restoreAndRestart(disk, Optional.empty()))
                .as("%s %d", kind, number)
                .doesNotThrowAnyException();
        return left.get() < 0;
    }

    /** A process restores, or finds that it is done. */
    private static Identity restore(LossyDisk disk) throws IOException {
        try (RaftStorage storage = factory(disk, Optional.of(backup(disk))).open()) {
            assertThat(storage.load()).contains(RESTORED);
            Snapshot snapshot = storage.snapshots().list().get(0);
            assertThat(snapshot.metadata()).isEqualTo(RESTORED.base());
            storage.snapshots().verify(snapshot);
            try (InputStream in = storage.snapshots().open(snapshot)) {
                assertThat(in.readAllBytes()).isEqualTo(CONTENT);
            }
            return storage.identity();
        }
    }

    private static H2StorageFactory factory(LossyDisk disk, Optional<Path> backup) {
        return new H2StorageFactory(disk.mount().resolve("data/n1"), N1.id(), "test", ALONE, backup);
    }

    private static Path backup(LossyDisk disk) {
        return new LossyFileSystem(disk).root().resolve("monday");
    }

    private static LossyDisk withBackup() throws IOException {
        FileSnapshotStore old = FileSnapshotStore.open(
                new LossyFileSystem(new LossyDisk()).root().resolve("old"));
        Snapshot snapshot = old.write(new SnapshotMetadata(41, 3, THREE), out -> out.write(CONTENT));
        LossyDisk disk = new LossyDisk();
        DurableFiles.replace(backup(disk), old.read(snapshot, 0, 1 << 20));
        return disk;
    }
}
