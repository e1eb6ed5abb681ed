package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.model.Consistency;
import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.Result;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.SnapshotStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Servers with their real threads, connected in memory. */
class RaftNodeTest extends NodesInMemory {

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

    @Test // scenario Q4, thesis §6.4
    void aFollowerAnswersALinearizableReadFromItsOwnStateAndNothingIsWrittenForThat() throws Exception {
        start("n1", "n2", "n3");
        RaftNode leader = awaitLeader();
        submit(leader, "a");
        long lastLogIndex = leader.status().lastLogIndex();

        for (RaftNode follower : others(leader)) {
            long readIndex = get(leader.readIndex(ELECTION_TIMEOUT));
            Result result = get(follower.readAtLeast(new byte[0], readIndex, ELECTION_TIMEOUT));
            assertThat(new String(result.value(), StandardCharsets.UTF_8)).isEqualTo("a");
            assertThat(follower.readIndex(ELECTION_TIMEOUT))
                    .failsWithin(5, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withCauseInstanceOf(RaftException.NotLeader.class);
        }
        assertThat(leader.status().lastLogIndex()).isEqualTo(lastLogIndex);
    }

    @Test // scenario M17
    void theMembersOfTheLogCountAndNotThoseOfTheSettings() throws Exception {
        RaftStorage.Factory disk = new MemoryDisk(new Identity("c", "default", new NodeId("n1"), "i"));
        RaftNode alone = node("n1", disk, "n1");
        cluster = List.of(alone);
        alone.start();
        submit(awaitLeader(), "a");
        alone.stop();

        RaftNode again = node("n1", disk, "n1", "n2", "n3");
        cluster = List.of(again);
        again.start();

        assertThat(read(awaitLeader(), Consistency.LINEARIZABLE)).isEqualTo("a");
        assertThat(again.status().members()).hasSize(1);
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
        assertThatThrownBy(() -> get(node.takeSnapshot())).hasCauseInstanceOf(RaftException.Stopped.class);
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
                public void join(String clusterId, long commitIndex) {
                    storage.join(clusterId, commitIndex);
                }

                @Override
                public long joinedBehind() {
                    return storage.joinedBehind();
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
