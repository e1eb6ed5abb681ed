package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.N1;
import static io.raftboot.testkit.ModelDisk.THREE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.Identity;
import io.raftboot.model.Message;
import io.raftboot.model.PersistedState;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A data directory that is made from a backup, or not at all. */
@ExtendWith(OutputCaptureExtension.class)
class RestoreTest {

    private static final Configuration ALONE = Configuration.ofVoters(List.of(N1));
    private static final SnapshotMetadata BASE = new SnapshotMetadata(41 + Backup.INDEX_GAP, 3, ALONE);

    @TempDir
    private Path temporary;

    private Path backup;

    @BeforeEach
    void backUp() throws IOException {
        backup = backup("monday", new SnapshotMetadata(41, 3, THREE));
    }

    @Test // scenario S16
    void aBackupBecomesAClusterOfOneWhoseIndexesBeginFarBehindIt() throws IOException {
        try (RaftStorage disk = restoring(backup).open()) {
            assertThat(disk.load()).contains(new PersistedState(new HardState(3, Optional.empty()), BASE, List.of()));
            Snapshot snapshot = disk.snapshots().list().get(0);
            assertThat(snapshot.metadata()).isEqualTo(BASE);
            assertThat(content(disk.snapshots(), snapshot)).isEqualTo("the state on monday");
        }
    }

    @Test
    void everyClusterThatIsRestoredIsAnother() {
        Identity first = identity(restoring(backup));
        Identity second = identity(
                new H2StorageFactory(temporary.resolve("elsewhere"), N1.id(), "test", ALONE, Optional.of(backup)));

        assertThat(second.clusterId()).isNotEqualTo(first.clusterId());
        assertThat(first.clusterName()).isEqualTo("test");
    }

    @Test
    void theNextStartWithTheSameBackupWarnsOnceAndChangesNothing(CapturedOutput output) {
        try (RaftStorage disk = restoring(backup).open()) {
            disk.load();
            disk.write(vote());
        }

        try (RaftStorage disk = restoring(backup).open()) {
            assertThat(disk.load().orElseThrow().hardState()).isEqualTo(new HardState(9, Optional.empty()));
        }
        assertThat(Pattern.compile("WARN.*raft.restore-from .*monday is done")
                        .matcher(output.getAll())
                        .results())
                .hasSize(1);
    }

    @Test
    void theSameBackupElsewhereIsTheSameAndSoIsTheSameNameWhenTheFileIsGone() throws IOException {
        Identity restored = identity(restoring(backup));

        Path moved = Files.move(backup, temporary.resolve("archive"));
        assertThat(identity(restoring(moved))).isEqualTo(restored);
        assertThat(identity(restoring(backup))).isEqualTo(restored);
        assertRefused(temporary.resolve("tuesday"), "is not empty", "Remove raft.restore-from");
    }

    @Test
    void anotherBackupIsNotLaidOverARestoredServer() throws IOException {
        Identity restored = identity(restoring(backup));
        Path other = backup("tuesday", new SnapshotMetadata(41, 3, THREE));

        assertRefused(other, "raft.data-dir", "is not empty", restored.clusterId(), "Remove raft.restore-from");
        assertThat(identity(restoring(backup))).isEqualTo(restored);
    }

    @Test
    void aServerThatWasNotRestoredIsNeverOverwritten() {
        Identity living = identity(starting());

        assertRefused(backup, "raft.data-dir", "is not empty", living.clusterId(), "Remove raft.restore-from");
        assertThat(identity(starting())).isEqualTo(living);
    }

    @Test
    void aFileThatIsNoBackupIsNamedAndTheNextStartCanStillRestore() throws IOException {
        Path text = Files.writeString(temporary.resolve("text"), "not a backup, but long enough for a checksum");
        Path half = Files.write(temporary.resolve("half"), Arrays.copyOf(Files.readAllBytes(backup), 100));

        assertRefused(temporary.resolve("missing"), "there is no such file", "admin/backup");
        assertRefused(temporary, "it is a directory", "admin/backup");
        assertRefused(text, "it is no whole backup (it is no snapshot", "older backup");
        assertRefused(half, "it is no whole backup", "older backup");
        assertRefused(Files.createFile(temporary.resolve("empty")), "it is too short", "older backup");
        try (RaftStorage disk = restoring(backup).open()) {
            assertThat(disk.load().orElseThrow().base()).isEqualTo(BASE);
        }
    }

