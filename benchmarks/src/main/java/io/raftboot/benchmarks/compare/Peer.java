package io.raftboot.benchmarks.compare;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Another system, measured by a launcher that is not part of this repository: {@code run-peers.sh NAME CASE}. What it prints is
 * read by {@link PeerReport}.
 */
final class Peer implements Contender {

    private static final String LAUNCHER = "run-peers.sh";

    private final String name;
    private final Path directory;
    private final Options options;
    private final Processes processes;

    Peer(String name, Path directory, Options options, Processes processes) {
        this.name = name;
        this.directory = directory;
        this.options = options;
        this.processes = processes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Row> measure(Work work) throws Exception {
        String launch = launchFor(work);
        if (launch.isEmpty()) {
            return List.of();
        }
        ProcessBuilder command = new ProcessBuilder(
                        directory.resolve(LAUNCHER).toAbsolutePath().toString(), name, launch)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        command.environment().putAll(settings());
        Process launcher = processes.start(command);
        PeerReport report = new PeerReport();
        try (BufferedReader lines = launcher.inputReader()) {
            lines.lines().forEach(report::read);
        }
        processes.end(launcher);
        return report.rows().stream().filter(row -> isPartOf(row, work)).toList();
    }

    /** Etcd alone is asked over HTTP, the others alone in the process. Restart also tells about memory and disk. */
    private String launchFor(Work work) {
        boolean isEtcd = name.equals("etcd");
        return switch (work) {
            case WRITES_HTTP, READS_HTTP -> isEtcd ? "http" : "";
            case WRITES_IN_PROCESS -> isEtcd ? "" : "write";
            case READS_IN_PROCESS -> isEtcd ? "" : "read";
            case FAILOVER -> "failover";
            case RESTART -> "startup";
            case SYNCS -> "sync";
            case MEMORY -> "";
        };
    }

    private static boolean isPartOf(Row row, Work work) {
        return !work.takesTurns() || row.work().startsWith(work.word());
    }

    private Map<String, String> settings() {
        return Map.of(
                "WARM", seconds(options.warmup()),
                "MEAS", seconds(options.duration()),
                "RUNS", "1",
                "REPEATS", Integer.toString(options.repeats()),
                "CONCS", options.outstanding().stream().map(Object::toString).collect(Collectors.joining(",")),
                // Their default timeouts.
                "ETS", "0");
    }

    private static String seconds(Duration duration) {
        return Long.toString(duration.toSeconds());
    }
}
