package io.raftboot.benchmarks.compare;

import io.raftboot.benchmarks.compare.LineChart.Line;
import io.raftboot.benchmarks.compare.LineChart.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What growth costs as a picture (SVG): for each thing one chart of times, and one of processor time beside it. */
final class GrowthChart {

    private final List<GrowthRow> rows;
    private final StringBuilder svg = new StringBuilder();

    private GrowthChart(List<GrowthRow> rows) {
        this.rows =
                rows.stream().sorted(Comparator.comparingInt(GrowthRow::size)).toList();
    }

    static String of(List<GrowthRow> rows) {
        GrowthChart chart = new GrowthChart(GrowthRow.medians(rows));
        List<String> things = rows.stream().map(GrowthRow::thing).distinct().toList();
        for (int i = 0; i < things.size(); i++) {
            int y = i * LineChart.HEIGHT;
            chart.panel(0, y, things.get(i), "ms until half are done", GrowthRow::p50Micros);
            chart.panel(LineChart.WIDTH, y, things.get(i), "processor ms each", GrowthRow::processorMicros);
        }
        return Svg.document(2 * LineChart.WIDTH, things.size() * LineChart.HEIGHT, chart.svg);
    }

    private void panel(int x, int y, String thing, String what, ToDoubleFunction<GrowthRow> micros) {
        Map<String, List<Point>> lines = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> row.thing().equals(thing))
                .forEach(row -> lines.computeIfAbsent(name(row), name -> new ArrayList<>())
                        .add(new Point(row.size(), micros.applyAsDouble(row) / 1000)));
        List<Line> named = lines.entrySet().stream()
                .map(line -> new Line(line.getKey(), line.getValue()))
                .toList();
        svg.append("<g transform=\"translate(%d %d)\">\n%s</g>\n"
                .formatted(x, y, LineChart.of(thing + ": " + what, named)));
    }

    private static String name(GrowthRow row) {
        return row.underWay() == 0 ? row.operation() : row.operation() + ", " + row.underWay() + " at a time";
    }
}
