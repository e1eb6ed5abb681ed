package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftboot.model.NodeId;
import io.raftboot.spring.http.CallHeaders.Proof;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A call written by hand, so that everything about it can be wrong. */
final class WireCall {

    static final String VOTE = """
            {"from":"n1","to":"n2","term":5,"round":1,"lastLogIndex":3,"lastLogTerm":2,"preVote":false,"leadershipTransfer":false}""";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final Map<String, String> headers = new LinkedHashMap<>();
    String path = "/raft/rpc/request-vote";
    String method = "POST";
    BodyPublisher publisher;

    private final int port;

    private WireCall(int port, byte[] body) {
        this.port = port;
        publisher = BodyPublishers.ofByteArray(body);
        headers.put("Content-Type", "application/json");
    }

    /** A vote from n1 to n2 as it should be, without a signature. */
    static WireCall unsigned(TestNode node) {
        WireCall call = new WireCall(node.port(), VOTE.getBytes(UTF_8));
        valid().write(call.headers::put);
        return call;
    }

    /** The same with another body. */
    static WireCall unsigned(TestNode node, byte[] body) {
        WireCall call = new WireCall(node.port(), body);
        valid().write(call.headers::put);
        return call;
    }

    static WireCall signed(TestNode node, Challenge stamp) {
        return signed(node, stamp, TestNode.SECRET, valid(), Route.REQUEST_VOTE, VOTE.getBytes(UTF_8));
    }

    static WireCall signed(
            TestNode node, Challenge stamp, String secret, CallHeaders headers, Target target, byte[] content) {
        WireCall call =
                target instanceof SnapshotTarget ? download(node, target, content) : new WireCall(node.port(), content);
        call.path = "/raft" + target.path();
        String signature = new Signer(PeerSecret.of(secret)).signCall(target, headers, stamp, content);
        headers.with(new Proof(stamp.session(), stamp.sequence(), signature)).write(call.headers::put);
        return call;
    }

    /** A call of n1 for a snapshot of n2, without a signature. */
    static WireCall unsigned(TestNode node, SnapshotTarget target, String range) {
        WireCall call = download(node, target, range.getBytes(UTF_8));
        valid().write(call.headers::put);
        return call;
    }

    private static WireCall download(TestNode node, Target target, byte[] range) {
        WireCall call = new WireCall(node.port(), new byte[0])
                .at("/raft" + target.path())
                .method(target.method())
                .body(BodyPublishers.noBody())
                .without("Content-Type");
        return range.length == 0 ? call : call.with("Range", new String(range, UTF_8));
    }

    static CallHeaders valid() {
        return new CallHeaders(
                "cluster-1", NodeId.of("n1"), "first-n1", NodeId.of("n2"), Optional.empty(), 0, Optional.empty());
    }

    /** What the node wants calls of n1 to be signed with. */
    static Challenge challengeOf(TestNode node) {
        HttpResponse<String> answer = signed(node, new Challenge("unknown", 1)).send();
        return new Challenge(
                answer.headers().firstValue(CallHeaders.SESSION).orElseThrow(),
                answer.headers().firstValueAsLong(CallHeaders.SEQUENCE).orElseThrow());
    }

    WireCall with(String name, String value) {
        headers.put(name, value);
        return this;
    }

    WireCall without(String name) {
        headers.remove(name);
        return this;
    }

    WireCall at(String otherPath) {
        path = otherPath;
        return this;
    }

    WireCall method(String other) {
        method = other;
        return this;
    }

    WireCall body(BodyPublisher other) {
        publisher = other;
        return this;
    }

    HttpResponse<String> send() {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/app" + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, publisher);
        headers.forEach(request::header);
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
