package io.raftboot.spring.http;

import io.raftboot.model.NodeId;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to sign a call or an answer; who verifies it does the same. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SignerBenchmark {

    /** The size of the call: an append of 1, 64 or 1,000 entries of 256 bytes. */
    @Param({"650", "29000", "450000"})
    public int bytes;

    private final Signer signer = new Signer(PeerSecret.of("a secret of the benchmark"));
    private final CallHeaders headers = new CallHeaders(
            "a-cluster",
            NodeId.of("n1"),
            "incarnation-1",
            NodeId.of("n2"),
            Optional.of("incarnation-2"),
            1,
            Optional.empty());
    private final Challenge stamp = new Challenge("a-session", 1000);
    private final ReplyHeaders replyHeaders = new ReplyHeaders(Optional.of("incarnation-2"), Optional.empty());
    private final String signature = signer.signCall(Route.APPEND_ENTRIES, headers, stamp, new byte[0]);
    private byte[] body = {};

    /** Makes one of the size that is asked for. */
    @Setup
    public void prepare() {
        body = new byte[bytes];
    }

    /** The caller's part, and that of the one who is called. */
    @Benchmark
    public String call() {
        return signer.signCall(Route.APPEND_ENTRIES, headers, stamp, body);
    }

    /** The same for an answer of that size; the answer to an append has a few hundred bytes. */
    @Benchmark
    public String reply() {
        return signer.signReply(signature, 200, replyHeaders, body);
    }
}
