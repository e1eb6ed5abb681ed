package io.raftboot.benchmarks.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The leader is killed while one write every two milliseconds goes to the others, and started again. */
final class FailoverWork {

    private static final Duration INTERVAL = Duration.ofMillis(2);
    private static final Duration TIMEOUT = Duration.ofMillis(300);
    private static final Duration BEFORE = Duration.ofSeconds(3);
    private static final Duration AFTER = Duration.ofSeconds(6);
    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final int CONNECTIONS = 512;

    private final Cluster cluster;
    private final Options options;

    FailoverWork(Cluster cluster, Options options) {
        this.cluster = cluster;
        this.options = options;
    }

    List<Row> run() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int repeat = 0; repeat < options.repeats(); repeat++) {
            Server leader = cluster.leader();
            rows.add(Row.of(Work.FAILOVER.word(), Product.NAME, "ms", outageMillis(leader)));
            leader.start();
            Cluster.await(leader::isReady);
            Thread.sleep(SETTLE.toMillis());
        }
        return rows;
    }

    private double outageMillis(Server leader) throws Exception {
        List<Integer> survivors =
                cluster.othersThan(leader).stream().map(Server::port).toList();
        Requests requests = Requests.puts(HttpWork.KEYS, HttpWork.VALUE_BYTES);
        Tally tally = new Tally();
        HttpLoad.Settings settings = new HttpLoad.Settings(CONNECTIONS, TIMEOUT, Optional.of(INTERVAL));
        try (HttpLoad load = new HttpLoad(survivors, requests, settings)) {
            load.drive(BEFORE.plus(options.warmup()), tally);
            long killed = System.nanoTime();
            leader.kill();
            load.drive(AFTER, tally);
            System.err.println("  not answered: " + tally.failures());
            return Outage.millis(tally.successes(), killed);
        }
    }
}
