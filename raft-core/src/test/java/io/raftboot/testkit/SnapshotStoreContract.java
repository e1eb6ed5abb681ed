package io.raftboot.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Configuration;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.SnapshotStore.Incoming;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link SnapshotStore} does. Extend it and say how your store is opened; each test uses two stores of its own, and
 * opens them again as if the process had ended in between.
 */
public abstract class SnapshotStoreContract {

    private static final Configuration SERVERS =
            Configuration.ofVoters(List.of(new Member(NodeId.of("n1"), URI.create("http://n1.example"))));

    /** For subclasses. */
    protected SnapshotStoreContract() {
        // Nothing is open yet.
    }

    /** Opens the store of this test, which is empty at the first call. */
    protected abstract SnapshotStore open() throws IOException;

    /** Opens the store of another server, which is empty at the first call. */
    protected abstract SnapshotStore openOther() throws IOException;

    @Test
    void thereIsNoneAtFirst() throws IOException {
        assertThat(open().list()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 65_535, 65_536, 65_537, 300_000})
    void whatIsWrittenIsReadBackAlsoAfterARestart(int size) throws IOException {
        Snapshot snapshot = write(7, size);

        SnapshotStore reopened = open();

        assertThat(snapshot.metadata()).isEqualTo(new SnapshotMetadata(7, 2, SERVERS));
        assertThat(reopened.list()).containsExactly(snapshot);
        reopened.verify(snapshot);
        assertThat(contentOf(reopened, snapshot)).isEqualTo(content(size));
    }

    @Test // scenario S11
    void theNewestComesFirstAndTheOldOnesGo() throws IOException {
        Snapshot first = write(5, 10);
        Snapshot third = write(9, 11);
        Snapshot second = write(7, 12);
        SnapshotStore store = open();
        assertThat(store.list()).containsExactly(third, second, first);

        store.keepNewest(2, 9);

        assertThat(store.list()).containsExactly(third, second);
        assertThatThrownBy(() -> store.read(first, 0, 10)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> contentOf(store, first)).isInstanceOf(IOException.class);
        assertThat(contentOf(store, second)).isEqualTo(content(12));
    }

    @Test // bug R26: what is fetched and not installed must not push out what the log begins behind
    void thoseBeyondAnIndexAreNotCountedAndStay() throws IOException {
        Snapshot first = write(5, 10);
        Snapshot second = write(7, 10);
        Snapshot beyond = write(20, 10);
        Snapshot farBeyond = write(30, 10);
        SnapshotStore store = open();

        store.keepNewest(1, 10);

        assertThat(store.list()).containsExactly(farBeyond, beyond, second);
        assertThatThrownBy(() -> store.read(first, 0, 10)).isInstanceOf(IOException.class);
    }

    @Test // bug R30
    void theSameIndexTwiceIsTheSameSnapshot() throws IOException {
        Snapshot first = write(5, 10);

        assertThat(write(5, 20)).isEqualTo(first);
        assertThat(contentOf(open(), first)).isEqualTo(content(10));
    }

    @Test // a cluster that was made anew goes on with other entries under the same indexes
    void theSameIndexInALaterTermIsAnotherSnapshot() throws IOException {
        Snapshot abandoned = write(5, 10);

        Snapshot taken = open().write(new SnapshotMetadata(5, 3, SERVERS), out -> out.write(content(20)));

        assertThat(taken.lastIncludedTerm()).isEqualTo(3);
        assertThat(open().list()).containsExactly(taken, abandoned);
        assertThat(contentOf(open(), taken)).isEqualTo(content(20));
        open().putAside(abandoned);
        assertThat(open().list()).containsExactly(taken);
    }

