package io.raftboot.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.benchmarks.compare.LineChart.Line;
import io.raftboot.benchmarks.compare.LineChart.Point;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class GrowthTest {

    private static final List<GrowthRow> ROWS = List.of(
            new GrowthRow("keys", 1_000, "write", 64, 1_500, 3_000, 200, 40_000, 1),
            new GrowthRow("keys", 1_000, "write", 64, 500, 2_000, 100, 30_000, 0),
            new GrowthRow("keys", 1_000, "write", 64, 700, 9_000, 150, 50_000, 0),
            new GrowthRow("keys", 1_000_000, "write", 64, 5_000, 9_000, 150, 10_000, 0),
            new GrowthRow("members", 3, "restart", 0, 2_500_000, Double.NaN, 4_000_000, Double.NaN, 0));

    @Test
    void aLineOfTheResultsFileIsTheRow() {
        assertThat(ROWS)
                .allSatisfy(row -> assertThat(GrowthRow.parse(row.line())).isEqualTo(row));
    }

    @Test
    void repeatsAreOneLineOfTheTable() {
        assertThat(GrowthTable.of(ROWS).lines().skip(2))
                .containsExactly(
                        "| keys | 1,000 | write | 64 | 0.70 | 3.00 | 0.150 | 40,000 | 1 |",
                        "| keys | 1,000,000 | write | 64 | 5.00 | 9.00 | 0.150 | 10,000 | 0 |",
                        "| members | 3 | restart | - | 2,500 | - | 4,000.000 | - | 0 |");
    }

    @Test
    void everyThingHasItsCharts() {
        assertThat(GrowthChart.of(ROWS))
                .startsWith("<svg")
                .endsWith("</svg>\n")
                .contains("height=\"600\"", "keys: ms until half are done", "members: processor ms each");
    }

    @Test
    void tenTimesAsMuchIsAsFarEverywhere() {
        LogScale scale = LogScale.over(DoubleStream.of(1_000, 10_000, 100_000), 100, 300);
        assertThat(scale.at(1_000)).isEqualTo(100);
        assertThat(scale.at(10_000)).isEqualTo(200);
        assertThat(scale.at(100_000)).isEqualTo(300);
        assertThat(scale.powersOfTen()).containsExactly(1_000.0, 10_000.0, 100_000.0);
    }

    @Test
    void aLineLeadsThroughItsPoints() {
        Line line = new Line("a < b", List.of(new Point(1, 1), new Point(10, 0), new Point(100, 100)));
        assertThat(LineChart.of("times", List.of(line, new Line("unknown", List.of(new Point(1, Double.NaN))))))
                .contains("d=\"M70 260 L430 40\"", "a &lt; b", ">10<")
                .doesNotContain("unknown", "NaN");
    }

    @Test
    void oneMeasurementIsAChart() {
        assertThat(LineChart.of("times", List.of(new Line("a", List.of(new Point(3, 0.5))))))
                .contains("<circle", ">0.1<", ">1<");
    }

    @Test
    void oneThingGrowsAtATime() {
        GrowthCase many = new GrowthCase(Thing.REQUEST_IDS, 100_000);
        assertThat(many.settings()).contains("--raft.sessions.max=100000");
        assertThat(many.count(Thing.MEMBERS)).isEqualTo(3);
        assertThat(new GrowthCase(Thing.MEMBERS, 5).settings()).contains("--raft.sessions.max=1000");
    }

    @Test
    void optionsSayWhatGrows() {
        GrowthOptions options = GrowthOptions.parse(new String[] {"--entries", "10,20", "--quick", "--keys", "none"});
        assertThat(options.sizes().get(Thing.ENTRIES)).containsExactly(10, 20);
        assertThat(options.sizes().get(Thing.KEYS)).isEmpty();
        assertThat(options.sizes().get(Thing.MEMBERS)).containsExactly(1, 3, 5);
        assertThatThrownBy(() -> GrowthOptions.parse(new String[] {"--cats", "9"}))
                .hasMessageContaining("--cats");
    }
}
