package io.raftboot.benchmarks.compare;

import io.raftboot.benchmarks.compare.Cluster.Place;
import io.raftboot.benchmarks.compare.Cluster.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command {@code benchmarks/growth.sh}. */
public final class Growth {

    private final GrowthOptions options;
    private final Processes processes = new Processes();

    private Growth(GrowthOptions options) {
        this.options = options;
    }

    /** Measures, and prints a table. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2 && arguments[0].equals("--draw")) {
            draw(Path.of(arguments[1]));
            return;
        }
        try {
            new Growth(GrowthOptions.parse(arguments)).run();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + GrowthOptions.USAGE);
            System.exit(2);
        }
    }

    private void run() throws Exception {
        Machine.requireDisk(options.data());
        ResultsFile results = new ResultsFile(options.results(), GrowthRow.HEADER);
        List<GrowthRow> rows = new ArrayList<>();
        for (int run = 1; run <= options.runs(); run++) {
            for (GrowthCase size : cases()) {
                System.err.printf("run %d: %s%n", run, size);
                List<GrowthRow> measured = measure(size);
                measured.forEach(row -> System.err.println("  " + row.line()));
                results.append(measured.stream().map(GrowthRow::line).toList());
                rows.addAll(measured);
            }
        }
        System.out.println(GrowthTable.of(rows));
        draw(options.results());
    }

    private List<GrowthCase> cases() {
        List<GrowthCase> cases = new ArrayList<>();
        for (Thing thing : Thing.values()) {
            options.sizes().getOrDefault(thing, List.of()).forEach(size -> cases.add(new GrowthCase(thing, size)));
        }
        return cases;
    }

    /** With the first compiler alone, the JVMs are warm in seconds, and the processor time is that of the operations. */
    private List<GrowthRow> measure(GrowthCase size) throws Exception {
        List<String> jvm = List.of("-Xms512m", "-Xmx" + options.heap() + "m", "-XX:TieredStopAtLevel=1");
        Program program = new Program(Product.BENCHMARK.toAbsolutePath(), jvm, size.settings());
        Place place = new Place(size.count(Thing.MEMBERS), options.port(), options.data());
        try (Cluster cluster = Cluster.start(program, processes, place)) {
            return new GrowthWork(cluster, size, options).run();
        }
    }

    private static void draw(Path path) throws IOException {
        ResultsFile results = new ResultsFile(path, GrowthRow.HEADER);
        List<GrowthRow> all = results.lines().stream().map(GrowthRow::parse).toList();
        results.draw(GrowthChart.of(all), GrowthTable.of(all));
    }
}
