package io.raftboot.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * As many seeds as somebody wants, on all cores: {@code mvn -q -pl raft-core -Psimulation test -Dsimulation.seeds=N
 * -Dsimulation.firstSeed=S}. Its name keeps it out of the normal build.
 */
class SimulationRun {

    /** From here on each kind of fault is sure to come up. */
    private static final long SEEDS_FOR_COVERAGE = 1_000;

    /** Whether to measure, instead of running the seeds, and put the figures into docs/simulation.md. */
    private static final String FIGURES = "simulation.figures";

    @Test
    @EnabledIfSystemProperty(named = FIGURES, matches = "true")
    void theFiguresAreRewritten() throws IOException, InterruptedException, ExecutionException {
        Figures.rewrite();
    }

    @Test
    @DisabledIfSystemProperty(named = FIGURES, matches = "true")
    void everyPropertyHoldsForTheseSeeds() throws InterruptedException, ExecutionException {
        long count = Long.getLong("simulation.seeds", 1_000);
        long firstSeed = Long.getLong("simulation.firstSeed", 1);
        Seeds seeds = Seeds.run(firstSeed, count, Runtime.getRuntime().availableProcessors());
        System.out.println(seeds);
        assertThat(seeds.failing()).as(seeds::reports).isEmpty();
        if (count >= SEEDS_FOR_COVERAGE) {
            assertThat(seeds.coverage().missing()).isEmpty();
        }
    }
}
