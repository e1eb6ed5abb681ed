package io.raftboot.benchmarks.compare;

import java.util.List;
import java.util.stream.Collectors;

/** What growth costs as a table of Markdown; one line for all repeats of a measurement. */
final class GrowthTable {

    private static final String HEAD = """
            | grows | to | operation | under way | p50 ms | p99 ms | processor ms | per second | errors |
            |---|---|---|---|---|---|---|---|---|
            """;

    private GrowthTable() {}

    static String of(List<GrowthRow> rows) {
        return HEAD + GrowthRow.medians(rows).stream().map(GrowthTable::line).collect(Collectors.joining());
    }

    private static String line(GrowthRow row) {
        return "| "
                + String.join(
                        " | ",
                        row.thing(),
                        TextTable.number(row.size(), 0),
                        row.operation(),
                        row.underWay() == 0 ? "-" : Integer.toString(row.underWay()),
                        TextTable.millis(row.p50Micros() / 1000),
                        TextTable.millis(row.p99Micros() / 1000),
                        TextTable.number(row.processorMicros() / 1000, 3),
                        TextTable.number(row.perSecond(), 0),
                        Long.toString(row.errors()))
                + " |\n";
    }
}
