package io.raftboot.consensus;

import io.raftboot.benchmarks.Entries;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.PersistedState;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What the log in memory costs, with 100,000 entries in it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RaftLogBenchmark {

    private static final int SIZE = 100_000;
    private static final int BATCH = 1000;

    private final List<LogEntry> content = Entries.from(1, SIZE);
    private final List<LogEntry> batch = Entries.from(SIZE + 1, BATCH);
    private RaftLog log = new RaftLog(PersistedState.bootstrap(Configuration.empty()));
    private long index;

    /** Fills it once. */
    @Setup(Level.Trial)
    public void fill() {
        content.forEach(log::append);
        log.stable();
    }

    /** Per entry, with its removal, so that the log does not grow. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public RaftLog append() {
        batch.forEach(log::append);
        log.truncateFrom(SIZE + 1);
        return log;
    }

    /** A term somewhere in the log. */
    @Benchmark
    public long term() {
        index = (index + 7919) % SIZE;
        return log.term(index + 1);
    }

    /** A thousand entries for one message. */
    @Benchmark
    public List<LogEntry> slice() {
        index = (index + 7919) % (SIZE - BATCH);
        return log.slice(index + 1, SIZE, BATCH, Long.MAX_VALUE);
    }
}
