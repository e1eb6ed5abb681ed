package io.raftboot.benchmarks.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes and reads over HTTP. */
final class HttpWork {

    static final int KEYS = 10_000;
    static final int VALUE_BYTES = 256;

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int CONNECTIONS = 64;

    /** Before each load, with its connections; the servers are warm by then. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    private final Cluster cluster;
    private final Options options;

    HttpWork(Cluster cluster, Options options) {
        this.cluster = cluster;
        this.options = options;
    }

    List<Row> run(Work work) throws Exception {
        if (work == Work.READS_HTTP) {
            fill();
        }
        warmUp(work);
        List<Row> rows = new ArrayList<>();
        for (int connections : options.connections()) {
            List<Integer> leader = List.of(cluster.leader().port());
            rows.add(measure(work, "leader", leader, connections));
            rows.add(measure(work, "spread", ports(), connections));
        }
        return rows;
    }

    /** What the processes hold before and under writes; one row per process. */
    List<Row> memory() throws Exception {
        List<Row> rows = new ArrayList<>(memory("memory-idle"));
        warmUp(Work.WRITES_HTTP);
        measure(Work.WRITES_HTTP, "spread", ports(), CONNECTIONS);
        rows.addAll(memory("memory-under-writes"));
        return rows;
    }

    private List<Row> memory(String work) {
        return cluster.servers().stream()
                .map(server -> Row.of(work, Product.NAME, "MiB", Machine.residentMebibytes(server.pid())))
                .toList();
    }

    private List<Integer> ports() {
        return cluster.servers().stream().map(Server::port).toList();
    }

    private void fill() throws Exception {
        Tally tally = new Tally();
        try (HttpLoad load = load(ports(), Requests.fill(KEYS, VALUE_BYTES), 16)) {
            while (tally.latencies().count() < KEYS) {
                load.drive(Duration.ofMillis(100), tally);
            }
        }
        if (tally.errors() > 0) {
            throw new IllegalStateException("not every key could be written: " + tally.failures());
        }
    }

    /** Once per cluster, at all servers. */
    private void warmUp(Work work) throws IOException {
        try (HttpLoad load = load(ports(), requests(work), CONNECTIONS)) {
            load.drive(options.warmup(), new Tally());
        }
    }

    private static Requests requests(Work work) {
        return work == Work.READS_HTTP ? Requests.gets(KEYS) : Requests.puts(KEYS, VALUE_BYTES);
    }

    private Row measure(Work work, String where, List<Integer> ports, int connections) throws IOException {
        Tally tally = new Tally();
        double written;
        double seconds;
        try (HttpLoad load = load(ports, requests(work), connections)) {
            load.drive(SETTLING, new Tally());
            double before = Machine.writtenBytes();
            long start = System.nanoTime();
            load.drive(options.duration(), tally);
            seconds = (System.nanoTime() - start) / 1e9;
            written = Machine.writtenBytes() - before;
        }
        if (tally.errors() > 0) {
            System.err.println("failed: " + tally.failures());
        }
        return row(work.word() + "-" + where, connections, tally, seconds, written);
    }

    private static Row row(String work, int connections, Tally tally, double seconds, double written) {
        Latencies latencies = tally.latencies();
        return new Row(
                work,
                Product.NAME,
                connections,
                Row.RATE,
                latencies.count() / seconds,
                latencies.quantileMicros(0.5),
                latencies.quantileMicros(0.99),
                tally.errors(),
                written / latencies.count());
    }

    private static HttpLoad load(List<Integer> ports, Requests requests, int connections) throws IOException {
        return new HttpLoad(ports, requests, new HttpLoad.Settings(connections, TIMEOUT, Optional.empty()));
    }
}
