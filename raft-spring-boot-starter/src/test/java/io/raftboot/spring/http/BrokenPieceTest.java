package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links that are cut while a snapshot comes over them. The first call to a server only learns the session to sign for. */
class BrokenPieceTest {

    private static final NodeId N2 = NodeId.of("n2");
    private static final NodeId N3 = NodeId.of("n3");
    private static final int PIECE = 4;

    private final TestNode n1 = TestNode.of("n1");
    private final TestNode n2 = TestNode.of("n2");
    private final TestNode n3 = TestNode.of("n3");

    @AfterEach
    void stop() {
        n1.close();
        n2.close();
        n3.close();
    }

    // scenario S13
    @Test
    void aLinkThatIsCutIsTakenUpAgainAtTheByteWhereItBroke() throws Exception {
        Snapshot snapshot = StoredSnapshots.write(n2.receiver.snapshots, 7, "0123456789");
        try (FakePeer between = cutting(n2, Map.of("bytes=4-7", "45"))) {
            n1.knows(between.member());
            assertThatIOException().isThrownBy(() -> StoredSnapshots.download(n1, snapshot, List.of(N2), PIECE));

            StoredSnapshots.download(n1, snapshot, List.of(N2), PIECE);

            assertThat(StoredSnapshots.text(n1, snapshot)).isEqualTo("0123456789");
            assertThat(between.ranges())
                    .containsExactly("bytes=0-3", "bytes=0-3", "bytes=4-7", "bytes=6-7", "bytes=8-9");
        }
    }

    @Test
    void whatWasCutIsGoneOnWithAtAnotherServerAndMayBeCutAgain() throws Exception {
        Snapshot snapshot = StoredSnapshots.write(n2.receiver.snapshots, 7, "0123456789");
        StoredSnapshots.write(n3.receiver.snapshots, 7, "0123456789");
        try (FakePeer second = cutting(n2, Map.of("bytes=0-7", "01"));
                FakePeer third = cutting(n3, Map.of("bytes=2-7", "234"))) {
            n1.knows(
                    new Member(N2, second.member().url()),
                    new Member(N3, third.member().url()));

            StoredSnapshots.download(n1, snapshot, List.of(N2, N3, N2), 8);

            assertThat(StoredSnapshots.text(n1, snapshot)).isEqualTo("0123456789");
            assertThat(second.ranges()).containsExactly("bytes=0-7", "bytes=0-7", "bytes=5-7", "bytes=8-9");
            assertThat(third.ranges()).containsExactly("bytes=2-7", "bytes=2-7");
        }
    }

    @Test
    void whatWasCutIsKeptWhileNobodyAnswers() throws Exception {
        Snapshot snapshot = StoredSnapshots.write(n2.receiver.snapshots, 7, "0123456789");
        try (FakePeer between = cutting(n2, Map.of("bytes=0-3", "012"))) {
            n1.knows(between.member(), new Member(N3, URI.create("http://127.0.0.1:1")));

            StoredSnapshots.download(n1, snapshot, List.of(N2, N3, N2), PIECE);

            assertThat(between.ranges())
                    .containsExactly("bytes=0-3", "bytes=0-3", "bytes=3-3", "bytes=4-7", "bytes=8-9");
        }
    }

    // threat S3: the part that came before the link was cut is signed with the rest, or it is not believed
    @Test
    void bytesThatWereChangedBeforeTheLinkWasCutAreFetchedAgain() throws Exception {
        Snapshot snapshot = StoredSnapshots.write(n2.receiver.snapshots, 7, "0123456789");
        try (FakePeer between = cutting(n2, Map.of("bytes=4-7", "4x"))) {
            n1.knows(between.member());

            StoredSnapshots.download(n1, snapshot, List.of(N2, N2, N2), PIECE);

            assertThat(StoredSnapshots.text(n1, snapshot)).isEqualTo("0123456789");
            assertThat(between.ranges())
                    .containsExactly("bytes=0-3", "bytes=0-3", "bytes=4-7", "bytes=6-7", "bytes=4-7", "bytes=8-9");
        }
    }

    @ParameterizedTest
    @MethodSource("beginningsThatAreNone")
    void whatIsNoBeginningOfThePieceIsNotGoneOnWith(MockResponse broken) throws Exception {
        String content = "0123456789";
        Snapshot snapshot = StoredSnapshots.write(n2.receiver.snapshots, 7, content);
        AtomicInteger calls = new AtomicInteger();
        try (FakePeer cutting = new FakePeer(
                        "n2",
                        request -> calls.getAndIncrement() == 0
                                ? broken
                                : partOf(
                                        content,
                                        Objects.requireNonNull(
                                                request.getHeaders().get("Range"))));
                TestNode open = TestNode.of("n1", TestNode.settings(Optional.empty()))) {
            open.knows(cutting.member());

            StoredSnapshots.download(open, snapshot, List.of(N2, N2), 5);

            assertThat(StoredSnapshots.text(open, snapshot)).isEqualTo(content);
            assertThat(cutting.ranges()).containsExactly("bytes=0-4", "bytes=0-4", "bytes=5-9");
        }
    }

    static List<MockResponse> beginningsThatAreNone() {
        return List.of(
                cutAfter("", SnapshotFetchTest.piece(206, "01234", "bytes 0-4/10")),
                cutAfter("no s", SnapshotFetchTest.piece(503, "no such", "bytes 0-4/10")),
                cutAfter("012345", SnapshotFetchTest.piece(206, "0123456", "bytes 0-4/10")));
    }

    /** A server between this one and the target, which cuts the link in the first answer to each of these ranges, after some bytes. */
    private static FakePeer cutting(TestNode target, Map<String, String> beginnings) throws IOException {
        TamperingProxy proxy = new TamperingProxy(target, "untouched");
        Map<String, String> left = new ConcurrentHashMap<>(beginnings);
        return new FakePeer(target.member().id().value(), request -> {
            MockResponse answer = proxy.forward(request);
            String range = Objects.requireNonNull(request.getHeaders().get("Range"));
            Optional<String> beginning =
                    Optional.of(range).filter(wanted -> answer.getCode() == 206).map(left::remove);
            return beginning.map(bytes -> cutAfter(bytes, answer)).orElse(answer);
        });
    }

    private static MockResponse cutAfter(String beginning, MockResponse answer) {
        String length = Objects.requireNonNull(answer.getHeaders().get("Content-Length"));
        return answer.newBuilder()
                .body(beginning)
                .setHeader("Content-Length", length)
                .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
                .build();
    }

    private static MockResponse partOf(String content, String range) {
        String[] ends = range.substring("bytes=".length()).split("-", 2);
        int first = Integer.parseInt(ends[0]);
        int last = Integer.parseInt(ends[1]);
        return SnapshotFetchTest.piece(
                206, content.substring(first, last + 1), "bytes " + first + "-" + last + "/" + content.length());
    }
}
