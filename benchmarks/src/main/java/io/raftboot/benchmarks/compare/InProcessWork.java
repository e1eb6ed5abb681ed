package io.raftboot.benchmarks.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Commands and linearizable reads that the leader's own process submits, so many of them outstanding. */
final class InProcessWork {

    /** An answer may take that much longer than the load. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final int WARM_UP_OUTSTANDING = 64;

    /** Before each load, at that load: by then the JVMs are warm, and batches of another size have to be met a few times. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private final Server leader;
    private final Options options;

    InProcessWork(Server leader, Options options) {
        this.leader = leader;
        this.options = options;
    }

    /** All loads in one cluster: three servers on a few cores compile for more than a minute, and not once per load. */
    List<Row> run(Work work) throws InterruptedException {
        boolean reads = work == Work.READS_IN_PROCESS;
        if (reads) {
            load(leader, false, WARM_UP_OUTSTANDING, Duration.ofSeconds(1));
        }
        load(leader, reads, WARM_UP_OUTSTANDING, options.warmup());
        List<Row> rows = new ArrayList<>();
        for (int outstanding : options.outstanding()) {
            load(leader, reads, outstanding, SETTLING);
            rows.add(measure(work, outstanding));
        }
        return rows;
    }

    private Row measure(Work work, int outstanding) throws InterruptedException {
        double before = Machine.writtenBytes();
        String outcome = load(leader, work == Work.READS_IN_PROCESS, outstanding, options.duration());
        double written = Machine.writtenBytes() - before;
        return new Row(
                work.word() + delay(),
                Product.NAME,
                outstanding,
                Row.RATE,
                Json.number(outcome, "perSecond"),
                Json.number(outcome, "p50Micros"),
                Json.number(outcome, "p99Micros"),
                (long) Json.number(outcome, "failed"),
                written / Json.number(outcome, "answered"));
    }

    /** Part of the name of the work, so that nobody takes these rows for those of the disk as it is. */
    private String delay() {
        long millis = options.syncDelay().toMillis();
        return millis == 0 ? "" : "-sync-" + millis + "ms-longer";
    }

    static String load(Server leader, boolean reads, int outstanding, Duration time) throws InterruptedException {
        String path = "/steady?reads=%b&window=%d&bytes=%d&keys=%d&seconds=%d"
                .formatted(reads, outstanding, HttpWork.VALUE_BYTES, HttpWork.KEYS, time.toSeconds());
        return leader.post(path, time.plus(GRACE));
    }
}
