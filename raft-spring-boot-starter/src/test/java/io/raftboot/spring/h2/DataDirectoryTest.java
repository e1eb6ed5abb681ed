package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.testkit.ModelDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataDirectoryTest {

    private static final NodeId N1 = NodeId.of("n1");
    private static final Configuration ONE = Configuration.ofVoters(List.of(ModelDisk.N1));

    @TempDir
    Path temporary;

    @Test // scenario P12
    void aSecondServerInTheProcessIsRefusedAndTheFirstGoesOn() {
        try (RaftStorage first = factory("n1", "test", THREE).open()) {
            first.load();
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> factory("n1", "test", THREE).open())
                        .isInstanceOf(DataDirectoryException.class)
                        .hasMessageContainingAll("raft.data-dir", "in use", "in this process");
            }
            first.write(WriteBatch.bootstrap(THREE));
        }
        assertThat(reopened()).isEqualTo(PersistedState.bootstrap(THREE));
    }

    @Test
    void theDirectoryOfAnotherServerIsRefused() {
        bootstrap();

        assertThatThrownBy(() -> factory("n2", "test", THREE).open())
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContainingAll("raft.data-dir", "'n1'", "'n2'", "Set raft.node-id to 'n1'");
        assertThat(reopened()).isEqualTo(PersistedState.bootstrap(THREE));
    }

    @Test
    void theDirectoryOfAnotherClusterIsRefused() {
        bootstrap();

        assertThatThrownBy(() -> factory("n1", "production", THREE).open())
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContainingAll("raft.data-dir", "'test'", "'production'", "raft.cluster-name");
    }

    @Test // threat S19
    void nobodyButTheOwnerMayReadAnything() throws IOException {
        Files.createDirectories(directory());
        Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
        bootstrap();

        assertThat(permissions(directory())).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(directory())) {
            assertThat(files.toList())
                    .extracting(file -> file.getFileName() + " " + permissions(file))
                    .containsExactlyInAnyOrder(
                            "identity.json rw-------",
                            "raft-log.mv.db rw-------",
                            "raft-log.journal rw-------",
                            "raft-log.mark rw-------",
                            "raft.lock rw-------",
                            "snapshots rwx------");
        }
    }

    @Test
    void missingDirectoriesAreMadeForTheOwnerOnly() {
        bootstrap();

        assertThat(permissions(directory())).isEqualTo("rwx------");
        assertThat(permissions(temporary.resolve("data"))).isEqualTo("rwx------");
    }

    @Test
    void aPlaceThatIsNoDirectoryIsRefused() throws IOException {
        Files.writeString(temporary.resolve("data"), "a file");

        assertThatThrownBy(this::bootstrap)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("raft.data-dir");
    }

    @ParameterizedTest // bug R62
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void afterAFirstStartThatEndedAnywhereTheNextOneSucceeds(int steps) throws IOException {
        Identity unborn = new Identity("c", "test", N1, "never heard of");
        try (DataDirectory directory = DataDirectory.lock(directory())) {
            for (DataDirectory.Step step :
                    directory.firstStart(unborn, THREE, Optional.empty()).subList(0, steps)) {
                step.run();
            }
        }

        bootstrap();

        assertThat(reopened()).isEqualTo(PersistedState.bootstrap(THREE));
        boolean complete = steps == 7;
        try (RaftStorage disk = factory("n1", "test", THREE).open()) {
            assertThat(disk.identity().equals(unborn)).isEqualTo(complete);
        }
    }

    @Test // bug R62
    void filesThatAFirstStartLeftHalfWrittenDoNoHarm() throws IOException {
        Files.createDirectories(directory());
        Files.writeString(directory().resolve("raft-log.mark"), "half");
        Files.writeString(directory().resolve("raft-log.mv.db.new"), "half");
        Files.writeString(directory().resolve("identity.json.tmp"), "{");

        bootstrap();

        assertThat(reopened()).isEqualTo(PersistedState.bootstrap(THREE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity.json", "raft-log.mark", "raft-log.mv.db"})
    void aFileThatIsMissingLaterIsNotMadeAnew(String file) throws IOException {
        bootstrap();
        Files.delete(directory().resolve(file));

        assertRefused("raft-log.mv.db".equals(file) ? "missing or empty" : file);
        assertRefused("raft-log.mv.db".equals(file) ? "missing or empty" : file);
    }

    @Test
    void aLogWithoutIdentityAndMarkIsNotMadeAnew() throws IOException {
        bootstrap();
        Files.delete(directory().resolve("identity.json"));
        Files.delete(directory().resolve("raft-log.mark"));

        assertRefused("identity.json is missing");
    }

    @Test
    void snapshotsWithoutIdentityAndMarkAreNotTakenForThoseOfANewServer() throws IOException {
        Files.createDirectories(directory().resolve("snapshots"));
        Files.writeString(directory().resolve("snapshots/7-2-0123456789abcdef.snapshot"), "of whom?");

        assertRefused("identity.json is missing");
        assertThat(directory().resolve("snapshots/7-2-0123456789abcdef.snapshot"))
                .exists();
    }

    @Test
    void anIdentityFromElsewhereIsRefused() throws IOException {
        bootstrap();
        Path identity = directory().resolve("identity.json");
        String json = Files.readString(identity);
        for (String other : List.of(
                "", "{}", "null", json.replace("\"format\" : 1", "\"format\" : 2"), json.replace("n1", "n 1"))) {
            Files.writeString(identity, other);
            assertRefused("identity.json cannot be read");
        }
        Files.writeString(identity, json.replaceAll("(clusterId\" : \").", "$1x"));
        assertRefused("identity.json says");
    }

    @Test
    void serversThatBeginTogetherAgreeOnTheClusterWithoutAWord() {
        Configuration again = Configuration.ofVoters(List.of(ModelDisk.N3, ModelDisk.N1, ModelDisk.N2));
        Configuration throughProxy = Configuration.ofVoters(
                List.of(ModelDisk.N1, ModelDisk.N2, new Member(ModelDisk.N3.id(), URI.create("http://proxy/n3"))));
        String id = ClusterIds.bootstrap("test", THREE);

        // The value is written down here because another one would split a cluster during a rolling upgrade.
        assertThat(id).isEqualTo("2178f677-4e8f-8175-a340-a5e41e4d60bd");
        assertThat(ClusterIds.bootstrap("test", again)).isEqualTo(id);
        assertThat(ClusterIds.bootstrap("test", throughProxy)).isEqualTo(id);
        assertThat(ClusterIds.bootstrap("other", THREE)).isNotEqualTo(id);
        assertThat(ClusterIds.bootstrap("test", Configuration.ofVoters(List.of(ModelDisk.N1, ModelDisk.N2))))
                .isNotEqualTo(id);
    }

    @Test // scenario M18
    void twoClustersOfOneAreNeverTheSame() {
        assertThat(ClusterIds.bootstrap("test", ONE)).isNotEqualTo(ClusterIds.bootstrap("test", ONE));
        assertThat(ClusterIds.bootstrap("test", Configuration.empty())).isEmpty();
    }

    @Test // scenario P12: as if another class loader of this process had the lock
    void aLockThatIsHeldWithoutOurKnowingIsRefusedAndLeftAlone() throws IOException {
        bootstrap();
        try (FileChannel other = FileChannel.open(directory().resolve("raft.lock"), StandardOpenOption.WRITE);
                FileLock lock = other.lock()) {
            assertThatThrownBy(() -> factory("n1", "test", THREE).open())
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContainingAll("raft.data-dir", "in use by another server in this process");
            assertThat(lock.isValid()).isTrue();
        }
    }

    @Test // bug R64
    void h2VersionsThatLoseCommitsAreRefused() {
        for (String version : List.of("2.5.250", "2.5.251", "2.5.252")) {
            assertThatThrownBy(() -> H2Version.requireSafe(version))
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContainingAll(version, "2.4.240", "acknowledged");
        }
        for (String version : List.of("2.4.240", "2.5.249", "2.5.253", H2Version.current())) {
            H2Version.requireSafe(version);
        }
        assertThat(H2Version.current()).isEqualTo("2.4.240");
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> factory("n1", "test", THREE).open())
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContainingAll("raft.data-dir", reason, "remove the server from the cluster");
    }

    private Path directory() {
        return temporary.resolve("data/n1");
    }

    private H2StorageFactory factory(String node, String cluster, Configuration initial) {
        return new H2StorageFactory(directory(), NodeId.of(node), cluster, initial);
    }

    private void bootstrap() {
        try (RaftStorage disk = factory("n1", "test", THREE).open()) {
            if (disk.load().isEmpty()) {
                disk.write(WriteBatch.bootstrap(THREE));
            }
        }
    }

    private PersistedState reopened() {
        try (RaftStorage disk = factory("n1", "test", ONE).open()) {
            return disk.load().orElseThrow();
        }
    }

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
