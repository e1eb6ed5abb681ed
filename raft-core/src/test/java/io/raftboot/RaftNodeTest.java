package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.memory.MemoryNetwork;
import io.raftboot.model.Configuration;
import io.raftboot.model.Consistency;
import io.raftboot.model.Identity;
import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.Result;
import io.raftboot.model.SnapshotPolicy;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.Ticker;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers with their real threads, connected in memory. */
class RaftNodeTest {

    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(100);

    private final MemoryNetwork network = new MemoryNetwork();
    private List<RaftNode> cluster = List.of();

    @AfterEach
    void stop() {
        cluster.forEach(RaftNode::stop);
    }

    @Test
    void aClusterOfOneAnswersCommandsAndReads() throws Exception {
        RaftNode node = start("n1").get(0);
        awaitLeader();

        assertThat(submit(node, "a")).isEqualTo("1");
        assertThat(read(node, Consistency.LINEARIZABLE)).isEqualTo("a");
        assertThat(read(node, Consistency.LEASE)).isEqualTo("a");
        assertThat(read(node, Consistency.LOCAL)).isEqualTo("a");
        assertThat(node.status().failure()).isEmpty();
    }

    @Test
    void threeServersAgreeAndGoOnWithoutTheirLeader() throws Exception {
        start("n1", "n2", "n3");
        RaftNode leader = awaitLeader();
        assertThat(submit(leader, "a")).isEqualTo("1");

        leader.stop();
        RaftNode next = awaitLeader();

        assertThat(next).isNotSameAs(leader);
        assertThat(submit(next, "b")).isEqualTo("2");
        assertThat(read(next, Consistency.LINEARIZABLE)).isEqualTo("a,b");
    }

    @Test
    void aServerThatIsStoppedAndStartedAppliesNothingTwice() throws Exception {
        RaftNode node = start("n1").get(0);
        awaitLeader();
        assertThat(submit(node, "a")).isEqualTo("1");

        for (int i = 0; i < 3; i++) {
            node.stop();
            node.stop();
            node.start();
            node.start();
        }
        awaitLeader();

        assertThat(read(node, Consistency.LINEARIZABLE)).isEqualTo("a");
        assertThat(submit(node, "b")).isEqualTo("2");
    }

