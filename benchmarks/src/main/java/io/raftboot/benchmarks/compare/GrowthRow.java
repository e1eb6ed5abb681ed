package io.raftboot.benchmarks.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What an operation cost at a size, as a line of the results file.
 *
 * @param thing what had grown
 * @param size how large it was
 * @param operation what was done
 * @param underWay how many of it at a time; 0 if that is no matter
 * @param p50Micros the time half of the operations took at most; not a number if it was not measured
 * @param p99Micros the time 99 of 100 took at most; likewise
 * @param processorMicros what an operation took of all processors, in all servers it was measured in
 * @param perSecond how many there were per second; not a number if it was not measured
 * @param errors how many failed
 */
record GrowthRow(
        String thing,
        int size,
        String operation,
        int underWay,
        double p50Micros,
        double p99Micros,
        double processorMicros,
        double perSecond,
        long errors) {

    static final String HEADER = "thing\tsize\toperation\tunder_way\tp50_us\tp99_us\tprocessor_us\tper_second\terrors";

    private static final int COLUMNS = 9;

    /** What is measured. */
    private record Question(String thing, int size, String operation, int underWay) {}

    String line() {
        return String.join(
                "\t",
                List.of(
                        thing,
                        Integer.toString(size),
                        operation,
                        Integer.toString(underWay),
                        Row.text(p50Micros),
                        Row.text(p99Micros),
                        Row.text(processorMicros),
                        Row.text(perSecond),
                        Long.toString(errors)));
    }

    /** @throws IllegalArgumentException if the line is not one of a results file */
    static GrowthRow parse(String line) {
        String[] columns = line.split("\t", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalArgumentException("no line of results: " + line);
        }
        return new GrowthRow(
                columns[0],
                Integer.parseInt(columns[1]),
                columns[2],
                Integer.parseInt(columns[3]),
                Row.number(columns[4]),
                Row.number(columns[5]),
                Row.number(columns[6]),
                Row.number(columns[7]),
                Long.parseLong(columns[8]));
    }

    /** One row for all repeats of each measurement, with the median of each column. */
    static List<GrowthRow> medians(List<GrowthRow> rows) {
        Map<Question, List<GrowthRow>> repeats = new LinkedHashMap<>();
        for (GrowthRow row : rows) {
            Question question = new Question(row.thing, row.size, row.operation, row.underWay);
            repeats.computeIfAbsent(question, unused -> new ArrayList<>()).add(row);
        }
        return repeats.values().stream().map(GrowthRow::median).toList();
    }

    private static GrowthRow median(List<GrowthRow> repeats) {
        GrowthRow first = repeats.get(0);
        return new GrowthRow(
                first.thing,
                first.size,
                first.operation,
                first.underWay,
                median(repeats, GrowthRow::p50Micros),
                median(repeats, GrowthRow::p99Micros),
                median(repeats, GrowthRow::processorMicros),
                median(repeats, GrowthRow::perSecond),
                repeats.stream().mapToLong(GrowthRow::errors).sum());
    }

    private static double median(List<GrowthRow> repeats, ToDoubleFunction<GrowthRow> column) {
        return Summary.median(repeats.stream().mapToDouble(column));
    }
}
