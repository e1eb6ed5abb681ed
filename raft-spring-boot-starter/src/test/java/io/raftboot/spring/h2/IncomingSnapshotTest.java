package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore.Incoming;
import io.raftboot.spring.h2.LossyDisk.DiskFull;
import io.raftboot.spring.h2.LossyDisk.Operation;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A download whose file the disk refuses to write, to read or to sync. */
class IncomingSnapshotTest {

    private static final int PART_BYTES = (int) SteadySync.MAX_UNSYNCED_BYTES + 50_000;

    private final LossyDisk disk = new LossyDisk();
    private FileSnapshotStore leader;
    private FileSnapshotStore store;
    private Snapshot snapshot;

    @BeforeEach
    void openStores() throws IOException {
        leader = FileSnapshotStore.open(
                new LossyFileSystem(new LossyDisk()).root().resolve("leader"));
        store = FileSnapshotStore.open(new LossyFileSystem(disk).root().resolve("snapshots"));
        snapshot = leader.write(new SnapshotMetadata(7, 1, THREE), out -> out.write(new byte[2 * PART_BYTES]));
    }

    @Test // bug R57
    void ifAPartCouldNotBeSyncedItBeginsAgain() throws IOException {
        fail(Operation.SYNC, new IOException("Input/output error"));
        try (Incoming incoming = store.receive(snapshot)) {
            assertThatThrownBy(() -> incoming.add(bytes(0))).hasMessage("Input/output error");
        }

        assertBegins();
    }

    @Test
    void ifAPartCannotBeReadItBeginsAgain() throws IOException {
        try (Incoming incoming = store.receive(snapshot)) {
            incoming.add(bytes(0));
        }
        fail(Operation.READ, new IOException("Input/output error"));

        assertThatThrownBy(() -> store.receive(snapshot)).hasMessage("Input/output error");

        assertBegins();
    }

    @Test // bug R61
    void ifAPartCouldNotBeWrittenTheNextAttemptGoesOnWithWhatIsOnTheDisk() throws IOException {
        try (Incoming incoming = store.receive(snapshot)) {
            incoming.add(bytes(0));
            fail(Operation.WRITE, new DiskFull());
            byte[] next = bytes(incoming.position());
            assertThatThrownBy(() -> incoming.add(next)).isInstanceOf(DiskFull.class);
            disk.watch(operation -> {});
            assertThatThrownBy(() -> incoming.add(next)).as("what follows").hasCauseInstanceOf(DiskFull.class);
        }

        try (Incoming incoming = store.receive(snapshot)) {
            assertThat(incoming.position()).isPositive();
            while (incoming.position() < snapshot.sizeInBytes()) {
                incoming.add(bytes(incoming.position()));
            }
            incoming.complete();
        }
        store.verify(snapshot);
    }

    private byte[] bytes(long from) throws IOException {
        return leader.read(snapshot, from, PART_BYTES);
    }

    private void fail(Operation kind, IOException failure) {
        disk.watch(operation -> {
            if (operation == kind) {
                throw failure;
            }
        });
    }

    private void assertBegins() throws IOException {
        disk.watch(operation -> {});
        try (Incoming incoming = store.receive(snapshot)) {
            assertThat(incoming.position()).isZero();
        }
    }
}
