package io.raftboot.simulation;

import io.raftboot.simulation.Simulation.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A failed run for a human: its seed, its shortest prefix that fails, and what happened in it. */
final class FailureReport {

    private static final int LINES_SHOWN = 60;

    private final long seed;
    private final LoopBug bug;
    private final Outcome shortest;

    private FailureReport(long seed, LoopBug bug, Outcome shortest) {
        this.seed = seed;
        this.bug = bug;
        this.shortest = shortest;
    }

    /** Runs a failing seed again to report on it. */
    static FailureReport of(long seed, LoopBug bug) {
        Outcome whole = Simulation.runTraced(seed, bug, Long.MAX_VALUE);
        return new FailureReport(seed, bug, shorten(seed, bug, whole));
    }

    /**
     * Most violations end a run at once. A history is checked at its end, so there the first event is searched after which it is
     * not linearizable; it never becomes so again.
     */
    private static Outcome shorten(long seed, LoopBug bug, Outcome whole) {
        long holds = 0;
        Outcome fails = whole;
        while (fails.events() - holds > 1) {
            Outcome half = Simulation.runTraced(seed, bug, (holds + fails.events()) / 2);
            if (half.violation().isPresent()) {
                fails = half;
            } else {
                holds = half.events();
            }
        }
        return fails;
    }

    /** How many events it takes. */
    long events() {
        return shortest.events();
    }

    Outcome shortest() {
        return shortest;
    }

    /** Writes the whole trace to a file. @return the report with its last lines */
    String writeTo(Path directory) {
        Path file = directory.resolve("seed" + seed + ".txt");
        List<String> lines = shortest.trace().lines();
        try {
            Files.createDirectories(directory);
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "seed " + seed + (bug == LoopBug.NONE ? "" : " with " + bug) + " fails after " + shortest.events()
                + " events: " + shortest.violation().orElse("nothing, the second time") + "\nthe whole trace is in "
                + file + "; it ends so:\n  "
                + String.join("\n  ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
    }
}
