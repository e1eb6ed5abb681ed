package io.raftboot.spring.http;

import io.raftboot.benchmarks.Entries;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.NodeId;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to write and to read an append. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PeerJsonBenchmark {

    static final int MAX_BYTES = 16 << 20;

    /** How many entries there are in it. */
    @Param({"1", "64", "1000"})
    public int entries;

    private final PeerJson json = new PeerJson(MAX_BYTES);
    private AppendEntries append = append(1);
    private byte[] document = json.write(append);

    /** Makes one of the size that is asked for. */
    @Setup
    public void prepare() {
        append = append(entries);
        document = json.write(append);
    }

    static AppendEntries append(int entries) {
        return new AppendEntries(NodeId.of("n1"), NodeId.of("n2"), 1, 7, 1000, 1, Entries.from(1001, entries), 1000);
    }

    /** The leader's part. */
    @Benchmark
    public byte[] write() {
        return json.write(append);
    }

    /** The follower's part. */
    @Benchmark
    public Object read() {
        return json.read(document, AppendEntries.class);
    }
}
