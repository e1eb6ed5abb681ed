package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.NodeId;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spring.h2.Workload.Moment;
import io.raftboot.testkit.ModelDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether H2, left to itself, finds what was committed and synced, when it begins to use space again: that is 45 seconds after it
 * was freed. H2 2.5.250 to 2.5.252 fail here. CONTRIBUTING.md says how to run this with another version.
 */
class UpgradeCanaryTest {

    private static final int WRITES_PER_SECOND = 10;

    @TempDir
    Path directory;

    private final ModelDisk model = new ModelDisk(64, false);
    private final List<Long> lost = new ArrayList<>();

    @Test // bug R64
    void h2FindsEveryWriteOfALifeInWhichMinutesPass() {
        long found = 0;
        for (long seed = 1; seed <= 3; seed++) {
            List<Moment> moments = Workload.momentsOfALife(seed);
            for (int next = 1; next < moments.size(); next++) {
                Moment moment = moments.get(next);
                int writes = moment.debt().acknowledged().size();
                if (writes > moments.get(next - 1).debt().acknowledged().size()) {
                    moment.disk().mount();
                    compare(writes, sequence(LossyFilePath.SCHEME + ":" + Workload.DATABASE));
                    found++;
                }
            }
        }
        assertThat(lost)
                .as("writes that H2 %s does not find", Constants.VERSION)
                .isEmpty();
        assertThat(found).isGreaterThan(100);
    }

    @Test // bug R64
    @EnabledIfSystemProperty(named = "raft.canary", matches = "\\d+")
    void h2FindsEveryWriteInACopyOfARealFile() throws Exception {
        int writes = Integer.getInteger("raft.canary", 100) * WRITES_PER_SECOND;
        CountDownLatch left = new CountDownLatch(writes);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (RaftStorage storage = new H2StorageFactory(directory, NodeId.of("n1"), "test", THREE).openWithAnyH2()) {
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
                .as("writes that H2 %s does not find", Constants.VERSION)
                .isEmpty();
    }

    private void writeAndCopy(RaftStorage storage) {
        WriteBatch batch = model.next();
        storage.write(batch);
        model.wrote(batch);
        Path copy = directory.resolve("copy.mv.db");
        try {
            Files.copy(directory.resolve("raft-log.mv.db"), copy, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        compare(model.batches() + 1, sequence("file:" + copy));
    }

    private void compare(long written, long found) {
        if (found != written) {
            lost.add(written);
        }
    }

    /** How many writes a database has seen, as H2 opens it without any help; -1 if it does not. */
    private static long sequence(String fileName) {
        try (MVStore store = new MVStore.Builder()
                .fileName(fileName)
                .autoCommitDisabled()
                .readOnly()
                .open()) {
            MVMap<Long, byte[]> rows = store.openMap(
                    "server",
                    new MVMap.Builder<Long, byte[]>()
                            .keyType(LongDataType.INSTANCE)
                            .valueType(ByteArrayDataType.INSTANCE));
            byte[] state = rows.get(0L);
            return state == null ? -1 : Rows.toState(state).sequence();
        } catch (RuntimeException | AssertionError damaged) {
            return -1;
        }
    }
}
