package io.raftboot.spring.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.raftboot.model.PersistedState;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spring.h2.LossyDisk.Operation;
import io.raftboot.spring.h2.Workload.Debt;
import io.raftboot.spring.h2.Workload.Moment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * The real H2, and the files beside it, on a disk that loses what was not synced: the process or the power ends before each write,
 * each sync and each new name of a whole life. What was acknowledged is there, whole batches only; never another value, never a
 * forgotten vote, never another server.
 */
@ExtendWith(OutputCaptureExtension.class)
class CrashTest {

    private static final long SEED = 3;
    private static final String IDENTITY = "/data/n1/identity.json";
    private static final String MARK = "/data/n1/raft-log.mark";

    private static List<Moment> moments = List.of();

    @BeforeAll
    static void live() {
        log(LogLevel.WARN);
        moments = Workload.momentsOfALife(SEED);
    }

    @AfterAll
    static void logAgain() {
        log(LogLevel.INFO);
        moments = List.of();
    }

    @Test
    void theLifeHasEverythingThatCanHappenToTheFile() throws IOException {
        int reused = 0;
        for (Moment moment : afterTheFirstStart()) {
            reused += moment.disk().lastWriteInTheMiddleOf(Workload.DATABASE) ? 1 : 0;
        }
        assertThat(reused).isGreaterThan(5);
        assertThat(moments).extracting(Moment::operation).contains(Operation.CUT);
        assertThat(moments).hasSizeGreaterThan(150);
    }

