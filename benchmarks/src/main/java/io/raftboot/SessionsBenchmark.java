package io.raftboot;

import io.raftboot.RememberedIds.Remembered;
import io.raftboot.benchmarks.Entries;
import io.raftboot.model.LogEntry.Command;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What request ids cost when as many are remembered as may be, so that every new one pushes out an old one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SessionsBenchmark {

    private static final int REMEMBERED = 100_000;
    private static final byte[] COMMAND = new byte[256];
    private static final byte[] RESULT = new byte[32];

    private final Sessions sessions = new Sessions();
    private long next = 1;

    /** Fills them once. */
    @Setup
    public void fill() {
        while (next <= REMEMBERED) {
            apply();
        }
    }

    /** A command that is new: looked up, remembered, and the oldest one forgotten. */
    @Benchmark
    public Sessions apply() {
        Command command = Entries.command(next, COMMAND);
        sessions.advance(command.timestampMillis());
        RequestId id = command.requestId().orElseThrow();
        if (sessions.find(id).isEmpty() && !sessions.mayBeForgotten(id)) {
            sessions.remember(id, command, new Result(next, 1, RESULT));
        }
        next++;
        return sessions;
    }

    /** A look-up of one that is remembered. */
    @Benchmark
    public Optional<Remembered> find() {
        return sessions.find(Entries.id(next - 1 - next % (REMEMBERED / 2)));
    }
}
