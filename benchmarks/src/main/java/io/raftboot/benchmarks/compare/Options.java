package io.raftboot.benchmarks.compare;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is to be measured, and how.
 *
 * @param works what to measure
 * @param connections how many clients write and read over HTTP
 * @param outstanding how many commands or reads of the leader's own process are under way
 * @param warmup before each run; it does not count
 * @param duration of a run
 * @param runs how often each load is repeated, with fresh clusters, the peers in between
 * @param syncDelay how much longer each write to the disk is made to take
 * @param repeats how often a server is killed, for failover and restart
 * @param peers the directory with the launcher of the peers, if they are to be measured
 * @param peerNames which of them
 * @param port of the first server; the others have those that follow
 * @param data where the servers keep their data, on the disk that is to be measured
 * @param results the file that rows are appended to; the chart goes beside it
 */
record Options(
        List<Work> works,
        List<Integer> connections,
        List<Integer> outstanding,
        Duration warmup,
        Duration duration,
        int runs,
        Duration syncDelay,
        int repeats,
        Optional<Path> peers,
        List<String> peerNames,
        int port,
        Path data,
        Path results) {

    /** Where the module is; paths that the caller names are relative to where he is. */
    static final Path MODULE = Path.of(System.getProperty("benchmarks.module", "."));

    static final String USAGE = """
            usage: benchmarks/compare.sh [--work WORK,...] [--connections N,...] [--outstanding N,...] [--warmup S] [--duration S]
                                         [--runs N] [--repeats N] [--peers DIR [--peer NAME,...]] [--port FIRST] [--data DIR]
                                         [--results FILE]
                   benchmarks/compare.sh --work writes-in-process --sync-delay MILLIS [...]      every sync takes longer
                   benchmarks/compare.sh --draw FILE      table and chart of a results file once more
            work:  writes-http reads-http writes-in-process reads-in-process failover restart memory syncs
            """;

    private static final Set<String> NAMES = Set.of(
            "--work",
            "--connections",
            "--outstanding",
            "--warmup",
            "--duration",
            "--runs",
            "--sync-delay",
            "--repeats",
            "--peers",
            "--peer",
            "--port",
            "--data",
            "--results");

    private static final Options DEFAULT = new Options(
            List.of(Work.values()),
            List.of(1, 64, 256),
            List.of(1, 64, 1024),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            3,
            Duration.ZERO,
            5,
            Optional.empty(),
            List.of("etcd", "jraft", "microraft", "jgroups", "ratis"),
            18211,
            MODULE.resolve("target/compare"),
            MODULE.resolve("target/compare.tsv"));

    /** @throws IllegalArgumentException if something is not understood */
    static Options parse(String[] arguments) {
        if (arguments.length % 2 != 0) {
            throw new IllegalArgumentException("every option has a value");
        }
        Options options = DEFAULT;
        for (int i = 0; i < arguments.length; i += 2) {
            options = options.with(arguments[i], arguments[i + 1]);
        }
        return options.consistent();
    }

    private Options consistent() {
        boolean isAlone = works.equals(List.of(Work.WRITES_IN_PROCESS)) && peers.isEmpty();
        if (!syncDelay.isZero() && !isAlone) {
            throw new IllegalArgumentException("--sync-delay goes with --work writes-in-process and without peers");
        }
        return this;
    }

    private Options with(String name, String value) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("there is no option " + name);
        }
        return new Options(
                name.equals("--work") ? words(value).map(Work::of).toList() : works,
                name.equals("--connections") ? numbers(value) : connections,
                name.equals("--outstanding") ? numbers(value) : outstanding,
                name.equals("--warmup") ? Duration.ofSeconds(Long.parseLong(value)) : warmup,
                name.equals("--duration") ? Duration.ofSeconds(Long.parseLong(value)) : duration,
                name.equals("--runs") ? Integer.parseInt(value) : runs,
                name.equals("--sync-delay") ? Duration.ofMillis(Long.parseLong(value)) : syncDelay,
                name.equals("--repeats") ? Integer.parseInt(value) : repeats,
                name.equals("--peers") ? Optional.of(Path.of(value)) : peers,
                name.equals("--peer") ? words(value).toList() : peerNames,
                name.equals("--port") ? Integer.parseInt(value) : port,
                name.equals("--data") ? Path.of(value) : data,
                name.equals("--results") ? Path.of(value) : results);
    }

    private static Stream<String> words(String list) {
        return Arrays.stream(list.split(",", -1));
    }

    private static List<Integer> numbers(String list) {
        return words(list).map(Integer::parseInt).toList();
    }
}
