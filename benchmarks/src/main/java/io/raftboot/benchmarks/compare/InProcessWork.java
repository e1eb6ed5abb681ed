package io.raftboot.benchmarks.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Commands and linearizable reads that the leader's own process submits, so many of them outstanding. */
final class InProcessWork {

    /** An answer may take that much longer than the load. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Options options;

    InProcessWork(Options options) {
        this.options = options;
    }

    /** A fresh cluster per load, as the peers have it. */
    List<Row> run(Work work, Callable<Cluster> start) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int outstanding : options.outstanding()) {
            try (Cluster cluster = start.call()) {
                rows.add(run(work, cluster.leader(), outstanding));
            }
        }
        return rows;
    }

    private Row run(Work work, Server leader, int outstanding) throws InterruptedException {
        boolean reads = work == Work.READS_IN_PROCESS;
        if (reads) {
            load(leader, false, 64, Duration.ofSeconds(1));
        }
        load(leader, reads, outstanding, options.warmup());
        double before = Machine.writtenBytes();
        String outcome = load(leader, reads, outstanding, options.duration());
        double written = Machine.writtenBytes() - before;
        return new Row(
                work.word(),
                Product.NAME,
                outstanding,
                Row.RATE,
                Json.number(outcome, "perSecond"),
                Json.number(outcome, "p50Micros"),
                Json.number(outcome, "p99Micros"),
                (long) Json.number(outcome, "failed"),
                written / Json.number(outcome, "answered"));
    }

    static String load(Server leader, boolean reads, int outstanding, Duration time) throws InterruptedException {
        String path = "/steady?reads=%b&window=%d&bytes=%d&keys=%d&seconds=%d"
                .formatted(reads, outstanding, HttpWork.VALUE_BYTES, HttpWork.KEYS, time.toSeconds());
        return leader.load(path, time.plus(GRACE));
    }
}
