package io.raftboot.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** scenario L1, and with it R11 to R15, P1, P5 to P7, V6, V8, V9, C6, C7. */
class SimulationTest {

    private static final int FRESH_SEEDS = 1_200;

    @Test // scenarios Q8, C7; bug R48: reads at every level, changes of the members and all faults together
    void everyPropertyHoldsForFreshSeedsAndEveryFaultHappens() throws InterruptedException, ExecutionException {
        // Chosen by the clock, and far enough apart that no two builds run the same ones.
        long firstSeed = System.currentTimeMillis() * FRESH_SEEDS;
        Seeds seeds = Seeds.run(firstSeed, FRESH_SEEDS, Runtime.getRuntime().availableProcessors());
        System.out.println(seeds + ", the first is " + firstSeed);
        assertThat(seeds.failing()).as(seeds::reports).isEmpty();
        assertThat(seeds.coverage().missing()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theSameSeedGivesTheSameTrace(long seed) {
        List<String> first =
                Simulation.runTraced(seed, LoopBug.NONE, Long.MAX_VALUE).trace().lines();
        List<String> second =
                Simulation.runTraced(seed, LoopBug.NONE, Long.MAX_VALUE).trace().lines();
        assertThat(first).hasSizeGreaterThan(100).isEqualTo(second);
    }

    @Test
    void aTraceChangesNothing() {
        long untraced = Simulation.run(6, LoopBug.NONE).events();
        assertThat(Simulation.runTraced(6, LoopBug.NONE, Long.MAX_VALUE).events())
                .isEqualTo(untraced);
    }

    @Test
    void aFailingRunIsReportedWithItsShortestPrefixAndItsTrace(@TempDir Path directory) throws Exception {
        long seed = firstFailing(LoopBug.READ_ON_OWN_WORD);
        FailureReport report = FailureReport.of(seed, LoopBug.READ_ON_OWN_WORD);
        String text = report.writeTo(directory);
        assertThat(text).startsWith("seed " + seed).contains("not linearizable", "client: op");
        assertThat(Files.readAllLines(directory.resolve("seed" + seed + ".txt")))
                .isEqualTo(report.shortest().trace().lines());
        assertThat(Simulation.runTraced(seed, LoopBug.READ_ON_OWN_WORD, report.events() - 1)
                        .violation())
                .isEmpty();
    }

    private static long firstFailing(LoopBug bug) {
        long seed = 1;
        while (Simulation.run(seed, bug).violation().isEmpty()) {
            seed++;
        }
        return seed;
    }
}
