package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.model.Configuration;
import io.raftboot.model.Consistency;
import io.raftboot.model.HardState;
import io.raftboot.model.Identity;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LostState;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotPolicy;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.CommandContext;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Snapshots on servers with their real threads (§7). */
class RaftNodeSnapshotTest extends NodesInMemory {

    private static final SnapshotPolicy EVERY_TEN = new SnapshotPolicy(10, 1 << 20, 2, OptionalLong.empty());

    @Test // scenario S1
    void aSnapshotIsTakenAfterSoManyEntriesAndTheLogIsShortened() throws Exception {
        RaftNode node = startWithSnapshots("n1").get(0);
        awaitLeader();
        submitUntilTheSecondSnapshot(node);

        RaftStatus status = node.status();
        assertThat(status.firstLogIndex()).isEqualTo(status.snapshotIndex() - 1);
        assertThat(status.lastApplied()).isEqualTo(26);
    }

    @Test // scenario S6
    void aServerComesBackFromItsSnapshotWithAnEmptyStateMachine() throws Exception {
        MemoryDisk disk = disk("n1");
        RaftNode first = node("n1", disk, EVERY_TEN, "n1");
        cluster = List.of(first);
        first.start();
        awaitLeader();
        submitUntilTheSecondSnapshot(first);
        long snapshotIndex = first.status().snapshotIndex();
        String digest = first.status().applyDigest();
        first.stop();

        RaftNode second = node("n1", disk, EVERY_TEN, "n1");
        cluster = List.of(second);
        second.start();
        awaitLeader();

        assertThat(second.status().snapshotIndex()).isGreaterThanOrEqualTo(snapshotIndex);
        assertThat(read(second, Consistency.LINEARIZABLE).split(",")).hasSize(25);
        assertThat(submit(second, "next")).isEqualTo("26");
        assertThat(digest).isNotEqualTo(second.status().applyDigest());
    }

    @Test // scenarios S2, S8
    void aServerThatWasAwayTooLongGetsTheSnapshotAndTheRest() throws Exception {
        startWithSnapshots("n1", "n2", "n3");
        RaftNode leader = awaitLeader();
        RaftNode away = others(leader).get(0);
        network.isolate(id(away));
        submitMany(leader, 35);
        assertThat(get(leader.takeSnapshot()).lastIncludedIndex()).isGreaterThanOrEqualTo(36);
        network.reconnect(id(away));

        RaftNode after = awaitLeader();
        submitMany(after, 1);
        await(() -> cluster.stream()
                                .map(node -> node.status().applyDigest())
                                .distinct()
                                .count()
                        == 1
                && away.status().lastApplied() == after.status().lastApplied());

        assertThat(away.status().snapshotIndex()).isGreaterThanOrEqualTo(36);
        assertThat(read(away, Consistency.LOCAL).split(",")).hasSize(36);
    }

    @Test
    void aSnapshotIsTakenOnRequest() throws Exception {
        RaftNode node = startWithSnapshots("n1").get(0);
        awaitLeader();
        submitMany(node, 3);

        Snapshot snapshot = get(node.takeSnapshot());

        assertThat(snapshot.lastIncludedIndex()).isEqualTo(4);
        assertThat(get(node.takeSnapshot())).isEqualTo(snapshot);
        await(() -> node.status().snapshotIndex() == 4);
    }

    @Test
    void aStoppedServerTakesNoSnapshot() throws Exception {
        RaftNode node = startWithSnapshots("n1").get(0);
        node.stop();

        assertThatThrownBy(() -> get(node.takeSnapshot())).hasCauseInstanceOf(RaftException.Stopped.class);
        assertThatThrownBy(node::snapshots).isInstanceOf(RaftException.Stopped.class);
    }

