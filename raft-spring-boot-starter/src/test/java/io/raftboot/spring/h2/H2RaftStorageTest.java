package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.testkit.ModelDisk;
import io.raftboot.testkit.RaftStorageContract;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2RaftStorageTest extends RaftStorageContract {

    @TempDir
    Path directory;

    @Override
    protected RaftStorage open() {
        return new H2StorageFactory(directory, NodeId.of("n1"), "test", THREE).open();
    }

    @Test // bug R63
    void anInterruptEndsTheStorageAndNothingIsAcknowledgedAfterIt() {
        try (RaftStorage disk = open()) {
            disk.load();
            disk.write(WriteBatch.bootstrap(THREE));

            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> disk.write(append(noOps(1, 1, 1)))).isInstanceOf(RuntimeException.class);
            assertThat(Thread.interrupted()).isTrue();

            assertThatThrownBy(() -> disk.write(append(noOps(1, 1, 1))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("failed before");
        }
        assertThat(reopened()).isEqualTo(PersistedState.bootstrap(THREE));
    }

    @Test
    void threadsThatHaveWrittenKeepNoMemoryForIt() throws Exception {
        // So many that the two buffers of the storage, and those they were before they grew, are little beside what
        // these would keep.
        int threads = 64;
        ExecutorService writers = Executors.newFixedThreadPool(threads);
        try (RaftStorage disk = open()) {
            disk.load();
            disk.write(WriteBatch.bootstrap(THREE));
            long before = bytesOutsideTheHeap();
            for (int i = 1; i <= 2 * threads; i++) {
                // Every second one finds no room in the journal, and is a commit of the database.
                WriteBatch batch = append(List.of(ModelDisk.command(i, 1, 600_000, new Random(i))));
                writers.submit(() -> disk.write(batch)).get();
            }

            assertThat(bytesOutsideTheHeap() - before).isLessThan(threads * 600_000L);
        } finally {
            writers.shutdown();
        }
    }

    private static long bytesOutsideTheHeap() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Test
    void nothingIsWrittenBeforeTheDiskWasRead() {
        try (RaftStorage disk = open()) {
            assertThatThrownBy(() -> disk.write(WriteBatch.bootstrap(THREE))).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void theFirstWriteNeedsABase() {
        try (RaftStorage disk = open()) {
            disk.load();
            assertThatThrownBy(() -> disk.write(append(noOps(1, 1, 1)))).hasMessageContaining("no base");
        }
    }

    @Test
    void aBatchLargerThanEveryBufferOfH2ComesBack() {
        List<LogEntry> entries = new ArrayList<>();
        for (long index = 1; index <= 40; index++) {
            entries.add(ModelDisk.command(index, 1, 1 << 20, new Random(index)));
        }
        try (RaftStorage disk = open()) {
            disk.load();
            disk.write(WriteBatch.bootstrap(THREE));
            disk.write(append(entries));
        }
        assertThat(reopened().entries()).isEqualTo(entries);
    }

    @Test
    void aSnapshotOfALongLogRemovesAFewRowsPerWriteAndGoesOnAfterARestart() {
        writeEach(WriteBatch.bootstrap(THREE), append(noOps(1, 1_000, 1)), base(900));
        int rows = 1_000 - StoredLog.REMOVED_ROWS_PER_WRITE;
        assertThat(rows()).isEqualTo(rows);

        writeEach(append(noOps(1_001, 1_001, 1)));
        rows = rows + 1 - StoredLog.REMOVED_ROWS_PER_WRITE - 1;
        assertThat(rows()).isEqualTo(rows);
        assertThat(reopened().entries()).isEqualTo(noOps(901, 1_001, 1));

        writeEach(append(noOps(1_002, 1_002, 1)), append(noOps(1_003, 1_003, 1)));
        assertThat(rows()).isEqualTo(103);
        assertThat(reopened().entries()).isEqualTo(noOps(901, 1_003, 1));
    }

    @Test
    void whatIsAppendedNeverOutrunsWhatIsRemoved() {
        writeEach(WriteBatch.bootstrap(THREE), append(noOps(1, 10_000, 1)), base(10_000));
        int before = rows();

        writeEach(append(noOps(10_001, 15_000, 1)));

        assertThat(rows()).isEqualTo(before - StoredLog.REMOVED_ROWS_PER_WRITE);
    }

    @Test
    void largeEntriesAreRemovedFewerAtATime() {
        List<LogEntry> entries = new ArrayList<>();
        for (long index = 1; index <= 30; index++) {
            entries.add(ModelDisk.command(index, 1, 100_000, new Random(index)));
        }
        writeEach(WriteBatch.bootstrap(THREE), append(entries), base(30));
        assertThat(rows()).isEqualTo(30 - 1 - StoredLog.REMOVED_BYTES_PER_WRITE / 100_000);

        writeEach(append(List.of(ModelDisk.command(31, 1, 900_000, new Random(31)))));
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void theRowsThatAnInstalledSnapshotReplacedGoToo() {
        writeEach(WriteBatch.bootstrap(THREE), append(noOps(1, 300, 1)), base(1_000_000));

        writeEach(append(noOps(1_000_001, 1_000_003, 1)), base(1_000_002));
        assertThat(rows()).isEqualTo(1);
        assertThat(reopened().entries()).isEqualTo(noOps(1_000_003, 1_000_003, 1));
    }

    private void writeEach(WriteBatch... batches) {
        try (RaftStorage disk = open()) {
            disk.load();
            List.of(batches).forEach(disk::write);
        }
    }

    private static WriteBatch base(long index) {
        SnapshotMetadata base = new SnapshotMetadata(index, 1, THREE);
        return new WriteBatch(Optional.of(base), Optional.empty(), OptionalLong.empty(), List.of());
    }

    /** How many there are when nothing is in the journal alone. */
    private int rows() {
        reopened();
        return Workload.rows(directory.resolve("raft-log.mv.db"));
    }

    private PersistedState reopened() {
        try (RaftStorage disk = open()) {
            return disk.load().orElseThrow();
        }
    }
}
