package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;

import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.testkit.ModelDisk;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/**
 * What it costs the raft thread that a snapshot makes 100,000 entries superfluous: the writes before, the one that moves the base,
 * those that remove rows, and the writes after. To be run by hand with a directory on a real disk as its argument; the figures
 * stand in docs/performance.md.
 */
final class CompactionMeasurement {

    private static final int RUNS = 3;
    private static final int WRITES = 300;
    private static final List<Shape> SHAPES =
            List.of(new Shape(100_000, 256, 8), new Shape(100_000, 1_000, 1), new Shape(2_000, 32_000, 1));

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /**
     * What is compacted.
     *
     * @param superfluous how many entries go
     * @param bytes how large each is
     * @param perWrite how many are appended at a time meanwhile
     */
    private record Shape(int superfluous, int bytes, int perWrite) {

        /** How many writes it takes until the rows are gone. */
        int writes() {
            long rows =
                    Math.min(StoredLog.REMOVED_ROWS_PER_WRITE, Math.max(1, StoredLog.REMOVED_BYTES_PER_WRITE / bytes));
            return Math.toIntExact(superfluous / (rows + perWrite) + 1);
        }
    }

    /** How long a write took, and how much of that the thread was at work and did not wait for the disk. */
    private record Cost(double milliseconds, double workMilliseconds) {}

    private final RaftStorage disk;
    private final Shape shape;
    private final Random random = new Random(1);
    private long last;

    private CompactionMeasurement(RaftStorage disk, Shape shape) {
        this.disk = disk;
        this.shape = shape;
    }

    /** The measurement. */
    public static void main(String[] arguments) throws Exception {
        System.out.println(
                "| entries that go | bytes each | writes | | ms median | p99 | longest | of it work, longest |");
        for (Shape shape : SHAPES) {
            for (int run = 0; run <= RUNS; run++) {
                Path directory = Files.createTempDirectory(Path.of(arguments[0]), "compaction");
                try (RaftStorage disk = new H2StorageFactory(directory, NodeId.of("n1"), "test", THREE).open()) {
                    disk.load();
                    disk.write(WriteBatch.bootstrap(THREE));
                    new CompactionMeasurement(disk, shape).run(run);
                }
            }
        }
    }

    private void run(int run) {
        int perWrite = Math.max(1, Math.min(1000, (1 << 20) / shape.bytes()));
        while (last < shape.superfluous() * 21L / 20) {
            write(perWrite, Optional.empty());
        }
        SnapshotMetadata base = new SnapshotMetadata(shape.superfluous(), 1, THREE);
        report(run, "before", writes(WRITES));
        report(run, "moves the base", List.of(write(shape.perWrite(), Optional.of(base))));
        report(run, "removes rows", writes(shape.writes()));
        report(run, "after", writes(WRITES));
    }

    private List<Cost> writes(int count) {
        List<Cost> costs = new ArrayList<>();
        for (int write = 0; write < count; write++) {
            costs.add(write(shape.perWrite(), Optional.empty()));
        }
        return costs;
    }

    private Cost write(int count, Optional<SnapshotMetadata> base) {
        List<LogEntry> entries = new ArrayList<>();
        for (int entry = 0; entry < count; entry++) {
            entries.add(ModelDisk.command(++last, 1, shape.bytes(), random));
        }
        WriteBatch batch = new WriteBatch(base, Optional.empty(), OptionalLong.empty(), entries);
        long work = THREADS.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        disk.write(batch);
        return new Cost((System.nanoTime() - start) / 1e6, (THREADS.getCurrentThreadCpuTime() - work) / 1e6);
    }

    private void report(int run, String name, List<Cost> costs) {
        List<Cost> sorted = costs.stream()
                .sorted(Comparator.comparingDouble(Cost::milliseconds))
                .toList();
        double work = costs.stream().mapToDouble(Cost::workMilliseconds).max().orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "| %d | %d | %d | %s, run %d | %.2f | %.2f | %.2f | %.2f |%n",
                shape.superfluous(),
                shape.bytes(),
                costs.size(),
                name,
                run,
                sorted.get(sorted.size() / 2).milliseconds(),
                sorted.get((sorted.size() - 1) * 99 / 100).milliseconds(),
                sorted.get(sorted.size() - 1).milliseconds(),
                work);
    }
}
