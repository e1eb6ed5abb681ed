package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftboot.consensus.Consensus;
import io.raftboot.memory.MemoryDisk;
import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.KnownMembers;
import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.Result;
import io.raftboot.model.Snapshot;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.Transport;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** An event loop turned by hand, on one thread, with everything it does written down in order. */
final class LoopUnderTest {

    final List<String> deeds = new ArrayList<>();
    final List<Message> sent = new ArrayList<>();
    final ManualTicker ticker = new ManualTicker();
    final RaftConfig config;
    final ReplicatedState state = new ReplicatedState(new CountingStateMachine());
    final Consensus consensus;
    final Lease lease;
    final RaftEventLoop loop;
    boolean diskFails;
    int wakes;

    LoopUnderTest(String... voters) {
        this.config = RaftConfig.defaults(new NodeId("n1"));
        this.lease = new Lease(config);
        Configuration configuration = Configuration.ofVoters(Stream.of(voters)
                .map(id -> new Member(new NodeId(id), URI.create("http://" + id)))
                .toList());
        RaftStorage disk = new MemoryDisk(new Identity("c", "default", config.nodeId(), "i")).open();
        disk.write(WriteBatch.bootstrap(configuration));
        Answers answers = new Answers(Runnable::run);
        Transport transport = new RecordingTransport();
        this.consensus =
                new Consensus(config, PersistedState.bootstrap(configuration), Optional.empty(), 0, new Random(1));
        this.loop = new RaftEventLoop(
                config,
                consensus,
                new RecordingDisk(disk),
                new Snapshots(config, disk.snapshots(), transport, Runnable::run, Runnable::run),
                transport,
                state,
                new ApplyQueue(new Applier(state, new Answers(Runnable::run)), Runnable::run, () -> wakes++),
                answers,
                ticker,
                lease,
                new Listeners());
    }

    /** A turn with these inputs. */
    void turn(Input... inputs) {
        loop.turn(new ArrayDeque<>(List.of(inputs)));
    }

    /** Lets time pass a tick at a time, with a turn at each. */
    void pass(Duration time) {
        for (long i = time.dividedBy(config.tickInterval()); i > 0; i--) {
            ticker.advance(config.tickInterval());
            turn();
        }
    }

    CompletableFuture<Result> submit(String command) {
        CompletableFuture<Result> result = new CompletableFuture<>();
        turn(new Input.Command(result, Optional.empty(), command.getBytes(UTF_8)));
        return result;
    }

    CompletableFuture<Result> read(String query) {
        CompletableFuture<Result> result = new CompletableFuture<>();
        turn(new Input.Read(result, query.getBytes(UTF_8)));
        return result;
    }

    void receive(Message message) {
        turn(new Input.Received(message));
    }

    private final class RecordingDisk implements RaftStorage {

        private final RaftStorage disk;

        RecordingDisk(RaftStorage disk) {
            this.disk = disk;
        }

        @Override
        public Identity identity() {
            return disk.identity();
        }

        @Override
        public void join(String clusterId, long commitIndex) {
            disk.join(clusterId, commitIndex);
        }

        @Override
        public long joinedBehind() {
            return disk.joinedBehind();
        }

        @Override
        public Optional<PersistedState> load() {
            return disk.load();
        }

        @Override
        public void write(WriteBatch batch) {
            if (diskFails) {
                throw new IllegalStateException("the disk fails");
            }
            disk.write(batch);
            deeds.add("write "
                    + batch.hardState()
                            .map(hard -> "term " + hard.currentTerm())
                            .orElse("") + batch.append());
        }

        @Override
        public SnapshotStore snapshots() {
            return disk.snapshots();
        }

        @Override
        public void close() {
            disk.close();
        }
    }

    private final class RecordingTransport implements Transport {

        @Override
        public void start(Identity self, Receiver receiver) {
            deeds.add("start");
        }

        @Override
        public void connect(KnownMembers members) {
            deeds.add("connect " + members.inForce());
        }

        @Override
        public void send(Message message) {
            sent.add(message);
            deeds.add("send " + message.getClass().getSimpleName() + " to " + message.to());
        }

        @Override
        public List<NodeId> holders(Snapshot snapshot) {
            return List.of();
        }

        @Override
        public byte[] fetch(NodeId holder, Snapshot snapshot, long from, int maxBytes) throws IOException {
            throw new IOException("there is no network");
        }

        @Override
        public void probe(NodeId server) {
            deeds.add("probe " + server);
        }

        @Override
        public void stop() {
            deeds.add("stop");
        }
    }
}