    @Test
    void leadershipIsHandedOverOnRequest() throws Exception {
        start("n1", "n2", "n3");
        RaftNode leader = awaitLeader();
        assertThat(submit(leader, "a")).isEqualTo("1");

        NodeId successor = get(leader.transferLeadership(Optional.empty()));

        assertThat(successor).isNotEqualTo(id(leader));
        assertThat(id(awaitLeader())).isEqualTo(successor);
        assertThatThrownBy(() -> get(awaitLeader().transferLeadership(Optional.of(new NodeId("n9")))))
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStoppedServerRefusesAndSaysSo() throws Exception {
        RaftNode node = start("n1").get(0);
        node.stop();

        assertThat(failure(node.submit(new byte[1], Optional.empty()))).isInstanceOf(RaftException.Stopped.class);
        assertThat(failure(node.read(new byte[1], Consistency.LOCAL))).isInstanceOf(RaftException.Stopped.class);
        assertThat(failure(node.transferLeadership(Optional.empty()))).isInstanceOf(RaftException.Stopped.class);
        assertThat(node.status().leaderId()).isEmpty();
    }

    // scenario C8
    @Test
    void aCommandBeyondTheLimitIsRefusedBeforeItReachesTheLog() throws Exception {
        RaftNode node = start("n1").get(0);
        awaitLeader();

        assertThat(failure(node.submit(new byte[101], Optional.empty())))
                .isInstanceOf(RaftException.CommandTooLarge.class)
                .hasMessageContaining("101")
                .hasMessageContaining("100");
        assertThat(get(node.submit(new byte[100], Optional.empty())).index()).isEqualTo(2);
    }

    @Test
    void moreThanMayWaitIsRefusedAtOnceAndThereIsRoomAgainLater() throws Exception {
        start("n1", "n2", "n3");
        RaftNode leader = awaitLeader();
        others(leader).forEach(other -> network.isolate(id(other)));

        List<CompletableFuture<Result>> results = Stream.generate(() -> leader.submit(new byte[1], Optional.empty()))
                .limit(11)
                .toList();

        assertThat(failure(results.get(10))).isInstanceOf(RaftException.Overloaded.class);
        assertThat(failure(results.get(0))).isInstanceOf(RaftException.OutcomeUnknown.class);
        others(leader).forEach(other -> network.reconnect(id(other)));
        assertThat(submit(awaitLeader(), "a")).isNotEmpty();
    }

    // bug R57
    @Test
    void aServerWhoseDiskFailsStopsForGoodAndVotesForNobody() throws Exception {
        FaultyDisk disk = new FaultyDisk("n1");
        RaftNode node = node("n1", disk, "n1");
        cluster = List.of(node);
        node.start();
        awaitLeader();

        disk.fails = true;
        assertThat(failure(node.submit(new byte[1], Optional.empty()))).isInstanceOf(RaftException.class);

        assertThat(node.status().role()).isEqualTo(RaftRole.FAILED);
        assertThat(node.status().failure().orElseThrow()).contains("the disk fails");
        assertThat(failure(node.submit(new byte[1], Optional.empty()))).isInstanceOf(RaftException.Stopped.class);
        assertThatThrownBy(node::start).hasMessageContaining("start a new process");
    }

    // bug R24
    @Test
    void aLeaderWhoseDiskHangsIsReplacedAndSaysThatItIsOutOfService() throws Exception {
        List<FaultyDisk> disks =
                Stream.of("n1", "n2", "n3").map(FaultyDisk::new).toList();
        cluster = disks.stream()
                .map(disk -> node(disk.id, disk, "n1", "n2", "n3"))
                .toList();
        cluster.forEach(RaftNode::start);
        RaftNode leader = awaitLeader();

        CountDownLatch diskWorksAgain = new CountDownLatch(1);
        disks.get(cluster.indexOf(leader)).hangs = diskWorksAgain;
        CompletableFuture<Result> caught = leader.submit(new byte[1], Optional.empty());
        RaftNode next = awaitLeader();

        assertThat(next).isNotSameAs(leader);
        assertThat(leader.status().leaderId()).isEmpty();
        assertThat(failure(leader.submit(new byte[1], Optional.empty()))).isInstanceOf(RaftException.Stopped.class);
        diskWorksAgain.countDown();
        assertThat(failure(caught)).isInstanceOf(RaftException.OutcomeUnknown.class);
    }

    @Test
    void aStorageThatCannotBeOpenedFailsTheStartWithItsReason() {
        MemoryDisk disk = new MemoryDisk(new Identity("c", "default", new NodeId("n1"), "i"));
        RaftStorage inUse = disk.open();
        RaftNode node = node("n1", disk, "n1");

        assertThatThrownBy(node::start).hasMessage("the disk of n1 is in use");
        inUse.close();
        node.start();
        node.stop();
    }

    private List<RaftNode> start(String... voters) {
        cluster = Stream.of(voters)
                .map(id -> node(id, new MemoryDisk(new Identity("c", "default", new NodeId(id), "i")), voters))
                .toList();
        cluster.forEach(RaftNode::start);
        return cluster;
    }

    private RaftNode node(String id, RaftStorage.Factory disk, String... voters) {
        RaftConfig config = new RaftConfig(
                new NodeId(id),
                ELECTION_TIMEOUT,
                Duration.ofMillis(10),
                LeadershipPreference.NORMAL,
                Duration.ofSeconds(2),
                100,
                10,
                1000,
                SnapshotPolicy.DEFAULT);
        Configuration configuration = Configuration.ofVoters(Stream.of(voters)
                .map(voter -> new Member(new NodeId(voter), URI.create("http://" + voter)))
                .toList());
        return new RaftNode(
                config, configuration, disk, network.connection(), new CountingStateMachine(), Ticker.system());
    }

    /** Elections take real time here: at most this many looks, with something to do in between. */
    private RaftNode awaitLeader() throws Exception {
        for (int i = 0; i < 200; i++) {
            for (RaftNode node : cluster) {
                if (node.status().role() == RaftRole.LEADER && canCommit(node)) {
                    return node;
                }
            }
            CompletableFuture<Void> pause = new CompletableFuture<>();
            pause.completeOnTimeout(null, 50, TimeUnit.MILLISECONDS).get();
        }
        throw new AssertionError(
                "no leader: " + cluster.stream().map(RaftNode::status).toList());
    }

    private static boolean canCommit(RaftNode node) throws Exception {
        return get(node.read(new byte[0], Consistency.LINEARIZABLE).handle((result, failure) -> failure == null));
    }

    private List<RaftNode> others(RaftNode node) {
        return cluster.stream().filter(other -> other != node).toList();
    }

    private static NodeId id(RaftNode node) {
        return node.status().identity().nodeId();
    }

    private static String submit(RaftNode node, String command) throws Exception {
        return new String(
                get(node.submit(command.getBytes(UTF_8), Optional.empty())).value(), UTF_8);
    }

    private static String read(RaftNode node, Consistency consistency) throws Exception {
        return new String(get(node.read(new byte[0], consistency)).value(), UTF_8);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private static Throwable failure(CompletableFuture<?> future) throws Exception {
        return get(future.handle((value, failure) -> Optional.ofNullable(failure)))
                .orElseThrow();
    }

    private static final class FaultyDisk implements RaftStorage.Factory {

        private final String id;
        private final MemoryDisk disk;
        private volatile boolean fails;
        private volatile CountDownLatch hangs = new CountDownLatch(0);

        FaultyDisk(String id) {
            this.id = id;
            this.disk = new MemoryDisk(new Identity("c", "default", new NodeId(id), "i"));
        }

        @Override
        public RaftStorage open() {
            RaftStorage storage = disk.open();
            return new RaftStorage() {
                @Override
                public Identity identity() {
                    return storage.identity();
                }

                @Override
                public Optional<PersistedState> load() {
                    return storage.load();
                }

                @Override
                public void write(WriteBatch batch) {
                    if (fails) {
                        throw new IllegalStateException("the disk fails");
                    }
                    awaitDisk();
                    storage.write(batch);
                }

                @Override
                public SnapshotStore snapshots() {
                    return storage.snapshots();
                }

                @Override
                public void close() {
                    storage.close();
                }

                private void awaitDisk() {
                    try {
                        assertThat(hangs.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            };
        }
    }
}
