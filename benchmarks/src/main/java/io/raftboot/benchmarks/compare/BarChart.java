package io.raftboot.benchmarks.compare;

import io.raftboot.benchmarks.compare.Summary.Question;
import java.util.List;

/**
 * Results as a picture (SVG): for each question a bar per system as long as its median, with a line from its worst to its best
 * repeat. Every question has its own scale.
 */
final class BarChart {

    private static final int WIDTH = 900;
    private static final int BAR_LEFT = 130;
    private static final int BAR_WIDTH = 480;
    private static final int LINE = 22;
    private static final int GAP = 14;

    private final StringBuilder svg = new StringBuilder();
    private int y = GAP;

    private BarChart() {}

    static String of(List<Row> rows) {
        BarChart chart = new BarChart();
        Summary.byQuestion(rows).forEach(chart::question);
        return chart.document();
    }

    private void question(Question question, List<Summary> summaries) {
        y += LINE;
        String better = question.unit().equals(Row.RATE) ? "more is better" : "less is better";
        String load = question.load() == 0 ? "" : question.load() + " at a time, ";
        text(4, "bold", question.work() + ", " + load + question.unit() + " (" + better + ")");
        double longest = summaries.stream().mapToDouble(Summary::max).max().orElse(1);
        summaries.forEach(summary -> bar(summary, longest > 0 ? longest : 1));
        y += GAP;
    }

    private void bar(Summary summary, double longest) {
        y += LINE;
        text(4, "normal", summary.system());
        String color = summary.system().equals(Product.NAME) ? "#2b6cb0" : "#a0aec0";
        rectangle(BAR_LEFT, y - 14, length(summary.median(), longest), 16, color);
        int from = length(summary.min(), longest);
        rectangle(BAR_LEFT + from, y - 7, length(summary.max(), longest) - from, 2, "#1a202c");
        text(BAR_LEFT + BAR_WIDTH + 8, "normal", label(summary));
    }

    private static String label(Summary summary) {
        String value = TextTable.figure(summary.median());
        double p50 = summary.median(Row::p50Micros) / 1000;
        double p99 = summary.median(Row::p99Micros) / 1000;
        return Double.isNaN(p50)
                ? value
                : value + "   p50 " + TextTable.millis(p50) + " ms, p99 " + TextTable.millis(p99) + " ms";
    }

    private static int length(double value, double longest) {
        return (int) Math.round(value / longest * BAR_WIDTH);
    }

    private void rectangle(int left, int top, int width, int height, String color) {
        svg.append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n"
                .formatted(left, top, Math.max(1, width), height, color));
    }

    private void text(int left, String weight, String words) {
        svg.append("<text x=\"%d\" y=\"%d\" font-weight=\"%s\">%s</text>\n"
                .formatted(left, y, weight, Svg.escaped(words)));
    }

    private String document() {
        return Svg.document(WIDTH, y + GAP, svg);
    }
}
