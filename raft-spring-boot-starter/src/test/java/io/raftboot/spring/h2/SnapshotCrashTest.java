package io.raftboot.spring.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.raftboot.model.PersistedState;
import io.raftboot.spring.h2.LossyDisk.DiskFull;
import io.raftboot.spring.h2.LossyDisk.Operation;
import io.raftboot.spring.h2.SnapshotLife.Moment;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * Taking, receiving and installing snapshots on a disk that loses what was not synced, or that refuses: the process or the power
 * ends before each write, each sync and each new name. The log and a whole snapshot before it are there, at every later start too.
 */
class SnapshotCrashTest {

    private static final long LAST = 50;

    private static List<Moment> moments = List.of();

    /** What the disk says to the operation of so many of a kind. */
    @FunctionalInterface
    private interface Fault {
        void at(int operationsLeft) throws IOException;
    }

    @BeforeAll
    static void live() {
        log(LogLevel.WARN);
        moments = SnapshotLife.moments();
    }

    @AfterAll
    static void logAgain() {
        log(LogLevel.INFO);
        moments = List.of();
    }

    @Test
    void theLifeHasEveryKindOfOperationInTheSnapshotFiles() {
        assertThat(moments).extracting(Moment::operation).contains(Operation.NAME, Operation.CUT, Operation.SYNC);
        assertThat(moments)
                .extracting(moment -> moment.debt().snapshots())
                .contains(List.of(10L, 12L), List.of(12L, 30L, 50L));
        assertThat(moments).hasSizeGreaterThan(100);
    }

    @ParameterizedTest // bugs R26, R27, R33, R62
    @EnumSource
    void afterACrashAtAnyMomentLogAndSnapshotsFitAndNoLaterPowerCutTakesThem(Loss loss) {
        for (Moment moment : moments) {
            for (int attempt = 0; attempt < loss.attempts(); attempt++) {
                LossyDisk disk = moment.disk().after(loss, random(moment, attempt));
                boolean twice = attempt == 0;
                assertThatCode(() -> start(disk, moment.debt(), twice))
                        .as("%s, %s", loss, moment)
                        .doesNotThrowAnyException();
            }
        }
    }

    @ParameterizedTest // bug R26: what was not lost by a kill may still be lost by the power cut after it
    @EnumSource(names = {"KILLED", "SOME_SECTORS"})
    void whatAServerReliesOnAfterACrashSurvivesAPowerCut(Loss loss) {
        for (Moment moment : moments) {
            LossyDisk disk = moment.disk().after(loss, random(moment, 0));
            assertThatCode(() -> {
                        SnapshotLife.compact(disk.copy());
                        SnapshotLife.fetch(disk, LAST);
                    })
                    .as("%s, %s", loss, moment)
                    .doesNotThrowAnyException();
        }
    }

    @Test // bugs R32, R60
    void aBitThatFlipsInASnapshotFileIsAlwaysFound() throws IOException {
        Moment last = moments.get(moments.size() - 1);
        List<String> files = last.disk().after(Loss.ALL, new Random(0)).children("/data/n1/snapshots");
        assertThat(files).hasSizeGreaterThan(2).allMatch(name -> name.endsWith(".snapshot"));
        for (String name : files) {
            for (int flip = 0; flip < 40; flip++) {
                LossyDisk disk = last.disk().after(Loss.ALL, new Random(0));
                disk.flipBit("/data/n1/snapshots/" + name, new Random(flip));
                assertThat(listedAndWhole(disk)).as("%s, flip %d", name, flip).isEqualTo(files.size() - 1);
            }
        }
    }

    /** Puts aside what is found damaged. @return how many are not */
    private static int listedAndWhole(LossyDisk disk) throws IOException {
        FileSnapshotStore store = FileSnapshotStore.open(disk.mount().resolve("data/n1/snapshots"));
        int files = disk.children("/data/n1/snapshots").size();
        int whole = 0;
        for (var snapshot : store.list()) {
            try {
                store.verify(snapshot);
                whole++;
            } catch (IOException damage) {
                store.putAside(snapshot);
            }
        }
        assertThat(store.list()).hasSize(whole);
        assertThat(disk.children("/data/n1/snapshots")).hasSize(files);
        return whole;
    }

    @Test // bug R57: what a failed sync was about can be read, and is not on the disk
    void aSyncThatFailsOnceAnywhereCostsASnapshotAtMost() {
        assertThat(atEvery(Operation.SYNC, left -> {
                    if (left == 0) {
                        throw new IOException("Input/output error");
                    }
                }))
                .isGreaterThan(30);
    }

    @Test // bug R61
    void aDiskThatFillsUpAtAnyWriteCostsASnapshotAtMost() {
        assertThat(atEvery(Operation.WRITE, left -> {
                    if (left <= 0) {
                        throw new DiskFull();
                    }
                }))
                .isGreaterThan(25);
    }

    @Test
    void aNameThatIsRefusedOnceAnywhereCostsASnapshotAtMost() {
        assertThat(atEvery(Operation.NAME, left -> {
                    if (left == 0) {
                        throw new IOException("Input/output error");
                    }
                }))
                .isGreaterThan(20);
    }

    /** Returns how many operations there were to fail at. */
    private static int atEvery(Operation kind, Fault fault) {
        int failures = 0;
        while (failedAt(failures, kind, fault)) {
            failures++;
        }
        return failures;
    }

    /** Returns whether there were so many operations. */
    private static boolean failedAt(int number, Operation kind, Fault fault) {
        AtomicInteger left = new AtomicInteger(number);
        LossyDisk disk = new LossyDisk();
        disk.watch(operation -> {
            if (operation == kind) {
                fault.at(left.getAndDecrement());
            }
        });
        SnapshotLife life = new SnapshotLife(disk);
        try {
            life.live();
        } catch (RuntimeException failed) {
            assertThat(left.get()).as("%s", failed).isNegative();
        }
        disk.watch(operation -> {});
        for (Loss loss : List.of(Loss.ALL, Loss.SOME_SECTORS, Loss.KILLED)) {
            LossyDisk next = disk.after(loss, new Random(number));
            assertThatCode(() -> start(next, life.debt(), true))
                    .as("%s %d, %s", kind, number, loss)
                    .doesNotThrowAnyException();
        }
        return left.get() < 0;
    }

    private static void start(LossyDisk disk, SnapshotLife.Debt debt, boolean andAfterAPowerCutAgain)
            throws IOException {
        Optional<PersistedState> found = SnapshotLife.restart(disk, debt);
        if (andAfterAPowerCutAgain) {
            assertThat(SnapshotLife.restart(disk.after(Loss.ALL, new Random(0)), debt))
                    .isEqualTo(found);
        }
    }

    private static Random random(Moment moment, int attempt) {
        return new Random(7 * 1_000_003 + moment.number() * 101L + attempt);
    }

    private static void log(LogLevel level) {
        LoggingSystem.get(SnapshotCrashTest.class.getClassLoader())
                .setLogLevel(SnapshotCrashTest.class.getPackageName(), level);
    }
}
