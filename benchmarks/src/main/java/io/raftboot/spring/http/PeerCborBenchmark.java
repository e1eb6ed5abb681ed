package io.raftboot.spring.http;

import io.raftboot.model.Message.AppendEntries;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it would cost to write and to read the append of {@link PeerJsonBenchmark} in a binary form. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PeerCborBenchmark {

    /** How many entries there are in it. */
    @Param({"1", "64", "1000"})
    public int entries;

    private final PeerCbor cbor = new PeerCbor();
    private AppendEntries append = PeerJsonBenchmark.append(1);
    private byte[] document = cbor.write(append);

    /** Makes one of the size that is asked for, and says how much of the wire it takes in either form. */
    @Setup
    public void prepare() {
        append = PeerJsonBenchmark.append(entries);
        document = cbor.write(append);
        int json = new PeerJson(PeerJsonBenchmark.MAX_BYTES).write(append).length;
        System.out.printf("%,d entries: JSON %,d bytes, CBOR %,d bytes%n", entries, json, document.length);
    }

    /** The leader's part. */
    @Benchmark
    public byte[] write() {
        return cbor.write(append);
    }

    /** The follower's part. */
    @Benchmark
    public Object read() {
        return cbor.read(document, AppendEntries.class);
    }
}
