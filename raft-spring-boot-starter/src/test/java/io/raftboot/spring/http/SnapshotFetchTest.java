package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.raftboot.model.Configuration;
import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How a server gets the snapshots of others. */
class SnapshotFetchTest {

    private static final NodeId N2 = NodeId.of("n2");
    private static final NodeId N3 = NodeId.of("n3");
    private static final Snapshot TEN_BYTES =
            new Snapshot(new SnapshotMetadata(7, 5, Configuration.empty()), 10, "0a".repeat(32));
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

    @Test
    void aSnapshotArrivesInPieces() throws IOException {
        Snapshot snapshot = StoredSnapshots.write(n2.receiver.snapshots, 7, "0123456789");
        n1.knows(n2.member());

        StoredSnapshots.download(n1, snapshot, List.of(N2), PIECE);

        assertThat(StoredSnapshots.text(n1, snapshot)).isEqualTo("0123456789");
    }

    @Test
    void aPieceIsNeverLargerThanWhatIsSigned() throws IOException {
        String large = "x".repeat(SnapshotDownloads.MAX_SIGNED_BYTES + 3);
        Snapshot snapshot = StoredSnapshots.write(n2.receiver.snapshots, 7, large);
        n1.knows(n2.member());

        assertThat(n1.transport.fetch(N2, snapshot, 0, Integer.MAX_VALUE)).hasSize(SnapshotDownloads.MAX_SIGNED_BYTES);
        assertThat(n1.transport.fetch(N2, snapshot, SnapshotDownloads.MAX_SIGNED_BYTES, Integer.MAX_VALUE))
                .hasSize(3);
    }

    // scenario S13: the holder restarts, and the download goes on where it was
    @Test
    void aRestartOfTheHolderIsNotNoticed() throws IOException {
        Snapshot snapshot = StoredSnapshots.write(n2.receiver.snapshots, 7, "0123456789");
        n1.knows(n2.member());
        assertThat(n1.transport.fetch(N2, snapshot, 0, PIECE)).isEqualTo("0123".getBytes(UTF_8));
        n2.restart();
        assertThat(n1.transport.fetch(N2, snapshot, 4, PIECE)).isEqualTo("4567".getBytes(UTF_8));
    }

    @Test
    void thoseThatHaveItAreFoundTheLeastBusyFirst() throws IOException {
        Snapshot snapshot = StoredSnapshots.write(n2.receiver.snapshots, 7, "0123456789");
        n1.knows(n2.member(), n3.member());
        assertThat(n1.transport.holders(snapshot)).containsExactly(N2);

        StoredSnapshots.write(n3.receiver.snapshots, 7, "0123456789");
        assertThat(n1.transport.holders(snapshot)).containsExactly(N2, N3);
        n2.leads = true;
        assertThat(n1.transport.holders(snapshot)).containsExactly(N3, N2);

        n1.transport.stop();
        assertThat(n1.transport.holders(snapshot)).isEmpty();
    }

    @Test
    void aServerThatHangsOrHasAnotherOrCannotBeBelievedIsNoHolder() throws Exception {
        Snapshot snapshot = StoredSnapshots.write(n2.receiver.snapshots, 7, "0123456789");
        StoredSnapshots.write(n3.receiver.snapshots, 7, "another state");
        try (FakePeer hanging = new FakePeer("n4", SnapshotFetchTest::hang);
                FakePeer forging = new FakePeer("n5", request -> FakePeer.ok(""))) {
            n1.knows(n2.member(), n3.member(), hanging.member(), forging.member());

            assertThat(n1.transport.holders(snapshot)).containsExactly(N2);
        }
    }

    private static MockResponse hang(RecordedRequest request) {
        return new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build();
    }

    static List<MockResponse> answersThatAreNoPiece() {
        return List.of(
                piece(404, "0123", "bytes 0-3/10"),
                piece(503, "0123", "bytes 0-3/10"),
                piece(200, "0123", "bytes 0-3/10"),
                piece(307, "", "bytes 0-3/10"),
                piece(206, "0123", "bytes 4-7/10"),
                piece(206, "0123", "bytes 0-3/11"),
                piece(206, "012", "bytes 0-3/10"),
                piece(206, "01234", "bytes 0-3/10"),
                piece(206, "", "bytes 0-3/10"),
                piece(206, "0123", "bytes 0-3/10")
                        .newBuilder()
                        .removeHeader("Content-Range")
                        .build(),
                piece(206, "0123", "bytes 0-3/10")
                        .newBuilder()
                        .removeHeader("Raft-Incarnation")
                        .build(),
                piece(206, "x".repeat(2 * SnapshotDownloads.MAX_SIGNED_BYTES), "bytes 0-3/10"),
                piece(206, "0123", "bytes 0-3/10")
                        .newBuilder()
                        .onResponseBody(new SocketEffect.CloseSocket())
                        .build());
    }

    static MockResponse piece(int status, String body, String contentRange) {
        return FakePeer.json(status, body)
                .newBuilder()
                .addHeader("Content-Range", contentRange)
                .build();
    }

    // threats S9, S26
    @ParameterizedTest
    @MethodSource("answersThatAreNoPiece")
    void whateverIsNotThePieceThatWasAskedForIsNone(MockResponse answer) throws Exception {
        try (FakePeer fake = new FakePeer("n2", request -> answer);
                TestNode open = TestNode.of("n1", TestNode.settings(Optional.empty()))) {
            open.knows(fake.member());

            assertThatIOException().isThrownBy(() -> open.transport.fetch(N2, TEN_BYTES, 0, PIECE));

            RecordedRequest request = fake.server.takeRequest();
            assertThat(request.getTarget()).isEqualTo("/raft/rpc/snapshots/" + TEN_BYTES.id());
            assertThat(request.getHeaders().get("Range")).isEqualTo("bytes=0-3");
        }
    }

