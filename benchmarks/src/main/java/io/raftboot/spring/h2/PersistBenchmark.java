package io.raftboot.spring.h2;

import io.raftboot.benchmarks.Entries;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What it costs to make entries durable, on the disk of the current directory. Every so often a snapshot takes the place of what
 * was written, as in a server that runs for long.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PersistBenchmark {

    private static final long KEPT = 100_000;
    private static final Configuration ALONE =
            Configuration.ofVoters(List.of(new Member(NodeId.of("n1"), URI.create("http://127.0.0.1:1"))));

    /** How many entries there are in one write. */
    @Param({"1", "64", "1000"})
    public int entries;

    private Optional<RaftStorage> storage = Optional.empty();
    private Path directory = Path.of("");
    private List<LogEntry> batch = List.of();
    private long last;
    private long base;

    /** Opens an empty storage. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "persist");
        RaftStorage opened = new H2StorageFactory(directory.resolve("n1"), NodeId.of("n1"), "benchmark", ALONE).open();
        if (opened.load().isEmpty()) {
            opened.write(WriteBatch.bootstrap(ALONE));
        }
        storage = Optional.of(opened);
        last = 0;
        base = 0;
    }

    /** Makes the entries of the next write, which is not to be measured. */
    @Setup(Level.Invocation)
    public void next() {
        batch = Entries.from(last + 1, entries);
    }

    /** One write and one sync. */
    @Benchmark
    public long persist() {
        last += entries;
        Optional<SnapshotMetadata> moved =
                last - base > 2 * KEPT ? Optional.of(new SnapshotMetadata(last - KEPT, 1, ALONE)) : Optional.empty();
        moved.ifPresent(snapshot -> base = snapshot.lastIncludedIndex());
        storage.orElseThrow().write(new WriteBatch(moved, Optional.empty(), OptionalLong.empty(), batch));
        return last;
    }

    /** Closes it and removes its files. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        storage.ifPresent(RaftStorage::close);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
