package io.raftboot.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How often the leader and a follower have the disk keep what was written, per write, with one write outstanding: counted by the
 * kernel's tracing, so that no figure rests on a write that only the page cache has. A follower may take several entries at once.
 */
final class SyncWork {

    private static final String SYSTEM_CALLS = "fsync,fdatasync,sync_file_range,msync";
    private static final Duration ATTACHING = Duration.ofMillis(1500);
    private static final Duration TIME = Duration.ofSeconds(3);

    private final Cluster cluster;
    private final Processes processes;

    SyncWork(Cluster cluster, Processes processes) {
        this.cluster = cluster;
        this.processes = processes;
    }

    List<Row> run() throws Exception {
        Server leader = cluster.leader();
        List<Row> rows = new ArrayList<>();
        InProcessWork.load(leader, false, 16, TIME);
        rows.add(Row.of("syncs-leader", Product.NAME, "syncs/write", perWrite(leader, leader)));
        Server follower = cluster.othersThan(leader).get(0);
        rows.add(Row.of("syncs-follower", Product.NAME, "syncs/write", perWrite(leader, follower)));
        return rows;
    }

    private double perWrite(Server leader, Server watched) throws Exception {
        Path counts = Files.createTempFile("syncs", ".txt");
        Process tracing = processes.start(new ProcessBuilder(
                        "strace",
                        "-f",
                        "-c",
                        "-e",
                        "trace=" + SYSTEM_CALLS,
                        "-o",
                        counts.toString(),
                        "-p",
                        "" + watched.pid())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD));
        Thread.sleep(ATTACHING.toMillis());
        String outcome = InProcessWork.load(leader, false, 1, TIME);
        processes.end(tracing);
        double syncs = calls(counts);
        Files.delete(counts);
        return syncs / Json.number(outcome, "answered");
    }

    /** The fourth column of its table holds how often each was called, the last one its name. */
    private static double calls(Path counts) throws IOException {
        return Files.readAllLines(counts).stream()
                .map(line -> line.trim().split("\\s+"))
                .filter(columns -> columns.length > 4 && columns[columns.length - 1].matches(".*(sync|range)$"))
                .mapToDouble(columns -> Double.parseDouble(columns[3]))
                .sum();
    }
}
