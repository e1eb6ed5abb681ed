package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.testkit.ForwardingSnapshotStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server gives of its snapshots, and to whom. */
class SnapshotDownloadsTest {

    private static final String CONTENT = "0123456789";

    private final TestNode node = TestNode.of("n2", TestNode.settings(Optional.empty()));
    private final Snapshot snapshot = StoredSnapshots.write(node.receiver.snapshots, 7, CONTENT);
    private final SnapshotTarget bytes = SnapshotTarget.bytesOf(snapshot);

    @AfterEach
    void stop() {
        node.close();
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("none");
    }

    @Test
    void withoutARangeItIsAllOfIt() {
        HttpResponse<String> answer = WireCall.unsigned(node, bytes, "").send();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(CONTENT);
        assertThat(header(answer, "Accept-Ranges")).isEqualTo("bytes");
        assertThat(header(answer, "Content-Length")).isEqualTo("10");
        assertThat(header(answer, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(header(answer, "Raft-Incarnation")).isEqualTo("first-n2");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-, 0123456789, bytes 0-9/10",
        "bytes=0-0, 0, bytes 0-0/10",
        "bytes=3-5, 345, bytes 3-5/10",
        "bytes=9-, 9, bytes 9-9/10",
        "bytes=7-100, 789, bytes 7-9/10",
        "bytes=9-999999999999999999, 9, bytes 9-9/10"
    })
    void aRangeIsThatPartOfIt(String range, String part, String contentRange) {
        HttpResponse<String> answer = WireCall.unsigned(node, bytes, range).send();

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo(part);
        assertThat(header(answer, "Content-Range")).isEqualTo(contentRange);
        assertThat(header(answer, "Content-Length")).isEqualTo("" + part.length());
        assertThat(header(answer, "Accept-Ranges")).isEqualTo("bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=999999999999999999-"})
    void aRangeBeyondTheEndIs416WithTheSize(String range) {
        HttpResponse<String> answer = WireCall.unsigned(node, bytes, range).send();

        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(header(answer, "Content-Range")).isEqualTo("bytes */10");
    }

    // RFC 9110 §14.2: a range that is not understood is ignored
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=-3",
                "bytes=0-1,3-4",
                "lines=1-2",
                "bytes=5-2",
                "bytes=a-b",
                "bytes=",
                "bytes=-1-2",
                "bytes=99999999999999999999-"
            })
    void anythingElseIsIgnored(String range) {
        HttpResponse<String> answer = WireCall.unsigned(node, bytes, range).send();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(CONTENT);
    }

    @Test
    void headTellsOnlyThatItIsThereAndHowLarge() {
        HttpResponse<String> answer = WireCall.unsigned(node, SnapshotTarget.presenceOf(snapshot), "bytes=3-5")
                .send();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(header(answer, "Content-Length")).isEqualTo("10");
        assertThat(header(answer, "Accept-Ranges")).isEqualTo("bytes");
    }

    // threat S22
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/snapshots/7-5-0000000000000000",
                "/snapshots",
                "/snapshots/",
                "/snapshots/7/x",
                "/snapshots/A",
                "/snapshots/%2e%2e%2fidentity.json",
                "/snapshots/1111111111222222222233333333334444444444555555555566666"
            })
    void whatIsNotThereIs404(String path) {
        WireCall call = WireCall.unsigned(node, bytes, "").at("/raft/rpc" + path);

        assertThat(call.send().statusCode()).isIn(400, 404);
        assertThat(call.method("HEAD").send().statusCode()).isIn(400, 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void anotherMethodIs405(String method) {
        HttpResponse<String> answer =
                WireCall.unsigned(node, bytes, "").method(method).send();

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(header(answer, "Allow")).isEqualTo("GET, HEAD");
    }

    // threat S5
    @Test
    void itIsCheckedLikeEveryCall() {
        assertThat(status("Raft-From", "")).isEqualTo(400);
        assertThat(status("Raft-Cluster", "cluster-2")).isEqualTo(412);
        assertThat(status("Raft-To", "n3")).isEqualTo(412);
        assertThat(status("Raft-To-Incarnation", "second-n2")).isEqualTo(412);
        node.hasRemoved(NodeId.of("n1"));
        assertThat(status("Raft-To", "n2")).isEqualTo(410);
        assertThat(node.incarnations.size()).isZero();
        node.transport.stop();
        assertThat(status("Raft-To", "n2")).isEqualTo(503);
    }

    private int status(String header, String value) {
        return WireCall.unsigned(node, bytes, "").with(header, value).send().statusCode();
    }

    // threat S3
    @Test
    void nothingIsGivenToWhoDoesNotKnowTheSecretOrRepeatsWhatWasSaid() {
        try (TestNode closed = TestNode.of("n2")) {
            Snapshot secret = StoredSnapshots.write(closed.receiver.snapshots, 7, CONTENT);
            Challenge known = WireCall.challengeOf(closed);
            Challenge stamp = new Challenge(known.session(), known.sequence() + 1);
            SnapshotTarget target = SnapshotTarget.bytesOf(secret);

            assertThat(WireCall.unsigned(closed, target, "bytes=0-1").send().statusCode())
                    .isEqualTo(401);
            assertThat(signed(closed, stamp, target)
                            .with("Range", "bytes=0-2")
                            .send()
                            .statusCode())
                    .isEqualTo(401);
            assertThat(signed(closed, stamp, target).without("Range").send().statusCode())
                    .isEqualTo(401);
            assertThat(signed(closed, stamp, SnapshotTarget.presenceOf(secret))
                            .method("GET")
                            .send()
                            .statusCode())
                    .isEqualTo(401);
            HttpResponse<String> answer = signed(closed, stamp, target).send();
            assertThat(answer.statusCode()).isEqualTo(206);
            assertThat(header(answer, "Raft-Signature")).hasSize(64);
            assertThat(signed(closed, stamp, target).send().statusCode()).isEqualTo(401);
        }
    }

    private static WireCall signed(TestNode node, Challenge stamp, SnapshotTarget target) {
        return WireCall.signed(node, stamp, TestNode.SECRET, WireCall.valid(), target, "bytes=0-1".getBytes(UTF_8));
    }

    @Test
    void moreThanIsHeldInMemoryIsSentAsItIsRead() {
        int size = 3 * SnapshotDownloads.MAX_SIGNED_BYTES + 17;
        String large = "0123456789abcdef".repeat(size / 16 + 1).substring(0, size);
        SnapshotTarget target = SnapshotTarget.bytesOf(StoredSnapshots.write(node.receiver.snapshots, 8, large));

        HttpResponse<String> all = WireCall.unsigned(node, target, "").send();
        HttpResponse<String> rest = WireCall.unsigned(node, target, "bytes=17-").send();

        assertThat(all.statusCode()).isEqualTo(200);
        assertThat(header(all, "Content-Length")).isEqualTo("" + size);
        assertThat(all.body().equals(large)).isTrue();
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body().equals(large.substring(17))).isTrue();
    }

    @Test
    void aSnapshotThatCannotBeReadIs503() {
        node.receiver.snapshots = new ForwardingSnapshotStore(node.receiver.snapshots) {
            @Override
            public byte[] read(Snapshot asked, long from, int maxBytes) throws IOException {
                throw new IOException("it was deleted");
            }
        };
        HttpResponse<String> answer = WireCall.unsigned(node, bytes, "").send();

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).doesNotContain("deleted");
    }

    // bug R23
    @Test
    void downloadsLeaveThreadsToHeartbeats() throws Exception {
        CountDownLatch reading = new CountDownLatch(SnapshotDownloads.MAX_CONCURRENT);
        CountDownLatch release = new CountDownLatch(1);
        SnapshotStore whole = node.receiver.snapshots;
        node.receiver.snapshots = new ForwardingSnapshotStore(whole) {
            @Override
            public byte[] read(Snapshot asked, long from, int maxBytes) throws IOException {
                reading.countDown();
                StoredSnapshots.await(release);
                return super.read(asked, from, maxBytes);
            }
        };
        ExecutorService clients = Executors.newCachedThreadPool();
        List<CompletableFuture<HttpResponse<String>>> downloads = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> WireCall.unsigned(node, bytes, "").send(), clients))
                .limit(SnapshotDownloads.MAX_CONCURRENT)
                .toList();
        assertThat(StoredSnapshots.await(reading)).isTrue();

        HttpResponse<String> refused = WireCall.unsigned(node, bytes, "").send();
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(header(refused, "Retry-After")).isEqualTo("1");
        assertThat(WireCall.unsigned(node).send().statusCode()).isEqualTo(200);

        release.countDown();
        for (CompletableFuture<HttpResponse<String>> download : downloads) {
            assertThat(download.get(10, TimeUnit.SECONDS).body()).isEqualTo(CONTENT);
        }
        assertThat(WireCall.unsigned(node, bytes, "").send().statusCode()).isEqualTo(200);
        clients.shutdown();
    }

    @Test
    void itTellsHowManyOthersDownloadAndALeaderCountsItselfToo() {
        assertThat(load("n1")).isEqualTo("0");
        WireCall.unsigned(node, bytes, "")
                .with("Raft-From", "n3")
                .with("Raft-Incarnation", "first-n3")
                .send();

        assertThat(load("n1")).isEqualTo("1");
        assertThat(load("n3")).isEqualTo("0");
        node.leads = true;
        assertThat(load("n1")).isEqualTo("2");
    }

    private String load(String from) {
        return header(
                WireCall.unsigned(node, SnapshotTarget.presenceOf(snapshot), "")
                        .with("Raft-From", from)
                        .with("Raft-Incarnation", "first-" + from)
                        .send(),
                "Raft-Load");
    }
}
