package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every code of API.md §2: what is refused changes nothing. */
class PeerRpcServletTest {

    private final TestNode node = TestNode.of("n2", TestNode.settings(Optional.empty()));

    @AfterEach
    void stop() {
        node.close();
    }

    private HttpResponse<String> refused(WireCall call, int status) {
        HttpResponse<String> answer = call.send();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).contains("\"status\":" + status, "\"outcome\":\"not-applied\"");
        // threat S23
        assertThat(answer.body()).doesNotContain("Exception", "io.raftboot", "tools.jackson", "at java", "/rpc/");
        assertNothingHappened();
        return answer;
    }

    private void assertNothingHappened() {
        assertThat(node.receiver.messages).isEmpty();
        assertThat(node.operations.commands).isEmpty();
        assertThat(node.operations.queries).isEmpty();
        assertThat(node.incarnations.size()).isZero();
    }

    @Test
    void aCallIsAnsweredInItsOwnExchange() throws InterruptedException {
        HttpResponse<String> answer = WireCall.unsigned(node).send();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        assertThat(answer.headers().firstValue("Raft-Incarnation")).contains("first-n2");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"from\":\"n2\",\"to\":\"n1\",\"term\":5,\"round\":1,\"preVote\":false,\"voteGranted\":true}");
        assertThat(node.receiver.nextMessage()).isInstanceOf(Message.RequestVote.class);
        assertThat(node.incarnations.of(NodeId.of("n1"))).contains("first-n1");
    }

    @Test
    void aServerThatIsNotStartedAnswers503AndStartsToListenLater() {
        node.transport.stop();
        HttpResponse<String> answer = refused(WireCall.unsigned(node), 503);
        assertThat(answer.body()).contains("\"reason\":\"stopped\"");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        refused(WireCall.unsigned(node).at("/raft/rpc/nothing"), 503);

        node.start();
        assertThat(WireCall.unsigned(node).send().statusCode()).isEqualTo(200);
    }

    @Test
    void aServerWithAFullInboxAnswers503() {
        node.receiver.full = true;
        HttpResponse<String> answer = WireCall.unsigned(node).send();

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(node.receiver.messages).isEmpty();
    }

    @Test
    void aCallThatIsNotAnsweredInTimeGets503AndALateReplyIsDropped() throws InterruptedException {
        try (TestNode slow = TestNode.of("n2", TestNode.settings(Duration.ofMillis(100)))) {
            slow.receiver.onRequest = request -> {};
            assertThat(WireCall.unsigned(slow).send().statusCode()).isEqualTo(503);

            Message.Request request = (Message.Request) slow.receiver.nextMessage();
            slow.transport.send(FakeReceiver.replyTo(request));
            slow.receiver.onRequest = again -> slow.transport.send(FakeReceiver.replyTo(again));
            assertThat(WireCall.unsigned(slow).send().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void stoppingSendsWaitingCallsAwayAtOnce() throws Exception {
        node.receiver.onRequest = request -> {};
        var answer = CompletableFuture.supplyAsync(() -> WireCall.unsigned(node).send());
        node.receiver.nextMessage();
        node.transport.stop();

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
    }

    // threat S22
    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "/nothing", "/request-vote/", "/request-vote/x", "/REQUEST-VOTE", "/install-snapshots"})
    void anUnknownRouteIs404(String route) {
        refused(WireCall.unsigned(node).at("/raft/rpc" + route), 404);
    }

    // threat S22
    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS", "PATCH"})
    void anotherMethodIs405(String method) {
        HttpResponse<String> answer = refused(WireCall.unsigned(node).method(method), 405);
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
    }

    // threat S10: what a browser sends without asking is no JSON
    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jsonx",
                "application/cbor",
                "json"
            })
    void anotherMediaTypeIs415(String mediaType) {
        refused(WireCall.unsigned(node).with("Content-Type", mediaType), 415);
        refused(WireCall.unsigned(node).without("Content-Type"), 415);
    }

    @Test
    void aCharsetIsNoOtherMediaType() {
        assertThat(WireCall.unsigned(node)
                        .with("Content-Type", "Application/JSON; charset=utf-8")
                        .send()
                        .statusCode())
                .isEqualTo(200);
    }

    // threat S9
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "identity", "br"})
    void anEncodedBodyIs415(String encoding) {
        refused(WireCall.unsigned(node).with("Content-Encoding", encoding), 415);
    }

    // threat S7
    @Test
    void anAnnouncedHugeBodyIs413WithoutBeingRead() throws IOException {
        String answer = raw("Content-Length: 1000000000\r\n\r\n{");

        assertThat(answer).startsWith("HTTP/1.1 413");
        assertNothingHappened();
    }

    // threat S7
    @Test
    void aHugeBodyInChunksIs413AsSoonAsItIsTooLarge() throws IOException {
        String chunk = "1000\r\n" + " ".repeat(0x1000) + "\r\n";

        String answer = raw("Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(TestNode.MAX_BODY / 0x1000 + 1));

        assertThat(answer).startsWith("HTTP/1.1 413");
        assertNothingHappened();
    }

    // threat S7
    @Test
    void aBodyOfExactlyTheLimitIsReadAndOneByteMoreIsNot() {
        String padded = WireCall.VOTE + " ".repeat(TestNode.MAX_BODY - WireCall.VOTE.length());

        refused(WireCall.unsigned(node, (padded + " ").getBytes(UTF_8)), 413);
        refused(chunked(padded + " "), 413);
        assertThat(chunked(padded).send().statusCode()).isEqualTo(200);
        assertThat(WireCall.unsigned(node, padded.getBytes(UTF_8)).send().statusCode())
                .isEqualTo(200);
    }

    private WireCall chunked(String body) {
        return WireCall.unsigned(node)
                .body(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(UTF_8))));
    }

    /** Sends the headers of a call and this, and reads the status line: the connection may be closed before all is written. */
    private String raw(String rest) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(("POST /app/raft/rpc/append-entries HTTP/1.1\r\nHost: n2\r\nContent-Type: application/json\r\n"
                            + rest)
                    .getBytes(US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(12), US_ASCII);
        }
    }

    // threat S13
    @ParameterizedTest
    @ValueSource(strings = {"Raft-Cluster", "Raft-From", "Raft-Incarnation", "Raft-To"})
    void aMissingHeaderIs400(String name) {
        refused(WireCall.unsigned(node).without(name), 400);
        refused(WireCall.unsigned(node).with(name, ""), 400);
        refused(WireCall.unsigned(node).with(name, "a b"), 400);
        refused(WireCall.unsigned(node).with(name, "x".repeat(200)), 400);
    }

    // threat S13
    @ParameterizedTest
    @ValueSource(strings = {"n3", "n3 a x", "n/3 a 0", "n3 a 0 n3 b 0"})
    void anIntroductionThatNobodyWroteIs400(String text) {
        refused(WireCall.unsigned(node).with("Raft-Introduced", text), 400);
    }

    @Test
    void asManyAsOneCallIntroducesAtMostAreReadWithTheLongestNames() {
        SortedMap<NodeId, Bearer> most = new TreeMap<>();
        for (int i = 0; i < Introduced.MAX_BEARERS; i++) {
            most.put(NodeId.of("%064d".formatted(i)), new Bearer("x".repeat(128), 999_999_999_999_999_999L));
        }
        String text = new Introduced(most).text();

        refused(WireCall.unsigned(node).with("Raft-Introduced", text + " n3 a 0"), 400);
        assertThat(WireCall.unsigned(node).with("Raft-Introduced", text).send().statusCode())
                .isEqualTo(200);
        assertThat(node.incarnations.all()).containsAllEntriesOf(most);
    }

    @Test
    void nobodyIsRememberedByACallWithABadBody() {
        refused(WireCall.unsigned(node, new byte[] {'{'}).with("Raft-Introduced", "n3 a 0"), 400);
    }

    // threat S13
    @Test
    void aDoubledHeaderIs400() throws IOException {
        String headers =
                "Raft-Cluster: cluster-1\r\nRaft-From: n1\r\nRaft-From: n3\r\nRaft-Incarnation: first-n1\r\nRaft-To: n2\r\n";

        assertThat(raw(headers + "Content-Length: 2\r\n\r\n{}")).startsWith("HTTP/1.1 400");
        assertNothingHappened();
    }

    // threat S5, scenario M13, bug R44
    @Test
    void aCallForAnotherClusterOrServerIs412() {
        refused(WireCall.unsigned(node).with("Raft-Cluster", "cluster-2"), 412);
        refused(WireCall.unsigned(node).with("Raft-To", "n3"), 412);
    }

    // threat S5
    @Test
    void theAddressIsCheckedBeforeTheBodyIsParsed() {
        refused(WireCall.unsigned(node, new byte[] {'{'}).with("Raft-Cluster", "cluster-2"), 412);
        node.hasRemoved(NodeId.of("n1"));
        refused(WireCall.unsigned(node, new byte[] {'{'}), 410);
    }

    // threat S5
    @Test
    void aServerThatWasRemovedIs410() {
        node.hasRemoved(NodeId.of("n1"));

        refused(WireCall.unsigned(node), 410);
    }

    // threat S8, bug R10
    @ParameterizedTest
    @ValueSource(strings = {"-1", "1e400", "NaN", "\"NaN\"", "9223372036854775807", "9223372036854775808", "null"})
    void anImpossibleTermIs400(String term) {
        refused(WireCall.unsigned(node, WireCall.VOTE.replace("5", term).getBytes(UTF_8)), 400);
    }

    // threat S8
    @Test
    void jsonThatIsMeantToHurtIs400() {
        refused(WireCall.unsigned(node, "[".repeat(50_000).getBytes(UTF_8)), 400);
        refused(WireCall.unsigned(node, ("{\"a\":" + "[".repeat(50_000)).getBytes(UTF_8)), 400);
        refused(
                WireCall.unsigned(
                        node, WireCall.VOTE.replace("}", ",\"term\":5}").getBytes(UTF_8)),
                400);
        refused(WireCall.unsigned(node, (WireCall.VOTE + "{}").getBytes(UTF_8)), 400);
        refused(WireCall.unsigned(node, new byte[0]), 400);
        refused(WireCall.unsigned(node, new byte[] {(byte) 0xff, (byte) 0xfe, 0}), 400);
    }

    @Test
    void headersAndBodyMustNameTheSameServers() {
        refused(WireCall.unsigned(node, WireCall.VOTE.replace("n1", "n3").getBytes(UTF_8)), 400);
        refused(WireCall.unsigned(node, WireCall.VOTE.replace("n2", "n3").getBytes(UTF_8)), 400);
    }

    @Test
    void theSameCallWhileItIsBeingAnsweredIs503() throws Exception {
        node.receiver.onRequest = request -> {};
        var first = CompletableFuture.supplyAsync(() -> WireCall.unsigned(node).send());
        Message.Request request = (Message.Request) node.receiver.nextMessage();

        assertThat(WireCall.unsigned(node).send().statusCode()).isEqualTo(503);
        assertThat(node.receiver.messages).isEmpty();
        node.transport.send(FakeReceiver.replyTo(request));
        assertThat(first.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
}
