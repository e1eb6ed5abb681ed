package io.raftboot.simulation;

import io.raftboot.simulation.Simulation.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs many seeds. Each runs in one thread; different seeds have nothing in common and may run beside each other. */
final class Seeds {

    /** How many failing seeds are told of in full. */
    private static final int MAX_REPORTS = 3;

    private final Coverage coverage = new Coverage();
    private final List<Long> failing = new ArrayList<>();
    private long count;
    private long events;

    private Seeds() {}

    /** Runs the seeds from one on, on this thread. */
    static Seeds run(long firstSeed, long count) {
        Seeds seeds = new Seeds();
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            seeds.add(Simulation.run(seed, LoopBug.NONE));
        }
        return seeds;
    }

    /** Runs the seeds from one on, on so many threads. */
    static Seeds run(long firstSeed, long count, int threads) throws InterruptedException, ExecutionException {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Seeds>> parts = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                long from = firstSeed + count * thread / threads;
                long to = firstSeed + count * (thread + 1) / threads;
                parts.add(() -> run(from, to - from));
            }
            Seeds all = new Seeds();
            for (Future<Seeds> part : executor.invokeAll(parts)) {
                all.addAll(part.get());
            }
            return all;
        } finally {
            executor.shutdown();
        }
    }

    private void add(Outcome outcome) {
        count++;
        events += outcome.events();
        coverage.addAll(outcome.coverage());
        if (outcome.violation().isPresent()) {
            failing.add(outcome.seed());
        }
    }

    private void addAll(Seeds other) {
        count += other.count;
        events += other.events;
        coverage.addAll(other.coverage);
        failing.addAll(other.failing);
    }

    Coverage coverage() {
        return coverage;
    }

    List<Long> failing() {
        return failing;
    }

    long events() {
        return events;
    }

    /** What is to be known about the seeds that failed. */
    String reports() {
        StringBuilder text =
                new StringBuilder("failing seeds, to be kept in simulation/failed-seeds.txt: " + failing + "\n");
        for (long seed : failing.subList(0, Math.min(MAX_REPORTS, failing.size()))) {
            text.append(FailureReport.of(seed, LoopBug.NONE).writeTo(Path.of("target", "simulation")))
                    .append("\n\n");
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return "simulation: " + count + " seeds, " + events + " events, " + failing.size() + " violations";
    }
}