    @Test
    void theStatusOfARefusalIsNamed() {
        n1.knows(n2.member());

        assertThatIOException()
                .isThrownBy(() -> n1.transport.fetch(N2, TEN_BYTES, 0, PIECE))
                .withMessageContaining("404");
        assertThatIOException().isThrownBy(() -> n1.transport.fetch(N3, TEN_BYTES, 0, PIECE));
        assertThatIOException().isThrownBy(() -> n1.transport.fetch(N2, TEN_BYTES, 10, PIECE));
    }

    // threat S3: a piece that was changed on the way is asked for again, and only that one
    @Test
    void aDamagedPieceIsRepeatedAndNoOther() throws Exception {
        Snapshot snapshot = StoredSnapshots.write(n2.receiver.snapshots, 7, "0123456789");
        AtomicInteger pieces = new AtomicInteger();
        TamperingProxy proxy = new TamperingProxy(n2, "untouched");
        try (FakePeer between = new FakePeer("n2", request -> {
            MockResponse answer = proxy.forward(request);
            boolean damage = answer.getCode() == 206 && pieces.incrementAndGet() == 2;
            return damage ? answer.newBuilder().body("45x7").build() : answer;
        })) {
            n1.knows(between.member());

            StoredSnapshots.download(n1, snapshot, List.of(N2, N2), PIECE);

            assertThat(StoredSnapshots.text(n1, snapshot)).isEqualTo("0123456789");
            // The very first call only learns the session to sign for.
            assertThat(between.ranges())
                    .containsExactly("bytes=0-3", "bytes=0-3", "bytes=4-7", "bytes=4-7", "bytes=8-9");
        }
    }

    @Test
    void aHolderThatStallsIsGivenUp() throws Exception {
        try (FakePeer stalling = new FakePeer(
                        "n2",
                        request -> piece(206, "0123", "bytes 0-3/10")
                                .newBuilder()
                                .onResponseBody(SocketEffect.Stall.INSTANCE)
                                .build());
                TestNode hasty = TestNode.of("n1", TestNode.settings(Duration.ofMillis(200)))) {
            hasty.knows(stalling.member());

            assertThatIOException().isThrownBy(() -> hasty.transport.fetch(N2, TEN_BYTES, 0, PIECE));
        }
    }

    // bug R31: a slow link is no reason to begin again
    @Test
    void aPieceMayTakeLongerThanAnElectionAsLongAsBytesArrive() throws Exception {
        try (FakePeer slow = new FakePeer(
                        "n2",
                        request -> piece(206, "0123", "bytes 0-3/10")
                                .newBuilder()
                                .throttleBody(1, 100, TimeUnit.MILLISECONDS)
                                .build());
                TestNode hasty = TestNode.of("n1", TestNode.settings(Duration.ofMillis(200)))) {
            hasty.knows(slow.member());

            assertThat(hasty.transport.fetch(N2, TEN_BYTES, 0, PIECE)).isEqualTo("0123".getBytes(UTF_8));
        }
    }

    // bug R23, scenario S12
    @Test
    void aDownloadThatHangsHoldsUpNoHeartbeatAndEndsWithTheTransport() throws Exception {
        try (FakePeer half = new FakePeer(
                        "n2",
                        request -> "GET".equals(request.getMethod()) ? hang(request) : FakePeer.ok(reply(request)));
                TestNode open = TestNode.of("n1", TestNode.settings(Optional.empty()))) {
            open.knows(half.member());
            CompletableFuture<byte[]> download = CompletableFuture.supplyAsync(() -> {
                try {
                    return open.transport.fetch(N2, TEN_BYTES, 0, PIECE);
                } catch (IOException e) {
                    return new byte[0];
                }
            });
            assertThat(half.server.takeRequest(10, TimeUnit.SECONDS)).isNotNull();

            for (int round = 1; round <= 5; round++) {
                open.transport.send(new Message.AppendEntries(NodeId.of("n1"), N2, 5, round, 3, 2, List.of(), 3));
                assertThat(open.receiver.nextMessage().round()).isEqualTo(round);
            }
            assertThat(download).isNotDone();
            open.transport.stop();
            assertThat(download.get(10, TimeUnit.SECONDS)).isEmpty();
        }
    }

    private static String reply(RecordedRequest request) {
        Message.AppendEntries append = new PeerJson(TestNode.MAX_BODY)
                .read(Objects.requireNonNull(request.getBody()).toByteArray(), Message.AppendEntries.class);
        return new String(new PeerJson(TestNode.MAX_BODY).write(Message.AppendEntriesReply.accepted(append, 5)), UTF_8);
    }

    @Test
    void whoeverHasMovedIsFoundAtItsNewAddress() throws IOException {
        Snapshot snapshot = StoredSnapshots.write(n2.receiver.snapshots, 7, "0123456789");
        n1.knows(new Member(N2, URI.create("http://127.0.0.1:1")));
        assertThatIOException().isThrownBy(() -> n1.transport.fetch(N2, snapshot, 0, PIECE));
        n1.knows(n2.member());

        assertThat(n1.transport.fetch(N2, snapshot, 0, PIECE)).hasSize(PIECE);
    }
}