    @Test // bug R62
    void aWriterThatFailsLeavesNothing() throws IOException {
        SnapshotStore store = open();
        assertThatThrownBy(() -> store.write(new SnapshotMetadata(5, 2, SERVERS), out -> {
                    out.write(content(100_000));
                    throw new IOException("given up");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("given up");

        assertThat(store.list()).isEmpty();
        assertThat(open().list()).isEmpty();
    }

    @Test // bug R32
    void whatIsPutAsideIsNotInTheListAnyMore() throws IOException {
        Snapshot older = write(5, 10);
        Snapshot newer = write(6, 10);

        open().putAside(newer);

        assertThat(open().list()).containsExactly(older);
    }

    @Test
    void thePiecesAreTheWhole() throws IOException {
        Snapshot snapshot = write(7, 1000);
        SnapshotStore store = open();
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] piece = store.read(snapshot, 0, 77);
                piece.length > 0;
                piece = store.read(snapshot, joined.size(), 77)) {
            joined.write(piece);
        }

        assertThat(joined.size()).isEqualTo((int) snapshot.sizeInBytes());
        assertThat(joined.toByteArray()).isEqualTo(store.read(snapshot, 0, Integer.MAX_VALUE));
        assertThat(store.read(snapshot, snapshot.sizeInBytes() + 5, 10)).isEmpty();
    }

    @ParameterizedTest // scenario S13
    @ValueSource(ints = {1, 1000, 65_536, 1 << 20})
    void aSnapshotArrivesInPiecesOfAnySize(int piece) throws IOException {
        Snapshot snapshot = write(7, 3000);
        SnapshotStore from = open();
        SnapshotStore to = openOther();
        try (Incoming incoming = to.receive(snapshot)) {
            while (incoming.position() < snapshot.sizeInBytes()) {
                assertThat(to.list()).isEmpty();
                incoming.add(from.read(snapshot, incoming.position(), piece));
            }
            incoming.complete();
        }

        SnapshotStore reopened = openOther();
        assertThat(reopened.list()).containsExactly(snapshot);
        reopened.verify(snapshot);
        assertThat(contentOf(reopened, snapshot)).isEqualTo(content(3000));
    }

    @Test // scenario S13
    void aBrokenDownloadDoesNotBeginAgain() throws IOException {
        Snapshot snapshot = write(7, 300_000);
        SnapshotStore from = open();
        SnapshotStore to = openOther();
        try (Incoming incoming = to.receive(snapshot)) {
            incoming.add(from.read(snapshot, 0, 200_000));
        }

        try (Incoming incoming = to.receive(snapshot)) {
            assertThat(incoming.position()).isBetween(100_000L, 200_000L);
            incoming.add(from.read(snapshot, incoming.position(), 300_000));
            incoming.complete();
        }

        to.verify(snapshot);
        assertThat(contentOf(to, snapshot)).isEqualTo(content(300_000));
    }

    @Test // bug R32
    void anotherSnapshotThanTheAnnouncedOneIsNotTaken() throws IOException {
        Snapshot snapshot = write(7, 1000);
        Snapshot announced = new Snapshot(snapshot.metadata(), snapshot.sizeInBytes(), "0".repeat(64));
        SnapshotStore to = openOther();
        try (Incoming incoming = to.receive(announced)) {
            incoming.add(open().read(snapshot, 0, Integer.MAX_VALUE));
            assertThatThrownBy(incoming::complete).isInstanceOf(IOException.class);
        }

        assertThat(to.list()).isEmpty();
        try (Incoming again = to.receive(announced)) {
            assertThat(again.position()).isZero();
        }
    }

    @Test
    void aSnapshotThatIsNotThereCannotBeRead() throws IOException {
        Snapshot snapshot = write(7, 10);
        SnapshotStore other = openOther();

        assertThatThrownBy(() -> other.verify(snapshot)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> other.read(snapshot, 0, 10)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> contentOf(other, snapshot)).isInstanceOf(IOException.class);
    }

    private Snapshot write(long index, int size) throws IOException {
        return open().write(new SnapshotMetadata(index, 2, SERVERS), out -> out.write(content(size)));
    }

    private static byte[] contentOf(SnapshotStore store, Snapshot snapshot) throws IOException {
        try (InputStream content = store.open(snapshot)) {
            return content.readAllBytes();
        }
    }

    private static byte[] content(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
