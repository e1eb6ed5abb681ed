package io.raftboot.spring.http;

import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;

/** Something that answers as no server would. */
final class FakePeer implements AutoCloseable {

    final MockWebServer server = new MockWebServer();
    private final NodeId id;

    FakePeer(String id, Function<RecordedRequest, MockResponse> answers) throws IOException {
        this.id = NodeId.of(id);
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return answers.apply(request);
            }
        });
        server.start(InetAddress.getLoopbackAddress(), 0);
    }

    static FakePeer hanging(String id) throws IOException {
        return new FakePeer(
                id,
                request -> new MockResponse.Builder()
                        .onResponseStart(SocketEffect.Stall.INSTANCE)
                        .build());
    }

    static MockResponse ok(String body) {
        return json(200, body);
    }

    static MockResponse json(int status, String body) {
        return new MockResponse.Builder()
                .code(status)
                .addHeader("Content-Type", "application/json")
                .addHeader("Raft-Incarnation", "first-fake")
                .body(body)
                .build();
    }

    /** Which bytes it was asked for so far. */
    List<String> ranges() throws InterruptedException {
        List<String> ranges = new ArrayList<>();
        for (RecordedRequest call = server.takeRequest();
                call != null;
                call = server.takeRequest(0, TimeUnit.SECONDS)) {
            ranges.add(Objects.requireNonNull(call.getHeaders().get("Range")));
        }
        return ranges;
    }

    Member member() {
        return new Member(id, URI.create("http://127.0.0.1:" + server.getPort() + "/"));
    }

    @Override
    public void close() {
        server.close();
    }
}
