package io.raftboot.benchmarks.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * The repeats of one measurement.
 *
 * @param repeats at least one, alike in work, system, load and unit
 */
record Summary(List<Row> repeats) {

    /** What is measured: a chart has one group of bars for each. */
    record Question(String work, int load, String unit) {

        static Question of(Row row) {
            return new Question(row.work(), row.load(), row.unit());
        }
    }

    /** The summaries per question, both in the order in which they first appear. */
    static Map<Question, List<Summary>> byQuestion(List<Row> rows) {
        Map<Question, Map<String, List<Row>>> sorted = new LinkedHashMap<>();
        for (Row row : rows) {
            sorted.computeIfAbsent(Question.of(row), question -> new LinkedHashMap<>())
                    .computeIfAbsent(row.system(), system -> new ArrayList<>())
                    .add(row);
        }
        Map<Question, List<Summary>> summaries = new LinkedHashMap<>();
        sorted.forEach((question, systems) -> summaries.put(
                question, systems.values().stream().map(Summary::new).toList()));
        return summaries;
    }

    String system() {
        return repeats.get(0).system();
    }

    double median() {
        return median(Row::value);
    }

    double min() {
        return repeats.stream().mapToDouble(Row::value).min().orElse(Double.NaN);
    }

    double max() {
        return repeats.stream().mapToDouble(Row::value).max().orElse(Double.NaN);
    }

    long errors() {
        return repeats.stream().mapToLong(Row::errors).sum();
    }

    double median(ToDoubleFunction<Row> column) {
        return median(repeats.stream().mapToDouble(column));
    }

    /** Of two in the middle, the upper one: it is one that was measured. Not a number if it was never measured. */
    static double median(DoubleStream column) {
        double[] values = column.filter(value -> !Double.isNaN(value)).sorted().toArray();
        return values.length == 0 ? Double.NaN : values[values.length / 2];
    }
}
