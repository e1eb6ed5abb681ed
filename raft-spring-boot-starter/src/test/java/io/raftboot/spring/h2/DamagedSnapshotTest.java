package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.N1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.RaftNode;
import io.raftboot.memory.MemoryNetwork;
import io.raftboot.model.Configuration;
import io.raftboot.model.Consistency;
import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.LostState;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.SessionLimits;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotPolicy;
import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import io.raftboot.spi.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of one that starts with a snapshot that is not as it was written. */
class DamagedSnapshotTest {

    private static final Configuration ALONE = Configuration.ofVoters(List.of(N1));
    private static final long NEVER = 1_000_000;

    @TempDir
    private Path temporary;

    private List<String> written = new ArrayList<>();

    @Test // bugs R32, R60, scenario P8
    void withoutAnotherOneItRefusesAndComesBackWithACopyFromAnotherServer() throws Exception {
        Snapshot snapshot = live(0);
        Path file = snapshots().resolve(snapshot.id() + ".snapshot");
        byte[] good = Files.readAllBytes(file);
        byte[] damaged = good.clone();
        damaged[good.length - 40] ^= 1;
        Files.write(file, damaged);

        RaftNode refusing = node(0);
        assertThatThrownBy(refusing::start)
                .isInstanceOf(LostState.class)
                .hasMessageContainingAll(
                        "index " + snapshot.lastIncludedIndex(), snapshots().toString(), snapshot.id(), "put aside");
        assertThat(snapshots().resolve(snapshot.id() + ".damaged")).hasBinaryContent(damaged);
        assertThatThrownBy(node(0)::start).isInstanceOf(LostState.class).hasMessageContaining("there is none");

        Files.write(file, good);
        assertStartsWithEverything(0);
    }

    @Test // bug R32
    void itGoesOnFromAnOlderOneThatTheLogFollows() throws Exception {
        live(NEVER);
        Snapshot newest = live(NEVER);
        Path file = snapshots().resolve(newest.id() + ".snapshot");
        byte[] damaged = Files.readAllBytes(file);
        damaged[damaged.length / 2] ^= 1;
        Files.write(file, damaged);

        assertStartsWithEverything(NEVER);
        assertThat(snapshots().resolve(newest.id() + ".damaged")).exists();
    }

    /** Writes something and takes a snapshot. @return the snapshot, that the log begins behind unless entries trail */
    private Snapshot live(long trailingEntries) throws Exception {
        RaftNode node = node(trailingEntries);
        node.start();
        try {
            await(() -> node.status().leaderId().isPresent());
            for (int i = 0; i < 5; i++) {
                String command = "c" + written.size();
                get(node.submit(command.getBytes(UTF_8), Optional.empty()));
                written.add(command);
            }
            Snapshot snapshot = get(node.takeSnapshot());
            await(() -> node.status().snapshotIndex() == snapshot.lastIncludedIndex());
            return snapshot;
        } finally {
            node.stop();
        }
    }

    private void assertStartsWithEverything(long trailingEntries) throws Exception {
        RaftNode node = node(trailingEntries);
        node.start();
        try {
            await(() -> node.status().leaderId().isPresent());
            byte[] found = get(node.read(new byte[0], Consistency.LINEARIZABLE)).value();
            assertThat(new String(found, UTF_8).split(",")).containsExactlyElementsOf(written);
        } finally {
            node.stop();
        }
    }

    private Path snapshots() throws IOException {
        return temporary.toRealPath().resolve("n1/snapshots");
    }

    private RaftNode node(long trailingEntries) {
        RaftConfig config = new RaftConfig(
                N1.id(),
                Duration.ofMillis(50),
                Duration.ofMillis(10),
                LeadershipPreference.NORMAL,
                Duration.ofSeconds(20),
                1000,
                10,
                1000,
                new SnapshotPolicy(NEVER, 1 << 20, trailingEntries, OptionalLong.empty()),
                SessionLimits.DEFAULT,
                true);
        return new RaftNode(
                config,
                ALONE,
                new H2StorageFactory(temporary.resolve("n1"), N1.id(), "test", ALONE),
                new MemoryNetwork().connection(),
                new Commands(),
                Ticker.system());
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    /** The server takes real time here: at most this many looks. */
    private static void await(BooleanSupplier condition) throws Exception {
        for (int i = 0; i < 1000; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            CompletableFuture<Void> pause = new CompletableFuture<>();
            pause.completeOnTimeout(null, 20, TimeUnit.MILLISECONDS).get();
        }
        throw new AssertionError("it does not come about");
    }

    /** Remembers every command. */
    private static final class Commands implements StateMachine {

        private final List<String> commands = new ArrayList<>();

        @Override
        public byte[] apply(CommandContext context, byte[] command) {
            commands.add(new String(command, UTF_8));
            return command;
        }

        @Override
        public byte[] query(byte[] query) {
            return String.join(",", commands).getBytes(UTF_8);
        }

        @Override
        public SnapshotWriter snapshot() {
            byte[] captured = query(new byte[0]);
            return out -> out.write(captured);
        }

        @Override
        public void restore(InputStream snapshot) throws IOException {
            commands.clear();
            commands.addAll(List.of(new String(snapshot.readAllBytes(), UTF_8).split(",")));
        }
    }
}