    @Test // bugs R32, R60
    void everyFlippedByteInABackupIsFound() throws IOException {
        byte[] good = Files.readAllBytes(backup);
        for (int at = 0; at < good.length; at++) {
            byte[] damaged = good.clone();
            damaged[at] ^= 0x10;
            Files.write(backup, damaged);
            assertThatThrownBy(() -> Backup.verified(backup))
                    .as("byte %d", at)
                    .isInstanceOf(DataDirectoryException.class);
        }
    }

    @Test
    void aBackupThatLeavesNoRoomForIndexesIsRefused() throws IOException {
        Path last = backup("last", new SnapshotMetadata(Message.MAX_NUMBER - 1, 3, THREE));

        assertRefused(last, "its last index is too large", "older backup");
    }

    @ParameterizedTest // bug R62
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void afterARestoreThatEndedAnywhereTheNextOneSucceeds(int steps) throws IOException {
        restoreAFewSteps(steps);

        try (RaftStorage disk = restoring(backup).open()) {
            assertThat(disk.load().orElseThrow().base()).isEqualTo(BASE);
            Snapshot snapshot = disk.snapshots().list().get(0);
            assertThat(content(disk.snapshots(), snapshot)).isEqualTo("the state on monday");
        }
    }

    @ParameterizedTest // bug R62
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void afterARestoreThatDidNotEndAServerWithoutABackupIsEmpty(int steps) throws IOException {
        restoreAFewSteps(steps);

        try (RaftStorage disk = starting().open()) {
            assertThat(disk.load()).isEmpty();
            assertThat(disk.snapshots().list()).isEmpty();
        }
    }

    private void restoreAFewSteps(int steps) throws IOException {
        Identity unborn = new Identity("c", "test", N1.id(), "never heard of");
        try (DataDirectory directory = DataDirectory.lock(directory())) {
            for (DataDirectory.Step step : directory
                    .firstStart(unborn, ALONE, Optional.of(Backup.verified(backup)))
                    .subList(0, steps)) {
                step.run();
            }
        }
    }

    @Test
    void aBackupIsForAServerAlone() {
        assertThatThrownBy(() -> new H2StorageFactory(directory(), N1.id(), "test", THREE, Optional.of(backup)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cluster of one");
    }

    private void assertRefused(Path file, String... words) {
        assertThatThrownBy(() -> restoring(file).open())
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContainingAll("'raft.restore-from' has the value '" + file + "'")
                .hasMessageContainingAll(words);
    }

    private static WriteBatch vote() {
        return new WriteBatch(
                Optional.empty(),
                Optional.of(new HardState(9, Optional.empty())),
                java.util.OptionalLong.empty(),
                List.of());
    }

    private static Identity identity(H2StorageFactory factory) {
        try (RaftStorage disk = factory.open()) {
            return disk.identity();
        }
    }

    private static String content(SnapshotStore store, Snapshot snapshot) throws IOException {
        store.verify(snapshot);
        try (var in = store.open(snapshot)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    /** What {@code GET /backup} sends. */
    private Path backup(String name, SnapshotMetadata metadata) throws IOException {
        SnapshotStore old = FileSnapshotStore.open(temporary.resolve("old-" + name));
        Snapshot snapshot = old.write(metadata, out -> out.write(("the state on " + name).getBytes(UTF_8)));
        return Files.write(temporary.resolve(name), old.read(snapshot, 0, 1 << 20));
    }

    private Path directory() {
        return temporary.resolve("data/n1");
    }

    private H2StorageFactory restoring(Path file) {
        return new H2StorageFactory(directory(), N1.id(), "test", ALONE, Optional.of(file));
    }

    private H2StorageFactory starting() {
        return new H2StorageFactory(directory(), N1.id(), "test", ALONE);
    }
}
