package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.KnownMembers;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A snapshot is pulled from whoever has it, and what has arrived does not travel again. */
class DownloadTest {

    private static final NodeId LEADER = NodeId.of("n1");
    private static final NodeId OTHER = NodeId.of("n2");

    private final SnapshotStore source = store();
    private final SnapshotStore target = store();
    private final Pieces network = new Pieces();
    private final Download download = new Download(target, network, OptionalLong.empty());

    private static SnapshotStore store() {
        return new MemoryDisk(new Identity("c", "default", LEADER, "i")).open().snapshots();
    }

    private Snapshot snapshot(int pieces) throws IOException {
        byte[] content = "x".repeat(pieces * Download.PIECE_BYTES - 1).getBytes(UTF_8);
        return source.write(new SnapshotMetadata(7, 2, Configuration.empty()), out -> out.write(content));
    }

    @Test
    void whoIsNamedFirstGivesAllOfIt() throws IOException {
        Snapshot snapshot = snapshot(3);
        network.holders = List.of(OTHER, LEADER);

        download.run(snapshot, LEADER);

        assertThat(target.list()).containsExactly(snapshot);
        assertThat(network.asked).containsExactly("n2 0", "n2 1", "n2 2");
        assertThat(download.progress()).isEmpty();
    }

    @Test
    void theLeaderIsAskedIfNobodySaysThatItHasIt() throws IOException {
        download.run(snapshot(1), LEADER);

        assertThat(network.asked).containsExactly("n1 0");
    }

    @Test // scenario S13
    void aHolderThatFailsIsReplacedWhereItFailed() throws IOException {
        network.holders = List.of(OTHER);
        network.failing = List.of("n2 1");

        download.run(snapshot(3), LEADER);

        assertThat(network.asked).containsExactly("n2 0", "n2 1", "n1 1", "n1 2");
    }

    @Test // scenario S13
    void theNextAttemptGoesOnWhereTheLastOneEnded() throws IOException {
        Snapshot snapshot = snapshot(3);
        network.failing = List.of("n1 1");
        assertThatIOException().isThrownBy(() -> download.run(snapshot, LEADER)).withMessageContaining("cut");
        assertThat(target.list()).isEmpty();
        network.failing = List.of();

        download.run(snapshot, LEADER);

        assertThat(target.list()).containsExactly(snapshot);
        assertThat(network.asked).containsExactly("n1 0", "n1 1", "n1 1", "n1 2");
    }

    @Test // bug R30
    void whatIsThereAlreadyIsNotDownloadedAgain() throws IOException {
        Snapshot snapshot = snapshot(1);
        download.run(snapshot, LEADER);
        download.run(snapshot, LEADER);

        assertThat(network.asked).hasSize(1);
    }

    @Test // bug R32: it was taken for good, and log and state were replaced by it
    void whatIsThereAndDamagedIsPutAsideAndDownloadedAgain() throws IOException {
        Snapshot snapshot = snapshot(1);
        download.run(snapshot, LEADER);
        Download another = new Download(new RottenStore(target), network, OptionalLong.empty());
        another.run(snapshot, LEADER);

        assertThat(network.asked).hasSize(2);
        assertThat(target.list()).containsExactly(snapshot);
    }

    @Test // scenario S12: the one test here that takes time, a twentieth of a second
    void noMoreIsAskedForPerSecondThanIsAllowed() throws IOException {
        int pieces = 3;
        long rate = 60L * Download.PIECE_BYTES;
        Snapshot snapshot = snapshot(pieces);
        Download slow = new Download(target, network, OptionalLong.of(rate));

        long begun = System.nanoTime();
        slow.run(snapshot, LEADER);

        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(1_000_000_000L * snapshot.sizeInBytes() / rate);
    }

    @Test
    void aStoppedDownloadEndsAfterThePieceUnderWayAndKeepsIt() throws IOException {
        Snapshot snapshot = snapshot(3);
        download.stop();
        network.holders = List.of(LEADER);
        assertThatIOException().isThrownBy(() -> download.run(snapshot, LEADER));

        assertThat(target.receive(snapshot).position()).isEqualTo(Download.PIECE_BYTES);
    }

    /** Gives what {@link #source} has, unless told otherwise. */
    private final class Pieces implements Transport {

        private final List<String> asked = new ArrayList<>();
        private List<NodeId> holders = List.of();
        private List<String> failing = List.of();

        @Override
        public List<NodeId> holders(Snapshot snapshot) {
            return holders;
        }

        @Override
        public byte[] fetch(NodeId holder, Snapshot snapshot, long from, int maxBytes) throws IOException {
            String piece = holder + " " + from / Download.PIECE_BYTES;
            asked.add(piece);
            if (failing.contains(piece)) {
                throw new IOException("the link is cut");
            }
            return source.read(snapshot, from, maxBytes);
        }

        @Override
        public void start(Identity self, Receiver receiver) {}

        @Override
        public void connect(KnownMembers members) {}

        @Override
        public void send(Message message) {}

        @Override
        public void stop() {}
    }
}
