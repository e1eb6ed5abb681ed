package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.consensus.Ready;
import io.raftboot.memory.MemoryDisk;
import io.raftboot.memory.MemoryNetwork;
import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.Transport;
import io.raftboot.testkit.ForwardingSnapshotStore;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which snapshots stay: a server that ends at any moment finds the one that its log begins behind. */
class SnapshotsTest {

    private static final NodeId SELF = NodeId.of("n1");
    private static final NodeId LEADER = NodeId.of("n2");

    private final MemoryNetwork network = new MemoryNetwork();
    private final SnapshotStore store = store(SELF);
    private final SnapshotStore leaders = store(LEADER);
    private final Transport transport = network.connection();
    private final Snapshots snapshots = with(store);

    SnapshotsTest() {
        transport.start(identity(SELF), new Holder(store));
        network.connection().start(identity(LEADER), new Holder(leaders));
    }

    @Test // bug R26: the server ended twice after a download and before it was installed
    void downloadsThatWereNeverInstalledDoNotPushOutTheOneTheLogBeginsBehind() throws IOException {
        Snapshot base = write(store, 7);
        Snapshot fetched = write(store, 100);
        Snapshot newer = write(leaders, 200);

        snapshots.fetch(new Ready.Fetch(newer, LEADER), 7);

        assertThat(store.list()).containsExactly(newer, fetched, base);
    }

    @Test // bug R26
    void downloadsThatWereNeverInstalledDoNotPushOutTheOneThatIsTaken() throws IOException {
        Snapshot before = write(store, 7);
        Snapshot fetched = write(store, 100);
        Snapshot alsoFetched = write(store, 200);
        write(store, 3);
        CompletableFuture<Snapshot> taken = new CompletableFuture<>();

        snapshots.take(metadata(50), out -> out.write(1), taken);

        assertThat(store.list()).containsExactly(alsoFetched, fetched, taken.join(), before);
    }

    @Test
    void ofThoseThatWereInstalledTwoStay() throws IOException {
        write(store, 7);
        Snapshot first = write(store, 100);
        Snapshot second = write(store, 200);
        Snapshot newer = write(leaders, 300);

        snapshots.fetch(new Ready.Fetch(newer, LEADER), 250);

        assertThat(store.list()).containsExactly(newer, second, first);
    }

    @Test // bug R32: the log was shortened behind it
    void aDamagedOneThatIsThereAlreadyDoesNotStandForTheOneToBeTaken() throws IOException {
        Snapshot damaged = write(store, 7);
        CompletableFuture<Snapshot> taken = new CompletableFuture<>();

        with(new RottenStore(store)).take(damaged.metadata(), out -> out.write(1), taken);

        assertThat(store.list()).containsExactly(taken.join()).doesNotContain(damaged);
    }

    @Test
    void oneThatCannotBeReadAtTheMomentIsLeftAsItIs() throws IOException {
        Snapshot there = write(store, 7);
        CompletableFuture<Snapshot> taken = new CompletableFuture<>();
        Snapshots busy = with(new ForwardingSnapshotStore(store) {
            @Override
            public void verify(Snapshot snapshot) throws IOException {
                throw new IOException("Too many open files");
            }
        });

        busy.take(there.metadata(), out -> out.write(1), taken);
        busy.fetch(new Ready.Fetch(there, LEADER), 7);

        assertThatThrownBy(taken::join).hasRootCauseMessage("Too many open files");
        assertThat(busy.outcomes()).containsExactly(new Input.SnapshotNotFetched());
        assertThat(store.list()).containsExactly(there);
    }

    @Test
    void thatOldOnesCannotBeRemovedKeepsNobodyFromTheNewOne() throws IOException {
        Snapshot offered = write(leaders, 200);
        CompletableFuture<Snapshot> taken = new CompletableFuture<>();
        Snapshots stuck = with(new ForwardingSnapshotStore(store) {
            @Override
            public void keepNewest(int count, long upToIndex) throws IOException {
                throw new IOException("the folder cannot be listed");
            }
        });

        stuck.take(metadata(50), out -> out.write(1), taken);
        stuck.fetch(new Ready.Fetch(offered, LEADER), 50);

        assertThat(stuck.outcomes())
                .containsExactly(new Input.SnapshotTaken(taken.join()), new Input.SnapshotFetched(offered));
    }

    @Test
    void anErrorIsToldToo() throws IOException {
        CompletableFuture<Snapshot> taken = new CompletableFuture<>();
        Snapshots broken = with(new ForwardingSnapshotStore(store) {
            @Override
            public SnapshotStore.Incoming receive(Snapshot snapshot) {
                throw new OutOfMemoryError("made up");
            }
        });

        broken.take(
                metadata(50),
                out -> {
                    throw new StackOverflowError("made up");
                },
                taken);
        broken.fetch(new Ready.Fetch(write(leaders, 200), LEADER), 0);

        assertThatThrownBy(taken::join).hasCauseInstanceOf(StackOverflowError.class);
        assertThat(broken.outcomes()).containsExactly(new Input.SnapshotNotFetched());
        assertThat(broken.isTaking()).isFalse();
    }

    private Snapshots with(SnapshotStore other) {
        return new Snapshots(RaftConfig.defaults(SELF), other, transport, Runnable::run, Runnable::run);
    }

    private static SnapshotMetadata metadata(long index) {
        return new SnapshotMetadata(index, 2, Configuration.empty());
    }

    private static Snapshot write(SnapshotStore to, long index) throws IOException {
        return to.write(metadata(index), out -> out.write(("state " + index).getBytes(UTF_8)));
    }

    private static Identity identity(NodeId id) {
        return new Identity("c", "default", id, "i");
    }

    private static SnapshotStore store(NodeId id) {
        return new MemoryDisk(identity(id)).open().snapshots();
    }

    private record Holder(SnapshotStore snapshots) implements Transport.Receiver {

        @Override
        public boolean onMessage(Message message) {
            return true;
        }

        @Override
        public boolean dealWith(Message message) {
            return onMessage(message);
        }

        @Override
        public void onUnreachable(NodeId peer) {}

        @Override
        public void onRemoved() {}

        @Override
        public void onGone(NodeId server) {}

        @Override
        public CompletableFuture<Identity> onInvited(String clusterId, long commitIndex) {
            return new CompletableFuture<>();
        }
    }
}
