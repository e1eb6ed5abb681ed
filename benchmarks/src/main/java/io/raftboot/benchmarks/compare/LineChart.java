package io.raftboot.benchmarks.compare;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Lines over logarithmic axes as part of a picture (SVG), with their names on the right. What is not positive has no place on it and
 * is left out.
 */
final class LineChart {

    static final int WIDTH = 620;
    static final int HEIGHT = 300;

    private static final int LEFT = 70;
    private static final int RIGHT = 430;
    private static final int TOP = 40;
    private static final int BOTTOM = 260;
    private static final int LINE = 18;
    private static final List<String> COLORS =
            List.of("#2b6cb0", "#63b3ed", "#c05621", "#f6ad55", "#2f855a", "#805ad5");

    /** A measurement. */
    record Point(double x, double y) {

        private boolean hasPlace() {
            return x > 0 && y > 0;
        }
    }

    /** Measurements that belong together, by ascending x. */
    record Line(String name, List<Point> points) {

        private Line withPlace() {
            return new Line(name, points.stream().filter(Point::hasPlace).toList());
        }
    }

    private final List<Line> lines;
    private final LogScale horizontal;
    private final LogScale vertical;
    private final StringBuilder svg = new StringBuilder();

    private LineChart(List<Line> lines) {
        this.lines = lines;
        this.horizontal = scale(lines, Point::x, LEFT, RIGHT);
        this.vertical = scale(lines, Point::y, BOTTOM, TOP).rounded();
    }

    private static LogScale scale(List<Line> lines, ToDoubleFunction<Point> value, int from, int to) {
        return LogScale.over(
                lines.stream().flatMap(line -> line.points().stream()).mapToDouble(value), from, to);
    }

    /** @param lines as many as there are colours at most */
    static String of(String title, List<Line> lines) {
        LineChart chart = new LineChart(lines.stream()
                .map(Line::withPlace)
                .filter(line -> !line.points().isEmpty())
                .toList());
        chart.text(LEFT, TOP - LINE, "start", "bold", title);
        chart.axes();
        for (int i = 0; i < chart.lines.size(); i++) {
            chart.line(chart.lines.get(i), COLORS.get(i), TOP + LINE * (i + 1));
        }
        return chart.svg.toString();
    }

    private void axes() {
        for (double power : vertical.powersOfTen()) {
            int y = vertical.at(power);
            svg.append("<path d=\"M%d %dH%d\" stroke=\"#e2e8f0\"/>\n".formatted(LEFT, y, RIGHT));
            text(LEFT - 6, y + 4, "end", "normal", number(power));
        }
        lines.stream()
                .flatMap(line -> line.points().stream())
                .map(Point::x)
                .distinct()
                .forEach(x -> text(horizontal.at(x), BOTTOM + LINE, "middle", "normal", number(x)));
    }

    private void line(Line line, String color, int nameAt) {
        String path = line.points().stream()
                .map(point -> horizontal.at(point.x()) + " " + vertical.at(point.y()))
                .collect(Collectors.joining(" L", "M", ""));
        svg.append("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n".formatted(path, color));
        for (Point point : line.points()) {
            svg.append("<circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"%s\"/>\n"
                    .formatted(horizontal.at(point.x()), vertical.at(point.y()), color));
        }
        svg.append("<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"4\" fill=\"%s\"/>\n"
                .formatted(RIGHT + 16, nameAt - 6, color));
        text(RIGHT + 34, nameAt, "start", "normal", line.name());
    }

    private void text(int x, int y, String anchor, String weight, String words) {
        svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\">%s</text>\n"
                .formatted(x, y, anchor, weight, Svg.escaped(words)));
    }

    private static String number(double value) {
        return value < 1 ? Double.toString(value) : String.format(Locale.ROOT, "%,.0f", value);
    }
}
