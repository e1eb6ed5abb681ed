package io.raftboot.benchmarks.compare;

import io.raftboot.benchmarks.compare.Summary.Question;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Results as a table of Markdown. */
final class TextTable {

    private static final String HEAD = """
            | work | load | system | median | min..max | unit | p50 ms | p99 ms | errors | disk B/op |
            |---|---|---|---|---|---|---|---|---|---|
            """;

    private TextTable() {}

    static String of(List<Row> rows) {
        return HEAD
                + Summary.byQuestion(rows).entrySet().stream()
                        .flatMap(entry -> entry.getValue().stream().map(summary -> line(entry.getKey(), summary)))
                        .collect(Collectors.joining());
    }

    private static String line(Question question, Summary summary) {
        return "| "
                + String.join(
                        " | ",
                        question.work(),
                        Integer.toString(question.load()),
                        summary.system(),
                        figure(summary.median()),
                        figure(summary.min()) + ".." + figure(summary.max()),
                        question.unit(),
                        millis(summary.median(Row::p50Micros) / 1000),
                        millis(summary.median(Row::p99Micros) / 1000),
                        Long.toString(summary.errors()),
                        number(summary.median(Row::diskBytes), 0))
                + " |\n";
    }

    /** Small numbers need a decimal to say anything. */
    static String figure(double value) {
        return number(value, value < 10 ? 1 : 0);
    }

    /** Times come from 20 microseconds to seconds. */
    static String millis(double value) {
        return number(value, value < 100 ? 2 : 0);
    }

    static String number(double value, int decimals) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
