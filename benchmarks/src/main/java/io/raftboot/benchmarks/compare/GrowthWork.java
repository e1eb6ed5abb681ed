package io.raftboot.benchmarks.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A fresh cluster in which one thing grows to a size, and what operations cost then. */
final class GrowthWork {

    private static final String READ = "read";
    private static final String WRITE = "write";

    private static final int WINDOW = 64;

    private static final long MOST_WRITES = 5_000;

    private static final long NO_LIMIT = Long.MAX_VALUE;

    /** What a snapshot has made superfluous goes with the writes that follow, a few hundred entries with each. */
    private static final Duration TIDYING = Duration.ofSeconds(2);

    private static final Duration LONG = Duration.ofMinutes(30);

    private final Cluster cluster;
    private final Server leader;
    private final GrowthCase size;
    private final GrowthOptions options;

    GrowthWork(Cluster cluster, GrowthCase size, GrowthOptions options) throws Exception {
        this.cluster = cluster;
        this.leader = cluster.leader();
        this.size = size;
        this.options = options;
    }

    List<GrowthRow> run() throws Exception {
        warmUp();
        grow();
        List<GrowthRow> idle = cluster.servers().size() > 1 ? List.of(idle()) : List.of();
        List<GrowthRow> rows = new ArrayList<>();
        for (String operation : List.of(READ, WRITE)) {
            rows.add(measure(operation, 1));
            rows.add(measure(operation, WINDOW));
        }
        rows.add(restart());
        rows.addAll(idle);
        return rows;
    }

    private void warmUp() throws InterruptedException {
        steady(false, WINDOW, options.warmup(), NO_LIMIT);
        steady(true, WINDOW, options.warmup().dividedBy(2), NO_LIMIT);
    }

    private void grow() throws InterruptedException {
        flood(size.count(Thing.KEYS), false);
        flood(size.count(Thing.REQUEST_IDS), true);
        takeSnapshots();
        steady(false, 1, TIDYING, NO_LIMIT);
        takeSnapshots();
        flood(size.count(Thing.ENTRIES), false);
    }

    private void flood(int count, boolean named) throws InterruptedException {
        String path = "/flood?count=%d&bytes=%d&window=256&keys=%d&named=%b";
        String outcome = leader.post(path.formatted(count, options.bytes(), size.count(Thing.KEYS), named), LONG);
        if (Json.number(outcome, "failed") > 0) {
            throw new IllegalStateException("it has not grown to " + size + ": " + outcome);
        }
    }

    private void takeSnapshots() throws InterruptedException {
        for (Server server : cluster.servers()) {
            server.post("/raft/admin/snapshots", LONG);
        }
    }

    private GrowthRow idle() throws InterruptedException {
        Server follower = cluster.othersThan(leader).get(0);
        Duration before = follower.processorTime();
        Thread.sleep(options.idle().toMillis());
        Duration taken = follower.processorTime().minus(before);
        double micros = micros(taken) / options.idle().toSeconds();
        return row("idle follower, 1 s", Double.NaN, micros);
    }

    private GrowthRow measure(String operation, int underWay) throws InterruptedException {
        long most = operation.equals(WRITE) ? mostWrites() : NO_LIMIT;
        Duration before = processorTime();
        String outcome = steady(operation.equals(READ), underWay, options.duration(), most);
        Duration taken = processorTime().minus(before);
        return new GrowthRow(
                size.thing().word(),
                size.size(),
                operation,
                underWay,
                Json.number(outcome, "p50Micros"),
                Json.number(outcome, "p99Micros"),
                micros(taken) / Json.number(outcome, "answered"),
                Json.number(outcome, "perSecond"),
                (long) Json.number(outcome, "failed"));
    }

    /** The process that follows has had nothing else to do since its start. */
    private GrowthRow restart() throws Exception {
        List<Server> followers = cluster.othersThan(leader);
        Server restarted = followers.isEmpty() ? leader : followers.get(0);
        double millis = RestartWork.restartMillis(restarted, leader.lastApplied());
        return row("restart", millis * 1000, micros(restarted.processorTime()));
    }

    /** They are entries, too: not more of them than there were before. */
    private long mostWrites() {
        return size.thing() == Thing.ENTRIES ? Math.min(MOST_WRITES, size.size()) : MOST_WRITES;
    }

    private String steady(boolean reads, int underWay, Duration time, long most) throws InterruptedException {
        String path = "/steady?reads=%b&window=%d&bytes=%d&keys=%d&seconds=%d&most=%d";
        int keys = size.count(Thing.KEYS);
        return leader.post(
                path.formatted(reads, underWay, options.bytes(), keys, Math.max(1, time.toSeconds()), most), LONG);
    }

    private Duration processorTime() {
        return cluster.servers().stream().map(Server::processorTime).reduce(Duration.ZERO, Duration::plus);
    }

    private GrowthRow row(String operation, double p50Micros, double processorMicros) {
        return new GrowthRow(
                size.thing().word(), size.size(), operation, 0, p50Micros, Double.NaN, processorMicros, Double.NaN, 0);
    }

    private static double micros(Duration duration) {
        return duration.toNanos() / 1000.0;
    }
}
