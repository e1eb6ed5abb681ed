package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.memory.MemoryNetwork;
import io.raftboot.model.Configuration;
import io.raftboot.model.Consistency;
import io.raftboot.model.Identity;
import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import io.raftboot.model.SessionLimits;
import io.raftboot.model.SnapshotPolicy;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.StateMachine;
import io.raftboot.spi.Ticker;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** Servers with their real threads, connected in memory. */
abstract class NodesInMemory {

    static final Duration ELECTION_TIMEOUT = Duration.ofMillis(500);

    final MemoryNetwork network = new MemoryNetwork();
    List<RaftNode> cluster = List.of();

    @AfterEach
    final void stop() {
        cluster.forEach(RaftNode::stop);
    }

    final List<RaftNode> start(String... voters) {
        cluster = Stream.of(voters)
                .map(id -> node(id, new MemoryDisk(new Identity("c", "default", new NodeId(id), "i")), voters))
                .toList();
        cluster.forEach(RaftNode::start);
        return cluster;
    }

    final RaftNode node(String id, RaftStorage.Factory disk, String... voters) {
        return node(id, disk, SnapshotPolicy.DEFAULT, voters);
    }

    final RaftNode node(String id, RaftStorage.Factory disk, SnapshotPolicy snapshots, String... voters) {
        return node(id, disk, snapshots, new CountingStateMachine(), voters);
    }

    final RaftNode node(
            String id,
            RaftStorage.Factory disk,
            SnapshotPolicy snapshots,
            StateMachine stateMachine,
            String... voters) {
        RaftConfig config = new RaftConfig(
                new NodeId(id),
                ELECTION_TIMEOUT,
                Duration.ofMillis(50),
                LeadershipPreference.NORMAL,
                Duration.ofSeconds(2),
                100,
                10,
                1000,
                snapshots,
                SessionLimits.DEFAULT,
                true);
        Configuration configuration = Configuration.ofVoters(Stream.of(voters)
                .map(voter -> new Member(new NodeId(voter), URI.create("http://" + voter)))
                .toList());
        return new RaftNode(config, configuration, disk, network.connection(), stateMachine, Ticker.system());
    }

    /** Elections take real time here: at most this many looks, with something to do in between. */
    final RaftNode awaitLeader() throws Exception {
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

    static boolean canCommit(RaftNode node) throws Exception {
        return get(node.read(new byte[0], Consistency.LINEARIZABLE).handle((result, failure) -> failure == null));
    }

    final List<RaftNode> others(RaftNode node) {
        return cluster.stream().filter(other -> other != node).toList();
    }

    static NodeId id(RaftNode node) {
        return node.status().identity().nodeId();
    }

    static String submit(RaftNode node, String command) throws Exception {
        return new String(
                get(node.submit(command.getBytes(UTF_8), Optional.empty())).value(), UTF_8);
    }

    static String read(RaftNode node, Consistency consistency) throws Exception {
        return new String(get(node.read(new byte[0], consistency)).value(), UTF_8);
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }
}