    @Test
    void theSnapshotsOfARunningServerMayBeRead() throws Exception {
        RaftNode node = startWithSnapshots("n1").get(0);
        awaitLeader();
        Snapshot snapshot = get(node.takeSnapshot());

        assertThat(node.snapshots().list()).containsExactly(snapshot);
        assertThat(node.status().catchUp()).isEmpty();
    }

    @Test
    void aServerWithoutTheSnapshotItsLogBeginsBehindDoesNotStart() throws Exception {
        MemoryDisk disk = disk("n1");
        RaftNode first = node("n1", disk, EVERY_TEN, "n1");
        cluster = List.of(first);
        first.start();
        awaitLeader();
        submitMany(first, 25);
        await(() -> first.status().firstLogIndex() > 1);
        first.stop();
        long firstLogIndex = first.status().firstLogIndex();
        try (RaftStorage storage = disk.open()) {
            for (Snapshot snapshot : storage.snapshots().list()) {
                storage.snapshots().putAside(snapshot);
            }
        }

        RaftNode second = node("n1", disk, EVERY_TEN, "n1");

        assertThatThrownBy(second::start)
                .isInstanceOfSatisfying(LostState.class, lost -> {
                    assertThat(lost.firstIndex()).isEqualTo(firstLogIndex - 1);
                    assertThat(lost.lastIndex()).isEqualTo(26);
                })
                .hasMessageContainingAll("index " + (firstLogIndex - 1), "in memory", "there is none", "is lost");
    }

    @Test
    void aSnapshotThatIsWrittenBeforeTheBatchAroundItIsAppliedIsTaken() throws Exception {
        MemoryDisk disk = disk("n1");
        RaftNode first = node("n1", disk, SnapshotPolicy.DEFAULT, "n1");
        cluster = List.of(first);
        first.start();
        awaitLeader();
        submitMany(first, 25);
        first.stop();
        CompletableFuture<RaftNode> started = new CompletableFuture<>();
        CompletableFuture<RaftStatus> amid = new CompletableFuture<>();

        RaftNode second = node("n1", disk, EVERY_TEN, new WaitingForASnapshot(started, amid), "n1");
        cluster = List.of(second);
        second.start();
        started.complete(second);

        assertThat(get(amid)).matches(status -> status.role() != RaftRole.FAILED && status.snapshotIndex() == 10);
        assertThat(submit(awaitLeader(), "next")).isEqualTo("26");
    }

    @Test // bug R29
    void aSnapshotHoldsTheServersAsOfItsLastEntry() throws Exception {
        Member n1 = new Member(new NodeId("n1"), URI.create("http://n1"));
        Member learner = new Member(new NodeId("n2"), URI.create("http://n2"));
        Configuration alone = Configuration.ofVoters(List.of(n1));
        Configuration two = new Configuration(
                Configuration.ofVoters(List.of(n1, learner)).members(), alone.voters(), alone.outgoingVoters());
        MemoryDisk disk = disk("n1");
        try (RaftStorage storage = disk.open()) {
            storage.write(WriteBatch.bootstrap(alone));
            storage.write(new WriteBatch(
                    Optional.empty(),
                    Optional.of(new HardState(1, Optional.empty())),
                    OptionalLong.empty(),
                    List.of(new LogEntry.NoOp(1, 1), new LogEntry.Membership(2, 1, two))));
        }
        RaftNode node = node("n1", disk, EVERY_TEN, "n1");
        cluster = List.of(node);
        node.start();
        awaitLeader();

        assertThat(get(node.takeSnapshot()).metadata().configuration()).isEqualTo(two);
    }

    @Test // scenario S14
    void whileASnapshotIsWrittenCommandsAreAppliedAndItHoldsNoneOfThem() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        MemoryDisk disk = disk("n1");
        RaftNode node = node("n1", disk, SnapshotPolicy.DEFAULT, new SlowlyWritten(written), "n1");
        cluster = List.of(node);
        node.start();
        awaitLeader();
        submitMany(node, 3);
        CompletableFuture<Snapshot> snapshot = node.takeSnapshot();

