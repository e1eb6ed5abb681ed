package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftboot.RaftNode;
import io.raftboot.memory.MemoryNetwork;
import io.raftboot.model.Consistency;
import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import io.raftboot.model.SessionLimits;
import io.raftboot.model.SnapshotPolicy;
import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import io.raftboot.spi.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * A process with three servers on real files that count, compact their logs all the time, and cut one another off for so long that
 * it needs a snapshot. It says what was acknowledged, and ends only when it is killed.
 */
final class WritingCluster {

    private static final SnapshotPolicy OFTEN = new SnapshotPolicy(20, 1 << 20, 3, OptionalLong.empty());
    private static final int ABSENCE_COMMANDS = 60;
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final int MAX_ATTEMPTS = 15_000;

    private final MemoryNetwork network = new MemoryNetwork();
    private final List<RaftNode> servers;
    private final Random random;
    private NodeId away = NodeId.of("n1");

    private WritingCluster(Path directory, long seed) {
        this.random = new Random(seed);
        this.servers = THREE.members().keySet().stream()
                .map(id -> server(id, directory.resolve(id.value())))
                .toList();
    }

    private RaftNode server(NodeId id, Path directory) {
        RaftConfig config = new RaftConfig(
                id,
                Duration.ofMillis(100),
                Duration.ofMillis(10),
                LeadershipPreference.NORMAL,
                Duration.ofSeconds(1),
                1 << 10,
                100,
                1 << 20,
                OFTEN,
                SessionLimits.DEFAULT,
                true);
        return new RaftNode(
                config,
                THREE,
                new H2StorageFactory(directory, id, "test", THREE),
                network.connection(),
                new Count(),
                Ticker.system());
    }

    /** Counts from where it stands; a number that is not the next one is refused, so that a gap could not hide. */
    private static final class Count implements StateMachine {

        private long count;
        private byte[] padding = new byte[4 << 10];

        @Override
        public byte[] apply(CommandContext context, byte[] command) {
            if (Long.parseLong(new String(command, UTF_8)) == count + 1) {
                count++;
            }
            return query(command);
        }

        @Override
        public byte[] query(byte[] query) {
            return Long.toString(count).getBytes(UTF_8);
        }

        @Override
        public SnapshotWriter snapshot() {
            byte[] captured = query(padding);
            return out -> {
                out.write(padding);
                out.write(captured);
            };
        }

        @Override
        public void restore(InputStream snapshot) throws IOException {
            padding = snapshot.readNBytes(padding.length);
            count = Long.parseLong(new String(snapshot.readAllBytes(), UTF_8));
        }
    }

    private void run() throws IOException, InterruptedException {
        servers.forEach(RaftNode::start);
        long count = count();
        WritingProcess.say(WritingProcess.ACKNOWLEDGED + count);
        for (int commands = 0; ; commands++) {
            if (commands % ABSENCE_COMMANDS == 0) {
                network.reconnect(away);
                away = anyServer();
                network.isolate(away);
            }
            count = writeBehind(count);
            WritingProcess.say(WritingProcess.ACKNOWLEDGED + count);
        }
    }

    private NodeId anyServer() {
        return List.copyOf(THREE.members().keySet()).get(random.nextInt(servers.size()));
    }

    /** @return the count once it is higher, by this command or an earlier one of which nobody knew what became of it */
    private long writeBehind(long count) throws InterruptedException {
        byte[] command = Long.toString(count + 1).getBytes(UTF_8);
        return insist(server -> server.submit(command, Optional.empty()));
    }

    private long count() throws InterruptedException {
        return insist(server -> server.read(new byte[0], Consistency.LINEARIZABLE));
    }

    /** Asks one server after the other until one answers. */
    private long insist(Function<RaftNode, CompletableFuture<Result>> request) throws InterruptedException {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Long> answer = answer(request.apply(servers.get(attempt % servers.size())));
            if (answer.isPresent()) {
                return answer.get();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new IllegalStateException("nobody has led for half a minute");
    }

    private static Optional<Long> answer(CompletableFuture<Result> pending) throws InterruptedException {
        try {
            return Optional.of(
                    Long.parseLong(new String(pending.get(5, TimeUnit.SECONDS).value(), UTF_8)));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RaftException) {
                return Optional.empty();
            }
            throw new IllegalStateException(e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The process. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        WritingProcess.say(WritingProcess.STARTED);
        new WritingCluster(Path.of(arguments[0]), Long.parseLong(arguments[1])).run();
    }
}
