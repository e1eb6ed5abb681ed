package io.raftboot.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command {@code benchmarks/compare.sh}. */
public final class Compare {

    private final Options options;
    private final List<Contender> contenders;
    private final List<Row> rows = new ArrayList<>();

    private Compare(Options options, List<Contender> contenders) {
        this.options = options;
        this.contenders = contenders;
    }

    /** Measures, and prints a table. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2 && arguments[0].equals("--draw")) {
            draw(Path.of(arguments[1]));
            return;
        }
        try {
            of(Options.parse(arguments)).run();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + Options.USAGE);
            System.exit(2);
        }
    }

    private static Compare of(Options options) {
        Processes processes = new Processes();
        List<Contender> contenders = new ArrayList<>();
        contenders.add(new Product(options, processes));
        options.peers()
                .ifPresent(directory -> options.peerNames()
                        .forEach(name -> contenders.add(new Peer(name, directory, options, processes))));
        return new Compare(options, contenders);
    }

    private void run() throws Exception {
        Machine.requireDisk(options.data());
        for (Work work : options.works()) {
            int turns = work.takesTurns() ? options.runs() : 1;
            for (int turn = 1; turn <= turns; turn++) {
                takeTurn(work, turn);
            }
        }
        System.out.println(TextTable.of(rows));
        draw(options.results());
    }

    /** A B A B: whatever else the machine has to do at a time meets all of them. */
    private void takeTurn(Work work, int turn) throws Exception {
        for (Contender contender : contenders) {
            System.err.printf("%s, turn %d: %s%n", work.word(), turn, contender.name());
            List<Row> measured = contender.measure(work);
            measured.forEach(row -> System.err.println("  " + row.line()));
            append(measured);
        }
    }

    private void append(List<Row> measured) throws IOException {
        rows.addAll(measured);
        new ResultsFile(options.results(), Row.HEADER)
                .append(measured.stream().map(Row::line).toList());
    }

    /** The chart of everything in a results file, beside it. */
    private static void draw(Path results) throws IOException {
        ResultsFile file = new ResultsFile(results, Row.HEADER);
        List<Row> all = file.lines().stream().map(Row::parse).toList();
        file.draw(BarChart.of(all), TextTable.of(all));
    }
}
