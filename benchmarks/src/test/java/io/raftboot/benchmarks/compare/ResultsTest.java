package io.raftboot.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {

    private static final List<Row> ROWS = List.of(
            new Row("writes", Product.NAME, 64, Row.RATE, 1000, 500, 2000, 1, 300),
            new Row("writes", "A & B", 64, Row.RATE, 4000, 400, 3000, 0, Double.NaN),
            new Row("writes", Product.NAME, 64, Row.RATE, 3000, 700, 1000, 0, 100),
            Row.of("failover", "A & B", "ms", 1234));

    @Test
    void aLineOfTheResultsFileIsTheRow() {
        assertThat(ROWS).allSatisfy(row -> assertThat(Row.parse(row.line())).isEqualTo(row));
    }

    @Test
    void repeatsAreOneLineOfTheTable() {
        assertThat(TextTable.of(ROWS).lines().skip(2))
                .containsExactly(
                        "| writes | 64 | raft-spring-boot | 3,000 | 1,000..3,000 | op/s | 0.70 | 2.00 | 1 | 300 |",
                        "| writes | 64 | A & B | 4,000 | 4,000..4,000 | op/s | 0.40 | 3.00 | 0 | - |",
                        "| failover | 0 | A & B | 1,234 | 1,234..1,234 | ms | - | - | 0 | - |");
    }

    @Test
    void aBarIsAsLongAsItsShareOfTheBestRepeat() {
        String chart = BarChart.of(ROWS);
        assertThat(chart).contains("width=\"360\" height=\"16\" fill=\"#2b6cb0\"", "A &amp; B", "less is better");
        assertThat(chart).startsWith("<svg").endsWith("</svg>\n");
    }

    @Test
    void anOutageLastsUntilTheLongestGapBehindTheKillIsOver() {
        long ms = 1_000_000;
        long[] successes = {0, 500 * ms, 1001 * ms, 2200 * ms, 2202 * ms};
        assertThat(Outage.millis(successes, 1000 * ms)).isEqualTo(1200);
        assertThat(Outage.millis(new long[] {0, 10}, 1000)).isNaN();
    }

    @Test
    void quantilesAreWithinAHundredth() {
        Latencies latencies = new Latencies();
        for (int micros = 1; micros <= 1000; micros++) {
            latencies.add(micros * 1000L);
        }
        assertThat(latencies.quantileMicros(0.5)).isBetween(495.0, 500.0);
        assertThat(latencies.quantileMicros(0.99)).isBetween(980.0, 990.0);
    }

    @Test
    void theReportOfThePeersIsUnderstood() {
        PeerReport report = new PeerReport();
        report.read("| peer | case | conc | median ops/s | min..max ops/s | p50 us | p99 us | errors | disk B/op |");
        report.read("| jraft | in-process write | 64 | 34767 | 21707..41223 | 1475 | 7438 | 0 | 1735 |");
        report.read("| etcd | remote linearizable read http-json | 64 | 6520 | 6289..6553 | 8716 | 28180 | 0 | - |");
        report.read("etcd failover ms (heartbeat 100, election 1000 = default): median 1187 of [1242, 1185]");
        report.read(
                "ratis start-up of a killed follower with 100k entries (from process start): started median 1284 ms,"
                        + " all 100000 commands applied median 2771 ms of [2771, 2791]");
        report.read("jgroups fill 100k entries, window 256: 2637 ms; disk bytes/entry, three nodes together 1217;"
                + " dir bytes/entry 293");
        report.read("rss MiB after fill: 125 126 140");
        report.read("jraft strace on the leader, one outstanding write, 3 s: writes=100 fdatasync=150 fsync=50");
        assertThat(report.rows().stream().map(row -> row.work() + " " + row.system() + " " + row.value()))
                .containsExactly(
                        "writes-in-process jraft 34767.0",
                        "reads-http-spread etcd 6520.0",
                        "failover etcd 1242.0",
                        "failover etcd 1185.0",
                        "restart ratis 2771.0",
                        "restart ratis 2791.0",
                        "disk-per-entry jgroups 1217.0",
                        "directory-per-entry jgroups 293.0",
                        "memory-100k-entries etcd 125.0",
                        "memory-100k-entries etcd 126.0",
                        "memory-100k-entries etcd 140.0",
                        "syncs-leader jraft 2.0");
    }

    @Test
    void aLongerSyncIsForWritesInTheProcessAlone() {
        String[] allWorks = {"--sync-delay", "5"};
        assertThatThrownBy(() -> Options.parse(allWorks)).hasMessageContaining("--sync-delay");
        String[] writes = {"--sync-delay", "5", "--work", "writes-in-process"};
        assertThat(Options.parse(writes).syncDelay()).hasMillis(5);
    }
}
