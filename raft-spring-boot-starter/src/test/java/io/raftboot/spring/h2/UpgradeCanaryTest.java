package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.N1;
import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Identity;
import io.raftboot.model.PersistedState;
import io.raftboot.model.WriteBatch;
import io.raftboot.testkit.ModelDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.h2.engine.Constants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is on the disk after each write, when H2 begins to reuse space, which is 45 seconds after it was freed. H2 2.5.250 to
 * 2.5.252 fail here. To be run for every other version of H2: {@code -Draft.canary=100}, in seconds.
 */
@EnabledIfSystemProperty(named = "raft.canary", matches = "\\d+")
class UpgradeCanaryTest {

    private static final int WRITES_PER_SECOND = 10;

    @TempDir
    Path directory;

    private final ModelDisk model = new ModelDisk(64, false);
    private final List<Long> lost = new ArrayList<>();

    @Test // bug R64
    void aCopyOfTheFileAfterEachWriteHasEverythingThatWasWritten() throws Exception {
        int writes = Integer.getInteger("raft.canary", 100) * WRITES_PER_SECOND;
        Path database = directory.resolve("raft-log.mv.db");
        Identity identity = new Identity("c", "test", N1.id(), "i");
        LogDatabase.create("file:" + database, identity);
        HighWaterMark.create(directory);
        H2RaftStorage disk =
                H2RaftStorage.open(directory, "file:" + database, identity, HighWaterMark.open(directory), () -> {});
        disk.load();
        disk.write(WriteBatch.bootstrap(THREE));

        CountDownLatch left = new CountDownLatch(writes);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        ScheduledFuture<?> writing = timer.scheduleAtFixedRate(
                () -> {
                    writeAndCopy(disk, database);
                    left.countDown();
                },
                0,
                1000 / WRITES_PER_SECOND,
                TimeUnit.MILLISECONDS);
        assertThat(left.await(1, TimeUnit.HOURS)).isTrue();
        writing.cancel(false);
        timer.shutdown();
        assertThat(timer.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        disk.close();

        assertThat(lost)
                .as("copies that lack something, with H2 " + Constants.VERSION)
                .isEmpty();
    }

    private void writeAndCopy(H2RaftStorage disk, Path database) {
        WriteBatch batch = model.next();
        disk.write(batch);
        model.wrote(batch);
        try {
            Path copy = directory.resolve("copy.mv.db");
            Files.copy(database, copy, StandardCopyOption.REPLACE_EXISTING);
            if (!read(copy).equals(model.state())) {
                lost.add(model.batches());
            }
        } catch (IOException | RuntimeException e) {
            lost.add(model.batches());
        }
    }

    private static PersistedState read(Path copy) {
        LogDatabase database = LogDatabase.open("file:" + copy);
        try {
            return LogReader.read(database);
        } finally {
            database.discard();
        }
    }
}