        submitMany(node, 5);
        assertThat(read(node, Consistency.LINEARIZABLE).split(",")).hasSize(8);
        assertThat(snapshot).isNotDone();
        written.countDown();

        CountingStateMachine restored = new CountingStateMachine();
        assertThat(get(snapshot).lastIncludedIndex()).isEqualTo(4);
        try (InputStream content = node.snapshots().open(get(snapshot))) {
            new ReplicatedState(restored).restore(get(snapshot).metadata(), content);
        }
        assertThat(new String(restored.query(new byte[0]), UTF_8)).isEqualTo("c0,c1,c2");
    }

    /** Its snapshots are captured at once, and written when the test lets them. */
    private static final class SlowlyWritten implements StateMachine {

        private final StateMachine counting = new CountingStateMachine();
        private final CountDownLatch mayBeWritten;

        SlowlyWritten(CountDownLatch mayBeWritten) {
            this.mayBeWritten = mayBeWritten;
        }

        @Override
        public byte[] apply(CommandContext context, byte[] command) {
            return counting.apply(context, command);
        }

        @Override
        public byte[] query(byte[] query) {
            return counting.query(query);
        }

        @Override
        public SnapshotWriter snapshot() {
            SnapshotWriter captured = counting.snapshot();
            return out -> {
                try {
                    mayBeWritten.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                captured.writeTo(out);
            };
        }

        @Override
        public void restore(InputStream snapshot) throws IOException {
            counting.restore(snapshot);
        }
    }

    /** Replays a log in one batch; behind the snapshot it goes on only when the raft thread has heard of it. */
    private static final class WaitingForASnapshot implements StateMachine {

        private final StateMachine counting = new CountingStateMachine();
        private final CompletableFuture<RaftNode> node;
        private final CompletableFuture<RaftStatus> amid;

        WaitingForASnapshot(CompletableFuture<RaftNode> node, CompletableFuture<RaftStatus> amid) {
            this.node = node;
            this.amid = amid;
        }

        @Override
        public byte[] apply(CommandContext context, byte[] command) {
            if (context.index() == 15) {
                try {
                    RaftNode waiting = get(node);
                    await(() -> waiting.status().role() == RaftRole.FAILED
                            || waiting.status().snapshotIndex() > 0);
                    amid.complete(waiting.status());
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            return counting.apply(context, command);
        }

        @Override
        public byte[] query(byte[] query) {
            return counting.query(query);
        }

        @Override
        public SnapshotWriter snapshot() {
            return counting.snapshot();
        }

        @Override
        public void restore(InputStream snapshot) throws IOException {
            counting.restore(snapshot);
        }
    }

    private List<RaftNode> startWithSnapshots(String... voters) {
        cluster = List.of(voters).stream()
                .map(id -> node(id, disk(id), EVERY_TEN, voters))
                .toList();
        cluster.forEach(RaftNode::start);
        return cluster;
    }

    private static MemoryDisk disk(String id) {
        return new MemoryDisk(new Identity("c", "default", new NodeId(id), "i"));
    }

    /** 25 commands; none is due while the one before is being written, which would put it off. */
    private static void submitUntilTheSecondSnapshot(RaftNode node) throws Exception {
        submitMany(node, 15);
        await(() -> node.status().snapshotIndex() >= 10);
        submitMany(node, 10);
        await(() -> node.status().snapshotIndex() >= 20);
    }

    private static void submitMany(RaftNode node, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            submit(node, "c" + i);
        }
    }

    /** The servers take real time here: at most this many looks. */
    private static void await(BooleanSupplier condition) throws Exception {
        for (int i = 0; i < 400; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            CompletableFuture<Void> pause = new CompletableFuture<>();
            pause.completeOnTimeout(null, 25, TimeUnit.MILLISECONDS).get();
        }
        throw new AssertionError("it does not come about");
    }
}
