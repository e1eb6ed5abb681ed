package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.memory.MemoryNetwork;
import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.KnownMembers;
import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotPolicy;
import io.raftboot.spi.Transport;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Whole servers with small logs and many snapshots, on the test's thread and clock: the same seed does the same thing every time.
 * Messages and pieces of snapshots may be lost, and a server may crash between two turns.
 */
final class NodesOnOneThread {

    /** A snapshot every ten entries, and two kept behind it. */
    static final SnapshotPolicy EVERY_TEN = new SnapshotPolicy(10, 8 << 20, 2, OptionalLong.empty());

    private static final Duration MOMENT = Duration.ofMillis(50);
    private static final int PATIENCE_MOMENTS = 5_000;

    /** Which pieces were asked for, as "n3 from n1: 0", in order. */
    final List<String> fetched = new ArrayList<>();

    /** How many of a hundred messages and of a hundred pieces are lost. */
    int lostPercent;

    /** How many pieces arrive before the next one is lost, and all after it. */
    int piecesLeft = Integer.MAX_VALUE;

    final MemoryNetwork network = new MemoryNetwork();
    private final Random random;
    private final ManualTicker ticker = new ManualTicker();
    private final SortedMap<NodeId, MemoryDisk> disks = new TreeMap<>();
    private final SortedMap<NodeId, NodeInHand> running = new TreeMap<>();
    private final Configuration configuration;

    /** Servers that are not started yet. */
    NodesOnOneThread(long seed, String... ids) {
        this.random = new Random(seed);
        this.configuration = Configuration.ofVoters(Stream.of(ids)
                .map(id -> new Member(NodeId.of(id), URI.create("http://" + id)))
                .toList());
        configuration
                .members()
                .keySet()
                .forEach(id -> disks.put(id, new MemoryDisk(new Identity("c", "default", id, "incarnation " + id))));
    }

    List<NodeId> ids() {
        return List.copyOf(disks.keySet());
    }

    void start(NodeId id) {
        NodeInHand node = new NodeInHand(
                RaftConfig.defaults(id).with(EVERY_TEN),
                configuration,
                Optional.ofNullable(disks.get(id)).orElseThrow(),
                new Lossy(id, network.connection()),
                new CountingStateMachine(),
                ticker,
                new Random(random.nextLong()));
        running.put(id, node);
        node.node().start();
    }

    void startAll() {
        ids().stream().filter(id -> !running.containsKey(id)).toList().forEach(this::start);
    }

    /** What is on its disk stays. */
    void crash(NodeId id) {
        node(id).stop();
        running.remove(id);
    }

    RaftNode node(NodeId id) {
        return Optional.ofNullable(running.get(id)).orElseThrow().node();
    }

    RaftStatus status(NodeId id) {
        return node(id).status();
    }

    Optional<NodeId> leader() {
        return running.keySet().stream()
                .filter(id -> status(id).role() == RaftRole.LEADER)
                .max((one, other) ->
                        Long.compare(status(one).term(), status(other).term()));
    }

    /** Lets a moment pass on all servers, in which they say and do what they have to. */
    void moment() {
        ticker.advance(MOMENT);
        boolean busy = true;
        while (busy) {
            busy = false;
            for (NodeInHand node : List.copyOf(running.values())) {
                busy |= node.turn();
                node.failure().ifPresent(reason -> {
                    throw new AssertionError(reason);
                });
            }
        }
        running.values().forEach(NodeInHand::expire);
    }

    void until(String what, BooleanSupplier isSo) {
        for (int i = 0; i < PATIENCE_MOMENTS; i++) {
            if (isSo.getAsBoolean()) {
                return;
            }
            moment();
        }
        throw new AssertionError("never: " + what + ": "
                + running.keySet().stream().map(this::status).toList());
    }

    /** Writes this many values, insisting until each of them is applied; on a bad network one may be there twice. */
    void write(int count, String value) {
        for (int i = 0; i < count; i++) {
            long before = applied();
            until("a write", () -> {
                leader().ifPresent(id -> {
                    var unused = node(id).submit(value.getBytes(UTF_8), Optional.empty());
                    moment();
                });
                return applied() > before;
            });
        }
    }

    private long applied() {
        return leader().map(id -> status(id).lastApplied()).orElse(0L);
    }

    /** All that run have applied the same, and everything that the leader has. */
    boolean agree() {
        return leader().isPresent()
                && running.keySet().stream()
                                .map(id -> status(id).lastApplied() + status(id).applyDigest())
                                .distinct()
                                .count()
                        == 1
                && running.keySet().stream()
                        .allMatch(id -> status(id).lastApplied() == status(id).lastLogIndex());
    }

    private boolean isLost() {
        return random.nextInt(100) < lostPercent;
    }

    private final class Lossy implements Transport {

        private final NodeId self;
        private final Transport transport;

        Lossy(NodeId self, Transport transport) {
            this.self = self;
            this.transport = transport;
        }

        @Override
        public void start(Identity identity, Receiver receiver) {
            transport.start(identity, receiver);
        }

        @Override
        public void connect(KnownMembers current) {
            transport.connect(current);
        }

        @Override
        public void send(Message message) {
            if (!isLost()) {
                transport.send(message);
            }
        }

        @Override
        public List<NodeId> holders(Snapshot snapshot) {
            return transport.holders(snapshot);
        }

        @Override
        public byte[] fetch(NodeId holder, Snapshot snapshot, long from, int maxBytes) throws IOException {
            fetched.add(self + " from " + holder + ": " + from / maxBytes);
            if (piecesLeft <= 0 || isLost()) {
                throw new IOException("the piece is lost");
            }
            piecesLeft--;
            return transport.fetch(holder, snapshot, from, maxBytes);
        }

        @Override
        public void stop() {
            transport.stop();
        }
    }
}
