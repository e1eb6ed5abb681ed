package io.raftboot.simulation;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;

/** How fast the simulation is, with all checks on, put into the documentation. */
final class Figures {

    private static final Path DOCUMENT = Path.of("..", "docs", "simulation.md");
    private static final String BEGIN =
            "<!-- figures: begin, made by -Psimulation test -Dsimulation.figures=true -->\n";
    private static final String END = "<!-- figures: end -->";

    /** So many seeds let the compiler settle. */
    private static final int WARM_UP = 500;

    private static final int MEASURED = 2_000;

    private Figures() {}

    /** Measures, and replaces the figures in the document. */
    static void rewrite() throws IOException, InterruptedException, ExecutionException {
        String text = Files.readString(DOCUMENT);
        int from = text.indexOf(BEGIN) + BEGIN.length();
        int to = text.indexOf(END);
        Files.writeString(DOCUMENT, text.substring(0, from) + table() + text.substring(to));
    }

    private static String table() throws InterruptedException, ExecutionException {
        Seeds.run(1, WARM_UP);
        int cores = Runtime.getRuntime().availableProcessors();
        return "| | seeds | events | seconds | seeds per second | events per second |\n|---|---|---|---|---|---|\n"
                + onOneCore() + onAllCores(cores)
                + "\n" + machine(cores) + "\n";
    }

    /** In the time that the thread was given, which other programs on the machine change little. */
    private static String onOneCore() {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Seeds seeds = Seeds.run(WARM_UP + 1, MEASURED);
        long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        return row("one core, by its thread's CPU time", seeds, nanos);
    }

    private static String onAllCores(int cores) throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        Seeds seeds = Seeds.run(WARM_UP + 1, MEASURED, cores);
        return row("all " + cores + " cores, by the clock", seeds, System.nanoTime() - start);
    }

    private static String row(String what, Seeds seeds, long nanos) {
        double seconds = nanos / 1e9;
        return String.format(
                Locale.ROOT,
                "| %s | %,d | %,d | %.1f | %,.0f | %,.0f |%n",
                what,
                MEASURED,
                seeds.events(),
                seconds,
                MEASURED / seconds,
                seeds.events() / seconds);
    }

    private static String machine(int cores) {
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        List<String> parts = List.of(
                cores + " cores (" + System.getProperty("os.arch") + ")",
                memory(),
                heap + " MB heap at most",
                System.getProperty("os.name"),
                "JDK " + Runtime.version());
        return String.join(", ", parts) + ".\n";
    }

    private static String memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? (system.getTotalMemorySize() >> 30) + " GB of memory"
                : "memory unknown";
    }
}