    @ParameterizedTest // bugs R56, R58, R59, R62, R65, scenarios P5, P7, P8
    @EnumSource
    void afterACrashAtAnyMomentTheServerStartsAndNoLaterPowerCutTakesWhatItFound(Loss loss) {
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

    private static void start(LossyDisk disk, Debt debt, boolean andAfterAPowerCutAgain) {
        Optional<PersistedState> found = Workload.restart(disk, debt);
        if (andAfterAPowerCutAgain) {
            assertThat(Workload.restart(disk.after(Loss.ALL, new Random(0)), debt))
                    .isEqualTo(found);
        }
    }

    @Test // bugs R62, R58
    void aServerThatEndsAgainWhileItStartsStartsTheNextTime() {
        for (Moment moment : everySixthAndAllOfTheFirstStart()) {
            LossyDisk disk = moment.disk().after(lossOf(moment), random(moment, 0));
            List<LossyDisk> secondCrashes = new ArrayList<>();
            disk.watch(operation -> {
                if (operation != Operation.READ) {
                    secondCrashes.add(disk.copy());
                }
            });
            Workload.restart(disk, moment.debt());
            for (LossyDisk second : secondCrashes) {
                for (Loss loss : List.of(Loss.KILLED, Loss.SOME_SECTORS)) {
                    LossyDisk left = second.after(loss, random(moment, 1));
                    assertThatCode(() -> start(left, moment.debt(), true))
                            .as("%s, then %s, %s", lossOf(moment), loss, moment)
                            .doesNotThrowAnyException();
                }
            }
        }
    }

    @Test // bug R59
    void whatTheServerPromisesAfterACrashSurvivesAPowerCut() {
        for (Moment moment : moments) {
            for (Loss loss : List.of(Loss.KILLED, lossOf(moment))) {
                LossyDisk disk = moment.disk().after(loss, random(moment, 2));
                assertThatCode(() -> Workload.goOn(disk, moment.debt()))
                        .as("%s, %s", loss, moment)
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test // scenario P8
    void aTornLastWriteIsCutBackOnceWithAWarning(CapturedOutput output) {
        int warnings = 0;
        for (Moment moment : moments) {
            LossyDisk disk = moment.disk().after(Loss.LAST_WRITE_TORN, random(moment, 3));
            Workload.restart(disk, moment.debt());
            warnings = warnings(output);
            Workload.restart(disk.after(Loss.ALL, random(moment, 3)), moment.debt());
            assertThat(warnings(output)).isEqualTo(warnings);
        }
        assertThat(warnings).isPositive();
    }

    private static int warnings(CapturedOutput output) {
        Pattern warning = Pattern.compile("WARN.*raft.data-dir /data/n1: the last write was torn .* and is cut back");
        return (int) warning.matcher(output.getAll()).results().count();
    }

    @Test // bug R60: two faults at once, and the mark may lag behind
    void aBitThatFlipsInAPowerCutCostsAtMostTheLastEntriesAndNeverAVote() throws IOException {
        int refused = 0;
        for (Moment moment : afterTheFirstStart()) {
            LossyDisk disk = moment.disk().after(lossOf(moment, Loss.ALL, Loss.SOME_SECTORS), random(moment, 4));
            disk.flipBit(Workload.DATABASE, random(moment, 5));
            refused += startsOrRefuses(disk, found -> {
                        assertThat(lastStates(moment.debt(), 2)).contains(found);
                        assertThat(found.hardState())
                                .isIn(
                                        moment.debt().last().orElseThrow().hardState(),
                                        moment.debt().inFlight().orElseThrow().hardState());
                    })
                    ? 0
                    : 1;
        }
        assertThat(refused).isPositive();
    }

    @Test // bug R60
    void withoutItsMarkADiskMayBeOldButIsNeverWrong() throws IOException {
        byte[] fresh = moments.stream()
                .filter(moment -> moment.disk().exists(IDENTITY))
                .findFirst()
                .orElseThrow()
                .disk()
                .read(MARK);
        for (Moment moment : afterTheFirstStart()) {
            LossyDisk disk = moment.disk().after(Loss.SOME_SECTORS, random(moment, 6));
            disk.flipBit(Workload.DATABASE, random(moment, 7));
            disk.exchange(MARK, fresh);
            startsOrRefuses(
                    disk,
                    found -> assertThat(lastStates(moment.debt(), Integer.MAX_VALUE))
                            .contains(found));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"KILLED_WHILE_WRITING", "SOME_LARGE_SECTORS"})
    void aBatchLargerThanEveryBufferOfH2IsThereAsAWholeOrNotAtAll(Loss loss) {
        Workload workload = Workload.unborn(SEED);
        workload.live(0);
        workload.remembering().liveForOneHugeBatch();
        for (Moment moment : workload.moments()) {
            assertThatCode(() -> Workload.restart(moment.disk().after(loss, random(moment, 0)), moment.debt()))
                    .as("%s, %s", loss, moment)
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest // bug R26
    @EnumSource
    void aCrashWhileEntriesBehindASnapshotAreRemovedStepByStepLosesNothingAndBringsNoneBack(Loss loss) {
        Workload workload = Workload.unborn(SEED);
        workload.live(0);
        workload.remembering().liveForALongCompaction();
        List<Moment> steps = workload.moments();
        for (Moment moment : steps) {
            LossyDisk disk = moment.disk().after(loss, random(moment, 0));
            assertThatCode(() -> {
                        start(disk, moment.debt(), true);
                        Workload.goOn(disk, moment.debt());
                    })
                    .as("%s, %s", loss, moment)
                    .doesNotThrowAnyException();
        }
        assertThat(steps).extracting(moment -> superfluousRows(moment)).contains(0);
        assertThat(steps.stream().map(CrashTest::superfluousRows).distinct().count())
                .isGreaterThan(3);
    }

    private static int superfluousRows(Moment moment) {
        int entries = moment.debt().last().orElseThrow().entries().size();
        LossyDisk disk = moment.disk().copy();
        Workload.restart(disk, moment.debt());
        return Workload.rows(disk.mount().resolve("data/n1/raft-log.mv.db")) - entries;
    }

    private static boolean startsOrRefuses(LossyDisk disk, Consumer<PersistedState> check) {
        try (RaftStorage storage = Workload.open(disk)) {
            check.accept(storage.load().orElseThrow());
            return true;
        } catch (DataDirectoryException refusal) {
            assertThat(refusal).hasMessageContainingAll("raft.data-dir /data/n1", "raft-log.mv.db");
            return false;
        }
    }

    /** The last so many acknowledged states, and the one in flight. */
    private static List<PersistedState> lastStates(Debt debt, int count) {
        List<PersistedState> acknowledged = debt.acknowledged();
        List<PersistedState> states =
                new ArrayList<>(acknowledged.subList(Math.max(0, acknowledged.size() - count), acknowledged.size()));
        debt.inFlight().ifPresent(states::add);
        return states;
    }

    private static List<Moment> everySixthAndAllOfTheFirstStart() {
        return moments.stream()
                .filter(moment ->
                        moment.number() % 6 == 0 || moment.debt().last().isEmpty())
                .toList();
    }

    private static List<Moment> afterTheFirstStart() {
        return moments.stream()
                .filter(moment -> moment.debt().last().isPresent())
                .toList();
    }

    private static Loss lossOf(Moment moment) {
        return lossOf(moment, Loss.values());
    }

    private static Loss lossOf(Moment moment, Loss... losses) {
        return losses[moment.number() % 7 % losses.length];
    }

    private static Random random(Moment moment, int attempt) {
        return new Random(SEED * 1_000_003 + moment.number() * 101L + attempt);
    }

    private static void log(LogLevel level) {
        LoggingSystem.get(CrashTest.class.getClassLoader()).setLogLevel(CrashTest.class.getPackageName(), level);
    }
}
