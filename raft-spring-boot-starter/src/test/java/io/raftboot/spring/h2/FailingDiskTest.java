package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.LogEntry;
import io.raftboot.model.PersistedState;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spring.h2.LossyDisk.DiskFull;
import io.raftboot.spring.h2.LossyDisk.Operation;
import io.raftboot.spring.h2.Workload.Debt;
import io.raftboot.spring.h2.Workload.Moment;
import io.raftboot.testkit.ModelDisk;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.mvstore.MVStoreException;
import org.junit.jupiter.api.Test;

/** The real H2 on a disk that refuses: nothing is acknowledged any more, and a new process finds everything that was. */
class FailingDiskTest {

    private static final long SEED = 3;

    /** What the disk says to the operation of so many of a kind. */
    @FunctionalInterface
    private interface Fault {
        void at(int operationsLeft) throws IOException;
    }

    @Test // bug R61
    void aDiskThatFillsUpAtAnyWriteCostsNothingThatWasAcknowledged() {
        int tries = atEvery(Operation.WRITE, left -> {
            if (left <= 0) {
                throw new DiskFull();
            }
        });
        assertThat(tries).isGreaterThan(50);
    }

    @Test // bug R57
    void aSyncThatFailsOnceAnywhereIsTheEndAndCostsNothingThatWasAcknowledged() {
        int tries = atEvery(Operation.SYNC, left -> {
            if (left == 0) {
                throw new IOException("Input/output error");
            }
        });
        assertThat(tries).isGreaterThan(50);
    }

    @Test
    void aReadThatFailsOnceAfterAPowerCutIsNotTakenForATornWrite() {
        for (Moment moment : Workload.momentsOfALife(SEED)) {
            if (moment.number() % 40 == 0 && moment.debt().last().isPresent()) {
                int reads = 0;
                while (!startedBefore(reads, moment.disk().after(Loss.ALL, new Random(0)), moment.debt())) {
                    reads++;
                }
                assertThat(reads).isGreaterThan(20);
            }
        }
    }

    /** Returns whether it took fewer reads. */
    private static boolean startedBefore(int reads, LossyDisk disk, Debt debt) {
        AtomicInteger left = new AtomicInteger(reads);
        disk.watch(operation -> {
            if (operation == Operation.READ && left.getAndDecrement() == 0) {
                throw new IOException("Input/output error");
            }
        });
        try {
            Workload.restart(disk, debt);
        } catch (DataDirectoryException refused) {
            assertThat(refused)
                    .hasMessageContaining("raft.data-dir /data/n1 cannot be used")
                    .hasRootCauseMessage("Input/output error");
        }
        disk.watch(operation -> {});
        Workload.restart(disk, debt);
        return left.get() >= 0;
    }

    @Test // bug R63
    void aFileThatAnInterruptClosesBetweenWriteAndSyncIsNoticed() {
        LossyDisk disk = new LossyDisk();
        try (RaftStorage storage = Workload.open(disk)) {
            storage.load();
            storage.write(WriteBatch.bootstrap(THREE));
            disk.watch(operation -> {
                if (operation == Operation.WRITE) {
                    disk.closeUnderH2();
                }
            });

            assertThatThrownBy(() -> storage.write(largerThanTheJournal()))
                    .isInstanceOf(MVStoreException.class)
                    .hasMessageContaining("Reading from file");
        }
    }

    private static WriteBatch largerThanTheJournal() {
        LogEntry entry = ModelDisk.command(1, 1, LogJournal.FILE_BYTES, new Random(0));
        return new WriteBatch(Optional.empty(), Optional.empty(), OptionalLong.empty(), List.of(entry));
    }

    /** Returns how many operations there were to fail at. */
    private static int atEvery(Operation kind, Fault fault) {
        int tries = 0;
        Workload before = Workload.unborn(SEED);
        for (int life = 0; life < Workload.lives(); life++) {
            int failures = 0;
            while (failedAt(failures, kind, fault, before.copy(), life)) {
                failures++;
            }
            tries += failures;
            before.live(life);
        }
        return tries;
    }

    /** Returns whether there were so many operations. */
    private static boolean failedAt(int number, Operation kind, Fault fault, Workload workload, int life) {
        AtomicInteger left = new AtomicInteger(number);
        workload.disk().watch(operation -> {
            if (operation == kind) {
                fault.at(left.getAndDecrement());
            }
        });
        try {
            workload.live(life);
        } catch (DataDirectoryException refused) {
            assertThat(refused).hasMessageContaining("raft.data-dir /data/n1");
        } catch (RuntimeException failed) {
            assertThat(workload.debt().identity()).as("%s", failed).isPresent();
        }
        workload.disk().watch(operation -> {});
        assertThatCode(() -> startAgain(workload.disk(), workload.debt()))
                .as("life %d, %s %d", life, kind, number)
                .doesNotThrowAnyException();
        return left.get() < 0;
    }

    /** After a power cut, and without one; in that case nothing was lost yet, and the next power cut must not take anything. */
    private static void startAgain(LossyDisk disk, Debt debt) {
        Workload.restart(disk.after(Loss.ALL, new Random(0)), debt);
        Workload.restart(disk.after(Loss.SOME_SECTORS, new Random(1)), debt);
        Optional<PersistedState> found = Workload.restart(disk, debt);
        assertThat(Workload.restart(disk.after(Loss.ALL, new Random(0)), debt)).isEqualTo(found);
    }
}
