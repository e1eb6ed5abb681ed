package io.raftboot.spring.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Configuration;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.SnapshotStore.Incoming;
import io.raftboot.testkit.SnapshotStoreContract;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the files of the snapshots owe beyond the contract: they are found damaged, unfinished and unreadable by others. */
class FileSnapshotStoreTest extends SnapshotStoreContract {

    private static final Configuration SERVERS = Configuration.ofVoters(List.of(
            new Member(NodeId.of("n1"), URI.create("http://n1")),
            new Member(NodeId.of("n2"), URI.create("http://n2"))));

    @TempDir
    private Path temporary;

    private Path directory;
    private FileSnapshotStore store;

    @BeforeEach
    void openStore() throws IOException {
        directory = temporary.resolve("snapshots");
        store = FileSnapshotStore.open(directory);
    }

    @Override
    protected SnapshotStore open() throws IOException {
        return FileSnapshotStore.open(directory);
    }

    @Override
    protected SnapshotStore openOther() throws IOException {
        return FileSnapshotStore.open(temporary.resolve("other"));
    }

    @Test
    void aWriterThatFailsLeavesNoFile() {
        assertThatThrownBy(() -> store.write(new SnapshotMetadata(5, 2, SERVERS), out -> {
                    throw new IOException("the disk is full");
                }))
                .hasMessage("the disk is full");

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatIsDeletedIsGoneFromTheDisk() throws IOException {
        Snapshot first = write(store, 5, content(10));
        write(store, 6, content(10));

        store.keepNewest(1, 6);

        assertThat(file(first)).doesNotExist();
    }

    @Test // bug R62
    void whatACrashLeftUnfinishedIsNoSnapshot() throws IOException {
        Files.write(directory.resolve("0b2f.tmp"), content(100));

        assertThat(FileSnapshotStore.open(directory).list()).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test // the lock of the directory may be free before a write that hangs has ended
    void aWriteThatWasLeftBehindTakesNothingFromTheNextServer() throws IOException {
        List<Snapshot> next = new ArrayList<>();

        assertThatThrownBy(() -> store.write(new SnapshotMetadata(5, 2, SERVERS), out -> {
                    FileSnapshotStore later = FileSnapshotStore.open(directory);
                    next.add(write(later, 6, content(10)));
                    out.write(content(100));
                }))
                .isInstanceOf(NoSuchFileException.class);

        SnapshotStore reopened = open();
        assertThat(reopened.list()).isEqualTo(next);
        reopened.verify(next.get(0));
    }

    @Test
    void oneWhoseFileSomebodyHasDeletedIsDamaged() throws IOException {
        Snapshot snapshot = write(store, 5, content(10));
        Files.delete(file(snapshot));

        assertThatThrownBy(() -> store.verify(snapshot)).isInstanceOf(SnapshotStore.Damaged.class);
        store.putAside(snapshot);
        assertThat(store.list()).isEmpty();
    }

    @Test // bugs R32, R60
    void everyFlippedByteIsFound() throws IOException {
        Snapshot snapshot = write(store, 7, content(300));
        byte[] good = Files.readAllBytes(file(snapshot));
        for (int at = 0; at < good.length; at++) {
            byte[] damaged = good.clone();
            damaged[at] ^= 0x10;
            Files.write(file(snapshot), damaged);
            assertThatThrownBy(() -> store.verify(snapshot)).as("byte %d", at).isInstanceOf(IOException.class);
        }
    }

    @Test
    void everyTruncationIsFound() throws IOException {
        Snapshot snapshot = write(store, 7, content(300));
        byte[] good = Files.readAllBytes(file(snapshot));
        for (int length = 0; length < good.length; length++) {
            Files.write(file(snapshot), Arrays.copyOf(good, length));
            assertThatThrownBy(() -> store.verify(snapshot))
                    .as("length %d", length)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test // bug R32
    void damagedContentIsNotHandedOut() throws IOException {
        Snapshot snapshot = write(store, 7, content(200_000));
        byte[] damaged = Files.readAllBytes(file(snapshot));
        damaged[100_000] ^= 1;
        Files.write(file(snapshot), damaged);

        assertThatThrownBy(() -> store.open(snapshot).readAllBytes()).isInstanceOf(IOException.class);
    }

    @Test // bug R32
    void aDamagedSnapshotIsPutAsideAndNotDeleted() throws IOException {
        Snapshot snapshot = write(store, 7, content(100));

        store.putAside(snapshot);

        assertThat(store.list()).isEmpty();
        assertThat(directory.resolve(snapshot.id() + ".damaged")).exists();
    }

    @Test
    void aFileWithoutALegibleHeaderIsPutAsideAtTheStart() throws IOException {
        Files.write(directory.resolve("5-1-0123456789abcdef.snapshot"), content(100));

        assertThat(FileSnapshotStore.open(directory).list()).isEmpty();
        assertThat(directory.resolve("5-1-0123456789abcdef.damaged")).exists();
    }

    @Test // bug R60: its name does not lead to it any more
    void aFileWhoseChecksumIsAnotherThanItsNameSaysIsPutAsideAtTheStart() throws IOException {
        Snapshot snapshot = write(store, 7, content(100));
        byte[] damaged = Files.readAllBytes(file(snapshot));
        damaged[damaged.length - 32] ^= 1;
        Files.write(file(snapshot), damaged);

        assertThat(FileSnapshotStore.open(directory).list()).isEmpty();
        assertThat(directory.resolve(snapshot.id() + ".damaged")).hasBinaryContent(damaged);
    }

    @Test // scenario S13
    void aBrokenDownloadGoesOnWhereItBrokeAlsoAfterARestart() throws IOException {
        Snapshot snapshot = write(store, 7, content(300_000));
        Path otherDirectory = temporary.resolve("other");
        try (Incoming incoming = FileSnapshotStore.open(otherDirectory).receive(snapshot)) {
            incoming.add(store.read(snapshot, 0, 200_000));
        }

        FileSnapshotStore other = FileSnapshotStore.open(otherDirectory);
        try (Incoming incoming = other.receive(snapshot)) {
            assertThat(incoming.position()).isBetween(130_000L, 200_000L);
            incoming.add(store.read(snapshot, incoming.position(), 300_000));
            incoming.complete();
        }

        other.verify(snapshot);
    }

    @Test // scenario S13: a bad checksum repeats only that part
    void aDamagedPieceIsRefusedAndAskedForAgain() throws IOException {
        Snapshot snapshot = write(store, 7, content(300_000));
        FileSnapshotStore other = FileSnapshotStore.open(temporary.resolve("other"));
        try (Incoming incoming = other.receive(snapshot)) {
            byte[] damaged = store.read(snapshot, 0, 200_000);
            damaged[150_000] ^= 1;
            assertThatThrownBy(() -> incoming.add(damaged)).isInstanceOf(IOException.class);
            assertThat(incoming.position()).isBetween(120_000L, 150_000L);

            incoming.add(store.read(snapshot, incoming.position(), 300_000));
            incoming.complete();
        }

        other.verify(snapshot);
    }

    @ParameterizedTest // scenario S13
    @ValueSource(ints = {0, 100})
    void aDamagedEndIsRefusedAndAskedForAgain(int zeros) throws IOException {
        Snapshot snapshot = write(store, 7, content(100));
        FileSnapshotStore other = FileSnapshotStore.open(temporary.resolve("other"));
        byte[] good = store.read(snapshot, 0, 1000);
        byte[] damaged = Arrays.copyOf(Arrays.copyOf(good, good.length - 36), good.length + zeros);
        try (Incoming incoming = other.receive(snapshot)) {
            assertThatThrownBy(() -> incoming.add(damaged)).hasMessage("its SHA-256 is another one");

            incoming.add(store.read(snapshot, incoming.position(), 1000));
            incoming.complete();
        }

        other.verify(snapshot);
    }

    @Test
    void onlyTheLatestDownloadIsKept() throws IOException {
        Snapshot first = write(store, 7, content(300_000));
        Snapshot second = write(store, 8, content(300_000));
        FileSnapshotStore other = FileSnapshotStore.open(temporary.resolve("other"));
        try (Incoming incoming = other.receive(first)) {
            incoming.add(store.read(first, 0, 200_000));
        }
        other.receive(second).close();

        try (Stream<Path> files = Files.list(temporary.resolve("other"))) {
            assertThat(files).singleElement().asString().endsWith(second.id() + ".part");
        }
    }

    @Test
    void nobodyElseMayReadASnapshot() throws IOException {
        Snapshot snapshot = write(store, 7, content(10));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(snapshot))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
    }

    private Path file(Snapshot snapshot) {
        return directory.resolve(snapshot.id() + ".snapshot");
    }

    private static Snapshot write(FileSnapshotStore to, long index, byte[] content) throws IOException {
        return to.write(new SnapshotMetadata(index, 2, SERVERS), out -> out.write(content));
    }

    private static byte[] content(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
