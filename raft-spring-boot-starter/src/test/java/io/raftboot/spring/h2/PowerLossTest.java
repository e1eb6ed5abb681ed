package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.N1;
import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Identity;
import io.raftboot.model.LogEntry;
import io.raftboot.model.PersistedState;
import io.raftboot.model.WriteBatch;
import io.raftboot.testkit.ModelDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.h2.mvstore.MVStoreException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real H2 on a disk that loses what was not synced. What was acknowledged is there, whole batches only, or the open is
 * refused with a reason; never another value, never a forgotten vote.
 */
class PowerLossTest {

    private static final Identity IDENTITY = new Identity("c", "test", N1.id(), "i");
    private static final int BATCHES = 12;

    @TempDir
    Path directory;

    private ModelDisk model = new ModelDisk(0, false);
    private final List<PersistedState> history = new ArrayList<>();

    @BeforeEach
    void begin() throws IOException {
        newDisk(0);
    }

    @Test // bugs R56, R58, scenario P5
    void afterAPowerCutAtAnyWriteOrSyncEveryAcknowledgedBatchIsThere() throws IOException {
        int cut = 0;
        boolean survived = false;
        for (; !survived; cut++) {
            newDisk(cut);
            survived = writeUntilPowerOff(cut);
            LossyDisk.crash(new Random(cut), LossyDisk.WHOLE_WRITES);
            assertThat(load()).satisfiesAnyOf(this::isAcknowledged, this::isAcknowledgedAndTheOneInFlight);
        }
        assertThat(cut).isGreaterThan(2 * BATCHES);
    }

    @ParameterizedTest // bugs R56, R58
    @ValueSource(ints = {LossyDisk.WHOLE_WRITES, 4096, 512})
    void afterManyPowerCutsEveryAcknowledgedBatchIsThereOrTheReasonIsGiven(int sector) throws IOException {
        int refused = 0;
        for (int seed = 0; seed < 40; seed++) {
            newDisk(seed);
            Random random = new Random(seed);
            for (int crash = 0; crash < 4; crash++) {
                writeUntilPowerOff(random.nextInt(30));
                LossyDisk.crash(random, sector);
                if (!reopenedOrRefused()) {
                    refused++;
                    break;
                }
            }
        }
        // H2 takes a torn chunk for a whole one when both its ends are there; then a checksum of ours refuses it.
        assertThat(refused).isLessThanOrEqualTo(sector == LossyDisk.WHOLE_WRITES ? 0 : 10);
    }

    @ParameterizedTest // bug R60, scenario P8
    @ValueSource(ints = {LossyDisk.WHOLE_WRITES, 512})
    void aBitThatFlipsWhileThePowerIsOffIsNeverReadAsAnotherValue(int sector) throws IOException {
        for (int seed = 0; seed < 60; seed++) {
            newDisk(seed);
            Random random = new Random(seed);
            writeUntilPowerOff(random.nextInt(40));
            LossyDisk.crash(random, sector);
            LossyDisk.flipBit(random);
            reopenedOrRefused();
        }
    }

    @Test
    void withoutItsMarkADiskMayBeOldButIsNeverWrong() throws IOException {
        for (int seed = 0; seed < 40; seed++) {
            newDisk(seed);
            Random random = new Random(seed);
            writeUntilPowerOff(10 + random.nextInt(30));
            LossyDisk.crash(random, 512);
            LossyDisk.flipBit(random);
            HighWaterMark.create(directory);
            try {
                assertThat(load())
                        .satisfiesAnyOf(
                                state -> assertThat(history).contains(state), this::isAcknowledgedAndTheOneInFlight);
            } catch (DataDirectoryException refused) {
                assertThat(refused).hasMessageContaining("raft-log.mv.db");
            }
        }
    }

    @Test // bug R57
    void afterAFailedSyncNothingIsAcknowledgedAnyMore() throws IOException {
        for (int syncs = 0; syncs < BATCHES; syncs++) {
            newDisk(syncs);
            H2RaftStorage disk = open();
            disk.load();
            LossyDisk.failSyncAfter(syncs);
            assertThatThrownBy(() -> writeAll(disk)).hasMessageContaining("Could not sync");
            assertThat(model.batches()).isEqualTo(syncs);

            assertThatThrownBy(() -> disk.write(model.next())).hasMessageContaining("failed before");
            disk.close();
            LossyDisk.crash(new Random(syncs), 512);
            reopenedOrRefused();
        }
    }

