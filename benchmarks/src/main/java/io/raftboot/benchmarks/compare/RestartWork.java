package io.raftboot.benchmarks.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * 100,000 entries are written without a snapshot, then a follower is killed and started again. Also what these entries take of
 * memory and disk.
 */
final class RestartWork {

    private static final int ENTRIES = 100_000;
    private static final int WINDOW = 256;
    private static final Duration SETTLE = Duration.ofMillis(1500);

    private final Cluster cluster;
    private final Options options;

    RestartWork(Cluster cluster, Options options) {
        this.cluster = cluster;
        this.options = options;
    }

    List<Row> run() throws Exception {
        Server leader = cluster.leader();
        List<Row> rows = new ArrayList<>(fill(leader));
        long applied = leader.lastApplied();
        Server follower = cluster.othersThan(leader).get(0);
        for (int repeat = 0; repeat < options.repeats(); repeat++) {
            rows.add(row("restart", "ms", restartMillis(follower, applied)));
            Thread.sleep(SETTLE.toMillis());
        }
        return rows;
    }

    private List<Row> fill(Server leader) throws InterruptedException {
        double before = Machine.writtenBytes();
        leader.post(
                "/flood?count=%d&bytes=%d&window=%d".formatted(ENTRIES, HttpWork.VALUE_BYTES, WINDOW),
                Duration.ofMinutes(5));
        Thread.sleep(SETTLE.toMillis());
        List<Row> rows = new ArrayList<>();
        rows.add(row("disk-per-entry", "B", (Machine.writtenBytes() - before) / ENTRIES));
        rows.add(row("directory-per-entry", "B", Machine.bytesBelow(leader.data()) / ENTRIES));
        for (Server server : cluster.servers()) {
            rows.add(row("memory-100k-entries", "MiB", Machine.residentMebibytes(server.pid())));
        }
        return rows;
    }

    /** From the start of the process until it says that it has applied everything. */
    static double restartMillis(Server follower, long applied) throws Exception {
        follower.kill();
        long start = System.nanoTime();
        follower.start();
        Cluster.await(() -> follower.lastApplied() >= applied);
        return (System.nanoTime() - start) / 1e6;
    }

    private static Row row(String work, String unit, double value) {
        return Row.of(work, Product.NAME, unit, value);
    }
}
