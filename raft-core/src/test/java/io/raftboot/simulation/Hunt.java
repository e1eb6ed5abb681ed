package io.raftboot.simulation;

import io.raftboot.simulation.Simulation.Outcome;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The search for the first seed that breaks a cluster. Speaks in types of the JDK only, because it is also called from outside its
 * class loader.
 */
public final class Hunt implements BiFunction<String, List<Long>, List<String>> {

    /** For reflection. */
    public Hunt() {}

    /**
     * Runs seeds until one fails.
     *
     * @param loopBug the name of a {@link LoopBug}
     * @param seeds what to try, in order
     * @return the first seed that fails, after how many events, and why; empty if none does
     */
    @Override
    public List<String> apply(String loopBug, List<Long> seeds) {
        LoopBug bug = LoopBug.valueOf(loopBug);
        for (long seed : seeds) {
            Outcome outcome = Simulation.run(seed, bug);
            if (outcome.violation().isPresent()) {
                return List.of(
                        Long.toString(seed),
                        Long.toString(outcome.events()),
                        outcome.violation().get());
            }
        }
        return List.of();
    }
}
