package io.raftboot.benchmarks.compare;

import io.raftboot.benchmarks.compare.Cluster.Place;
import io.raftboot.benchmarks.compare.Cluster.Program;
import java.nio.file.Path;
import java.util.List;

/** This product: over HTTP the sample application, within the process the server of the benchmark. */
final class Product implements Contender {

    static final String NAME = "raft-spring-boot";

    private static final Path SAMPLE = Options.MODULE.resolve("../sample-app/target/sample-app.jar");
    static final Path BENCHMARK = Options.MODULE.resolve("target/benchmarks.jar");

    /** The same as the peers have. */
    static final List<String> LARGE = List.of("-Xms512m", "-Xmx2g");

    /** What the demonstration has, {@code config/run-cluster.sh}. */
    private static final List<String> SMALL = List.of(
            "-Xmx128m",
            "-Xms32m",
            "-XX:+UseSerialGC",
            "-XX:MaxNewSize=24m",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=20",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError");

    private static final int SERVERS = 3;

    private static final List<String> KEEP_ALIVE = List.of("--server.tomcat.max-keep-alive-requests=-1");

    private static final List<String> NO_SNAPSHOTS =
            List.of(KEEP_ALIVE.get(0), "--raft.snapshot.entries=100000000", "--raft.snapshot.log-size=8GB");

    private final Options options;
    private final Processes processes;

    Product(Options options, Processes processes) {
        this.options = options;
        this.processes = processes;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** What is done with a cluster. */
    @FunctionalInterface
    private interface Use {
        List<Row> of(Cluster cluster) throws Exception;
    }

    @Override
    public List<Row> measure(Work work) throws Exception {
        return switch (work) {
            case WRITES_HTTP, READS_HTTP ->
                use(SAMPLE, LARGE, List.of(), cluster -> new HttpWork(cluster, options).run(work));
            case WRITES_IN_PROCESS, READS_IN_PROCESS ->
                use(BENCHMARK, LARGE, inProcess(), cluster -> new InProcessWork(cluster.leader(), options).run(work));
            case FAILOVER -> use(SAMPLE, SMALL, List.of(), cluster -> new FailoverWork(cluster, options).run());
            case RESTART -> use(BENCHMARK, LARGE, NO_SNAPSHOTS, cluster -> new RestartWork(cluster, options).run());
            case MEMORY -> use(SAMPLE, SMALL, List.of(), cluster -> new HttpWork(cluster, options).memory());
            case SYNCS -> use(BENCHMARK, LARGE, KEEP_ALIVE, cluster -> new SyncWork(cluster, processes).run());
        };
    }

    private List<String> inProcess() {
        return List.of(
                KEEP_ALIVE.get(0),
                "--benchmarks.sync-delay-millis=" + options.syncDelay().toMillis());
    }

    private List<Row> use(Path jar, List<String> jvm, List<String> settings, Use use) throws Exception {
        Program program = new Program(jar.toAbsolutePath(), jvm, settings);
        Place place = new Place(SERVERS, options.port(), options.data());
        try (Cluster cluster = Cluster.start(program, processes, place)) {
            return use.of(cluster);
        }
    }
}
