package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.testkit.ModelDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.h2.engine.Constants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether what was committed and synced is found when H2 begins to use space again: that is 45 seconds after it was freed.
 * CONTRIBUTING.md says how to run this with another version.
 */
class UpgradeCanaryTest {

    private static final int WRITES_PER_SECOND = 10;

    @TempDir
    Path temporary;

    private final ModelDisk model = new ModelDisk(64, false);
    private final List<Long> lost = new ArrayList<>();

    @Test // bug R64
    @EnabledIfSystemProperty(named = "raft.canary", matches = "\\d+")
    void everyWriteIsFoundInACopyOfARealFile() throws Exception {
        int writes = Integer.getInteger("raft.canary", 100) * WRITES_PER_SECOND;
        CountDownLatch left = new CountDownLatch(writes);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (RaftStorage storage = open(directory())) {
            storage.load();
            storage.write(WriteBatch.bootstrap(THREE));
            ScheduledFuture<?> writing = timer.scheduleAtFixedRate(
                    () -> {
                        writeAndCopy(storage);
                        left.countDown();
                    },
                    0,
                    1000 / WRITES_PER_SECOND,
                    TimeUnit.MILLISECONDS);
            assertThat(left.await(1, TimeUnit.HOURS)).isTrue();
            writing.cancel(false);
            timer.shutdown();
            assertThat(timer.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(lost)
                .as("writes that are not found with H2 %s", Constants.VERSION)
                .isEmpty();
    }

    private void writeAndCopy(RaftStorage storage) {
        WriteBatch batch = model.next();
        storage.write(batch);
        model.wrote(batch);
        try {
            copyFiles();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!found().equals(Optional.of(model.state()))) {
            lost.add(model.batches());
        }
    }

    private void copyFiles() throws IOException {
        Files.createDirectories(copy());
        try (Stream<Path> files = Files.list(directory())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy().resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** What a server that starts with the copy finds; empty also if it refuses to. */
    private Optional<PersistedState> found() {
        try (RaftStorage storage = open(copy())) {
            return storage.load();
        } catch (DataDirectoryException damaged) {
            return Optional.empty();
        }
    }

    private static RaftStorage open(Path directory) {
        return new H2StorageFactory(directory, NodeId.of("n1"), "test", THREE).openWithAnyH2();
    }

    private Path directory() {
        return temporary.resolve("n1");
    }

    private Path copy() {
        return temporary.resolve("copy");
    }
}