    @Test // bug R61
    void onAFullDiskNothingIsAcknowledgedAndNothingIsLost() throws IOException {
        for (int kilobytes = 0; kilobytes < 80; kilobytes += 8) {
            newDisk(kilobytes);
            H2RaftStorage disk = open();
            disk.load();
            LossyDisk.limitGrowth(kilobytes * 1024L);
            assertThatThrownBy(() -> writeAll(disk)).isInstanceOf(RuntimeException.class);
            assertThatThrownBy(() -> disk.write(model.next())).hasMessageContaining("failed before");
            disk.close();
            LossyDisk.repair();
            assertThat(load()).satisfiesAnyOf(this::isAcknowledged, this::isAcknowledgedAndTheOneInFlight);
        }
    }

    @Test // bug R63
    void aFileThatAnInterruptClosesBetweenWriteAndSyncIsNoticed() {
        H2RaftStorage disk = open();
        disk.load();
        writeAll(disk);
        LossyDisk.closeAfter(1);

        assertThatThrownBy(() -> disk.write(model.next()))
                .isInstanceOf(MVStoreException.class)
                .hasMessageContaining("Reading from file");
        disk.close();
    }

    @Test
    void aBatchLargerThanEveryBufferOfH2IsThereAsAWholeOrNotAtAll() throws IOException {
        List<LogEntry> entries = new ArrayList<>();
        for (long index = 1; index <= 40; index++) {
            entries.add(ModelDisk.command(index, 1, 1 << 20, new Random(index)));
        }
        WriteBatch large = new WriteBatch(Optional.empty(), Optional.empty(), OptionalLong.empty(), entries);
        PersistedState before = PersistedState.bootstrap(THREE);
        for (int cut = 0; cut < 4; cut++) {
            newDisk(cut);
            H2RaftStorage disk = open();
            disk.load();
            LossyDisk.powerOffAfter(cut);
            assertThatThrownBy(() -> {
                        disk.write(large);
                        disk.write(large);
                    })
                    .isInstanceOf(RuntimeException.class);
            disk.close();
            LossyDisk.repair();
            assertThat(load()).isIn(before, ModelDisk.apply(before, large));
        }
    }

    private void newDisk(long seed) throws IOException {
        LossyDisk.reset();
        model = new ModelDisk(seed, false);
        history.clear();
        history.add(model.state());
        LogDatabase.create(LossyDisk.FILE, IDENTITY);
        HighWaterMark.create(directory);
        H2RaftStorage disk = open();
        disk.load();
        disk.write(WriteBatch.bootstrap(THREE));
        disk.close();
    }

    /** Returns whether everything was written. */
    private boolean writeUntilPowerOff(long operations) {
        H2RaftStorage disk = open();
        disk.load();
        LossyDisk.powerOffAfter(operations);
        try {
            writeAll(disk);
            return true;
        } catch (RuntimeException powerOff) {
            return false;
        } finally {
            disk.close();
        }
    }

    private void writeAll(H2RaftStorage disk) {
        for (int batch = 0; batch < BATCHES; batch++) {
            WriteBatch next = model.next();
            disk.write(next);
            acknowledged(next);
        }
    }

    private void acknowledged(WriteBatch batch) {
        model.wrote(batch);
        history.add(model.state());
    }

    private void isAcknowledged(PersistedState state) {
        assertThat(state).isEqualTo(model.state());
    }

    private void isAcknowledgedAndTheOneInFlight(PersistedState state) {
        assertThat(state).isEqualTo(ModelDisk.apply(model.state(), model.next()));
    }

    /** Returns whether the disk was opened, with what it must hold. */
    private boolean reopenedOrRefused() {
        PersistedState state;
        try {
            state = load();
        } catch (DataDirectoryException refused) {
            assertThat(refused).hasMessageContainingAll("raft.data-dir", "raft-log.mv.db");
            return false;
        }
        if (!state.equals(model.state())) {
            isAcknowledgedAndTheOneInFlight(state);
            acknowledged(model.next());
        }
        return true;
    }

    private PersistedState load() {
        H2RaftStorage disk = open();
        try {
            return disk.load().orElseThrow();
        } finally {
            disk.close();
        }
    }

    private H2RaftStorage open() {
        HighWaterMark mark = mark();
        boolean opened = false;
        try {
            H2RaftStorage disk = H2RaftStorage.open(directory, LossyDisk.FILE, IDENTITY, mark, () -> {});
            opened = true;
            return disk;
        } finally {
            if (!opened) {
                close(mark);
            }
        }
    }

    private HighWaterMark mark() {
        try {
            return HighWaterMark.open(directory);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void close(HighWaterMark mark) {
        try {
            mark.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
