package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.testkit.ModelDisk;
import io.raftboot.testkit.RaftStorageContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

    private PersistedState reopened() {
        try (RaftStorage disk = open()) {
            return disk.load().orElseThrow();
        }
    }
}
