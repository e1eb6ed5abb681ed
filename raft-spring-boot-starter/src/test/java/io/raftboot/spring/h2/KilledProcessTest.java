package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.testkit.ModelDisk;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes, really killed. How often: {@code -Draft.kills=500}, with {@code -Djunit.jupiter.execution.timeout.mode=disabled},
 * since that takes half an hour.
 */
@Timeout(600)
class KilledProcessTest {

    private static final int KILLS = Integer.getInteger("raft.kills", 10);

    @TempDir
    Path directory;

    @Test // scenario P2
    void whatWasAcknowledgedBeforeAKillIsThereAfterIt() throws Exception {
        Random random = new Random(2);
        ModelDisk model = new ModelDisk(2, true);
        for (int round = 0; round < KILLS; round++) {
            WritingProcess process = WritingProcess.start(directory, 2);
            process.awaitAcknowledged(1 + random.nextInt(300));
            long acknowledged = process.killAfter(random.nextInt(20));

            PersistedState found = load().orElseThrow();
            long written = found.hardState().currentTerm();
            assertThat(written).isBetween(acknowledged, acknowledged + 1);
            while (model.batches() < written) {
                model.wrote(model.next());
            }
            assertThat(found).isEqualTo(model.state());
        }
    }

    @Test // bugs R26, R27, R33, scenarios S4, S6
    void killsDuringCompactionAndInstallationLoseNothing() throws Exception {
        Random random = new Random(4);
        long acknowledged = 0;
        for (int round = 0; round < KILLS; round++) {
            WritingProcess cluster = WritingProcess.start(WritingCluster.class, directory, round);
            cluster.awaitAcknowledged(1);
            assertThat(cluster.acknowledged()).isGreaterThanOrEqualTo(acknowledged);
            cluster.awaitAcknowledged(1 + random.nextInt(200));
            acknowledged = cluster.killAfter(random.nextInt(20));
        }
    }

    @Test // bug R62
    void aKillDuringTheVeryFirstStartLeavesADirectoryThatStarts() throws Exception {
        Random random = new Random(62);
        for (int round = 0; round < KILLS; round++) {
            Path fresh = directory.resolve("round-" + round);
            long acknowledged = WritingProcess.start(fresh, 62).killAfter(random.nextInt(250));
            try (RaftStorage disk = open(fresh)) {
                Optional<PersistedState> found = disk.load();
                assertThat(found.isPresent() || acknowledged < 0).isTrue();
                if (found.isEmpty()) {
                    disk.write(WriteBatch.bootstrap(THREE));
                }
            }
        }
    }

    @Test // scenario P12
    void aSecondProcessIsRefusedUntilTheFirstHasEnded() throws Exception {
        WritingProcess process = WritingProcess.start(directory, 12);
        process.awaitAcknowledged(1);
        try {
            assertThatThrownBy(this::load)
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContainingAll("raft.data-dir", "in use by another process");
            process.awaitAcknowledged(1);
        } finally {
            process.killAfter(0);
        }
        assertThat(load()).isPresent();
    }

    private Optional<PersistedState> load() {
        try (RaftStorage disk = open(directory)) {
            return disk.load();
        }
    }

    private static RaftStorage open(Path directory) {
        return new H2StorageFactory(directory, NodeId.of("n1"), "test", THREE).open();
    }
}
