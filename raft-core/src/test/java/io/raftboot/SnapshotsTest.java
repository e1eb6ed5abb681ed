package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Which snapshots stay on the disk. */
class SnapshotsTest {

    private final SnapshotStore store = new MemoryDisk(new Identity("c", "default", new NodeId("n1"), "i"))
            .open()
            .snapshots();

    @Test
    void theOneThatTheLogGoesOnBehindAndTheOneBeforeItStay() throws IOException {
        Snapshot first = write(10);
        Snapshot second = write(20);
        Snapshot third = write(30);

        Snapshots.deleteBefore(store, third);

        assertThat(store.list()).containsExactly(third, second).doesNotContain(first);
    }

    @Test // bug R26: a server that crashed with two snapshots fetched and not installed had none left that its log goes
    // on behind
    void oneThatWasFetchedAndNotInstalledTakesNobodysPlace() throws IOException {
        write(10);
        Snapshot before = write(20);
        Snapshot needed = write(30);
        Snapshot fetched = write(40);
        Snapshot fetchedLater = write(50);

        Snapshots.deleteBefore(store, needed);

        assertThat(store.list()).containsExactly(fetchedLater, fetched, needed, before);
    }

    @Test // bug R32: the log was shortened behind it
    void aDamagedOneThatIsThereAlreadyDoesNotStandForTheOneToBeWritten() throws IOException {
        Snapshot damaged = write(10);

        Snapshot written = Snapshots.write(
                new RottenStore(store), damaged.metadata(), out -> out.write("another".getBytes(UTF_8)));

        assertThat(store.list()).containsExactly(written).doesNotContain(damaged);
    }

    private Snapshot write(long index) throws IOException {
        return store.write(new SnapshotMetadata(index, 1, Configuration.empty()), out -> out.write((int) index));
    }
}
