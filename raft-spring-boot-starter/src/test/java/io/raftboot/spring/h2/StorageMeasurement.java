package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;

import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.NodeId;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.testkit.ModelDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;

/**
 * What a durable write costs: SQL tables, H2's storage engine with one row per write, and the repository as it is, with one row
 * per entry. To be run by hand on Linux with a directory on a real disk as its argument; the figures stand in ARCHITECTURE.md.
 */
final class StorageMeasurement {

    private static final int RUNS = 3;
    private static final int ENTRY_BYTES = 256;

    private StorageMeasurement() {}

    private interface Candidate extends AutoCloseable {
        void append(List<LogEntry> entries) throws Exception;

        /** Returns how many entries it has. */
        long load() throws Exception;

        @Override
        void close() throws SQLException;
    }

    @FunctionalInterface
    private interface Opener {
        Candidate open(Path directory) throws Exception;
    }

    /** The measurement. */
    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        System.out.println(
                "| entries per write | writes | | ms per write | p99 | us per entry | bytes per entry | load |");
        for (int[] shape : new int[][] {{1, 3000}, {64, 1000}, {1000, 100}}) {
            measure("sql", Sql::new, root, shape[0], shape[1]);
            measure("row per write", RowPerWrite::new, root, shape[0], shape[1]);
            measure("repository", Repository::new, root, shape[0], shape[1]);
        }
    }

    /** The median of some runs, after one that does not count. */
    private static void measure(String name, Opener opener, Path root, int batch, int writes) throws Exception {
        List<double[]> runs = new ArrayList<>();
        for (int run = 0; run <= RUNS; run++) {
            double[] figures = run(opener, Files.createTempDirectory(root, "measure"), batch, writes);
            if (run > 0) {
                runs.add(figures);
            }
        }
        runs.sort((one, two) -> Double.compare(one[0], two[0]));
        double[] median = runs.get(RUNS / 2);
        System.out.printf(
                Locale.ROOT,
                "| %d | %d | %s | %.2f | %.2f | %.1f | %.0f | %d in %.0f ms |%n",
                batch,
                writes,
                name,
                median[0],
                median[1],
                median[0] * 1000 / batch,
                median[2],
                batch * (long) writes,
                median[3]);
    }

    private static double[] run(Opener opener, Path directory, int batch, int writes) throws Exception {
        Random random = new Random(1);
        double[] milliseconds = new double[writes];
        long written;
        try (Candidate candidate = opener.open(directory)) {
            long before = bytesWritten();
            for (int write = 0; write < writes; write++) {
                List<LogEntry> entries = new ArrayList<>();
                for (long index = (long) write * batch + 1; index <= (write + 1L) * batch; index++) {
                    entries.add(ModelDisk.command(index, 1, ENTRY_BYTES, random));
                }
                long start = System.nanoTime();
                candidate.append(entries);
                milliseconds[write] = (System.nanoTime() - start) / 1e6;
            }
            written = bytesWritten() - before;
        }
        long start = System.nanoTime();
        try (Candidate candidate = opener.open(directory)) {
            if (candidate.load() != (long) batch * writes) {
                throw new IllegalStateException("entries are missing");
            }
        }
        double load = (System.nanoTime() - start) / 1e6;
        double mean = Arrays.stream(milliseconds).average().orElseThrow();
        Arrays.sort(milliseconds);
        return new double[] {mean, milliseconds[writes * 99 / 100], (double) written / batch / writes, load};
    }

    private static long bytesWritten() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("wchar:"))
                .mapToLong(
                        line -> Long.parseLong(line.substring("wchar:".length()).strip()))
                .sum();
    }

    private static byte[] state(List<LogEntry> entries) {
        return Rows.ofState(LogState.FRESH.withLast(
                new LogPosition(entries.get(entries.size() - 1).index(), 1)));
    }

    private static final class Sql implements Candidate {
        private final Connection connection;
        private final PreparedStatement insert;
        private final PreparedStatement update;
        private final PreparedStatement sync;

        Sql(Path directory) throws SQLException {
            connection = DriverManager.getConnection("jdbc:h2:file:" + directory.toAbsolutePath()
                    + "/raft;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1;TRACE_LEVEL_FILE=0");
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("create table if not exists log(index bigint primary key, entry varbinary(2000000))");
                statement.execute("create table if not exists state(id bigint primary key, content varbinary(1000))");
                statement.execute("merge into state values (0, x'00')");
            }
            connection.commit();
            insert = connection.prepareStatement("insert into log values (?, ?)");
            update = connection.prepareStatement("update state set content = ? where id = 0");
            sync = connection.prepareStatement("checkpoint sync");
        }

        @Override
        public void append(List<LogEntry> entries) throws SQLException {
            for (LogEntry entry : entries) {
                insert.setLong(1, entry.index());
                insert.setBytes(2, Rows.ofEntry(entry));
                insert.addBatch();
            }
            insert.executeBatch();
            update.setBytes(1, state(entries));
            update.executeUpdate();
            connection.commit();
            sync.execute();
        }

        @Override
        public long load() throws SQLException {
            long entries = 0;
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select entry from log order by index")) {
                while (rows.next()) {
                    entries = Rows.toEntry(rows.getBytes(1)).index();
                }
            }
            return entries;
        }

        @Override
        public void close() throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute("shutdown immediately");
            }
        }
    }

    private static final class RowPerWrite implements Candidate {
        private final MVStore store;
        private final MVMap<Long, byte[]> log;
        private final MVMap<Long, byte[]> state;

        RowPerWrite(Path directory) {
            store = new MVStore.Builder()
                    .fileName(directory.resolve("raft.mv.db").toAbsolutePath().toString())
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .pageSplitSize(4096)
                    .open();
            store.setVersionsToKeep(0);
            MVMap.Builder<Long, byte[]> rows = new MVMap.Builder<Long, byte[]>()
                    .keyType(LongDataType.INSTANCE)
                    .valueType(ByteArrayDataType.INSTANCE);
            log = store.openMap("log", rows);
            state = store.openMap("state", rows);
        }

        @Override
        public void append(List<LogEntry> entries) {
            ByteArrayOutputStream row = new ByteArrayOutputStream();
            entries.forEach(entry -> row.writeBytes(Rows.ofEntry(entry)));
            log.put(entries.get(0).index(), row.toByteArray());
            state.put(0L, state(entries));
            store.commit();
            store.sync();
        }

        @Override
        public long load() {
            log.keyIterator(null).forEachRemaining(log::get);
            return Rows.toState(Objects.requireNonNull(state.get(0L))).last().index();
        }

        @Override
        public void close() {
            store.closeImmediately();
        }
    }

    private static final class Repository implements Candidate {
        private final RaftStorage disk;
        private final long entries;

        Repository(Path directory) {
            disk = new H2StorageFactory(directory, NodeId.of("n1"), "test", THREE).open();
            entries = disk.load().map(state -> state.entries().size()).orElse(-1);
            if (entries < 0) {
                disk.write(WriteBatch.bootstrap(THREE));
            }
        }

        @Override
        public void append(List<LogEntry> appended) {
            disk.write(new WriteBatch(Optional.empty(), Optional.empty(), OptionalLong.empty(), appended));
        }

        @Override
        public long load() {
            return entries;
        }

        @Override
        public void close() {
            disk.close();
        }
    }
}
