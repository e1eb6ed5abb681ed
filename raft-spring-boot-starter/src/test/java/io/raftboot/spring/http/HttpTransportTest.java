package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.KnownMembers;
import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTransportTest {

    private static final NodeId N1 = NodeId.of("n1");
    private static final NodeId N2 = NodeId.of("n2");

    private final TestNode n1 = TestNode.of("n1");
    private final TestNode n2 = TestNode.of("n2");

    @AfterEach
    void stop() {
        n1.close();
        n2.close();
    }

    private static Message.AppendEntries heartbeat(String to, long round) {
        return new Message.AppendEntries(N1, NodeId.of(to), 5, round, 3, 2, List.of(), 3);
    }

    private static Message.RequestVote vote(String to, long round) {
        return new Message.RequestVote(N1, NodeId.of(to), 5, round, 3, 2, false, false);
    }

    private static String reply(String to, long round) {
        return "{\"from\":\"" + to + "\",\"to\":\"n1\",\"term\":5,\"round\":" + round
                + ",\"success\":true,\"matchIndex\":3,\"conflictIndex\":0,\"conflictTerm\":0}";
    }

    static List<Message> requests() {
        return PeerJsonTest.everyMessage()
                .filter(message -> message instanceof Message.Request)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestArrivesOnceAndItsReplyComesBack(Message.Request request) throws InterruptedException {
        n1.knows(n1.member(), n2.member());
        n1.transport.send(request);

        assertThat(n2.receiver.nextMessage()).isEqualTo(request);
        assertThat(n1.receiver.nextMessage()).isEqualTo(FakeReceiver.replyTo(request));
        assertThat(n2.receiver.messages).isEmpty();
        assertThat(n1.receiver.unreachable).isEmpty();
    }

    @Test
    void withoutASecretNothingIsSigned() throws Exception {
        try (FakePeer fake = new FakePeer("n2", request -> FakePeer.ok(reply("n2", 1)));
                TestNode open = TestNode.of("n1", TestNode.settings(Optional.empty()))) {
            open.knows(fake.member());
            open.transport.send(heartbeat("n2", 1));

            assertThat(open.receiver.nextMessage()).isInstanceOf(Message.AppendEntriesReply.class);
            RecordedRequest request = fake.server.takeRequest();
            assertThat(request.getHeaders().names()).doesNotContain("Raft-Signature");
            assertThat(request.getTarget()).isEqualTo("/raft/rpc/append-entries");
        }
    }

    // threat S3: a restart on either side costs one repeated call
    @Test
    void aRestartOfTheReceiverOrTheSenderIsNotNoticed() throws InterruptedException {
        n1.knows(n2.member());
        exchange(1);
        n2.restart();
        exchange(2);
        n1.restart();
        n1.knows(n2.member());
        exchange(3);
        exchange(4);
        assertThat(n1.receiver.unreachable).isEmpty();
    }

    private void exchange(long round) throws InterruptedException {
        n1.transport.send(heartbeat("n2", round));
        assertThat(n2.receiver.nextMessage().round()).isEqualTo(round);
        assertThat(n1.receiver.nextMessage().round()).isEqualTo(round);
    }

    @Test
    void afterReconnectingTheSameServersAreCalledOverNewConnections() throws InterruptedException {
        n1.knows(n2.member());
        exchange(1);
        n1.transport.reconnect();
        exchange(2);
        n1.transport.stop();
        n1.transport.reconnect();
        n1.transport.send(heartbeat("n2", 3));

        assertThat(n2.receiver.messages).isEmpty();
        assertThat(n1.receiver.unreachable).isEmpty();
    }

    @Test
    void whoeverIsNotInTheConfigurationIsNotCalled() {
        n1.transport.send(heartbeat("n2", 1));
        n1.knows(n2.member());
        n1.transport.connect(KnownMembers.NOBODY);
        n1.transport.send(heartbeat("n2", 2));

        assertThat(n1.receiver.unreachable).isEmpty();
        assertThat(n2.receiver.messages).isEmpty();
    }

    @Test
    void aPeerIsCalledWhereItIsNow() throws InterruptedException, IOException {
        n1.knows(new Member(N2, URI.create("http://127.0.0.1:" + unusedPort())));
        n1.transport.send(heartbeat("n2", 1));
        assertThat(n1.receiver.nextUnreachable()).isEqualTo(N2);

        n1.knows(n2.member());
        exchange(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://n2", "n2:8080", "file:/etc/passwd", "http:///"})
    void aPeerWithAnAddressThatCannotBeCalledIsSkippedAndTheOthersAreNot(String url) throws InterruptedException {
        n1.knows(new Member(NodeId.of("n3"), URI.create(url)), n2.member());
        n1.transport.send(heartbeat("n3", 1));
        exchange(1);
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aPeerThatRefusesIsUnreachable() throws InterruptedException {
        n1.knows(n2.member());
        n2.receiver.full = true;
        n1.transport.send(heartbeat("n2", 1));

        assertThat(n1.receiver.nextUnreachable()).isEqualTo(N2);
        assertThat(n1.receiver.messages).isEmpty();
    }

    static List<MockResponse> answersThatAreNone() {
        return List.of(
                FakePeer.ok(reply("n2", 2)),
                FakePeer.ok(reply("n3", 1)),
                FakePeer.ok("{}"),
                FakePeer.ok(""),
                FakePeer.ok("null"),
                FakePeer.ok(reply("n2", 1).replace("5", "-5")),
                FakePeer.ok(" ".repeat(TestNode.MAX_BODY) + reply("n2", 1)),
                new MockResponse.Builder().code(200).body(reply("n2", 1)).build(),
                FakePeer.json(204, ""),
                FakePeer.json(500, "oops"),
                FakePeer.json(401, reply("n2", 1)),
                FakePeer.json(410, "{}"),
                FakePeer.json(307, "")
                        .newBuilder()
                        .addHeader("Location", "/elsewhere")
                        .build(),
                FakePeer.ok("x")
                        .newBuilder()
                        .addHeader("Content-Encoding", "gzip")
                        .build(),
                FakePeer.ok("")
                        .newBuilder()
                        .onResponseStart(new SocketEffect.CloseSocket())
                        .build());
    }

    // threat S9, threat S26
    @ParameterizedTest
    @MethodSource("answersThatAreNone")
    void anAnswerThatIsNoReplyMeansUnreachable(MockResponse answer) throws Exception {
        try (FakePeer fake = new FakePeer("n2", request -> answer);
                TestNode open = TestNode.of("n1", TestNode.settings(Optional.empty()))) {
            open.knows(fake.member());
            open.transport.send(heartbeat("n2", 1));

            assertThat(open.receiver.nextUnreachable()).isEqualTo(N2);
            assertThat(open.receiver.messages).isEmpty();
            assertThat(open.receiver.removals).hasValue(0);
            assertThat(fake.server.takeRequest().getTarget()).isEqualTo("/raft/rpc/append-entries");
            assertThat(fake.server.takeRequest(0, TimeUnit.SECONDS))
                    .as("a second call, unless the connection broke")
                    .matches(second -> second == null || second.getTarget().endsWith("append-entries"));
        }
    }

    // threat S3: votes cannot be made up by whoever sits in between
    @ParameterizedTest
    @ValueSource(strings = {"forged", "tampered", "other exchange", "untouched"})
    void onlyAReplyThatThePeerSignedForThisCallIsTaken(String attack) throws Exception {
        TamperingProxy proxy = new TamperingProxy(n2, attack);
        try (FakePeer between = new FakePeer("n2", proxy::forward)) {
            n1.knows(between.member());
            n1.transport.send(vote("n2", 1));
            n2.receiver.nextMessage();
            if (attack.equals("untouched")) {
                assertThat(n1.receiver.nextMessage()).isInstanceOf(Message.RequestVoteReply.class);
                return;
            }
            if (attack.equals("other exchange")) {
                n1.receiver.nextMessage();
                n1.transport.send(vote("n2", 2));
            }
            assertThat(n1.receiver.nextUnreachable()).isEqualTo(N2);
            assertThat(n1.receiver.messages).isEmpty();
        }
    }

    // bug R23
    @Test
    void aPeerThatHangsHoldsUpNeitherTheCallerNorTheOthersNorItsOwnVotes() throws Exception {
        int calls = 2000;
        try (FakePeer hanging = new FakePeer("n3", HttpTransportTest::hang)) {
            n1.knows(n2.member(), hanging.member());
            for (int round = 1; round <= calls; round++) {
                n1.transport.send(heartbeat("n3", round));
            }
            int mayWait = LaneKind.REPLICATION.capacity() + LaneKind.REPLICATION.threads();
            assertThat(n1.receiver.unreachable).hasSizeBetween(calls - mayWait, calls - 1);
            exchange(1);

            n1.transport.send(vote("n3", 1));
            assertThat(List.of(targetOfNext(hanging), targetOfNext(hanging)))
                    .containsExactlyInAnyOrder("/raft/rpc/append-entries", "/raft/rpc/request-vote");
            assertThat(threadsTo("n3")).isEqualTo(2);
        }
    }

    private static String targetOfNext(FakePeer peer) throws InterruptedException {
        RecordedRequest request = peer.server.takeRequest(10, TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        return request.getTarget();
    }

    private static MockResponse hang(RecordedRequest request) {
        return new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build();
    }

    private static long threadsTo(String peer) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("raft-n1-to-" + peer))
                .count();
    }

    // bug R23
    @Test
    void aPeerThatHangsIsTriedAgainAndAgain() throws Exception {
        try (FakePeer hanging = new FakePeer("n2", HttpTransportTest::hang);
                TestNode hasty = TestNode.of("n1", TestNode.settings(Duration.ofMillis(200)))) {
            hasty.knows(hanging.member());
            for (int round = 1; round <= 4; round++) {
                hasty.transport.send(heartbeat("n2", round));
                targetOfNext(hanging);
                assertThat(hasty.receiver.nextUnreachable()).isEqualTo(N2);
            }
        }
    }

    /** openraft#1770: a connection that died while idle must not look like a dead peer. */
    @Test
    void aConnectionThatDiedWhileIdleIsReplaced() throws Exception {
        try (FakePeer fake = new FakePeer(
                        "n2",
                        request -> FakePeer.ok(reply("n2", roundOf(request)))
                                .newBuilder()
                                .onResponseEnd(new SocketEffect.CloseSocket())
                                .build());
                TestNode open = TestNode.of("n1", TestNode.settings(Optional.empty()))) {
            open.knows(fake.member());
            for (int round = 1; round <= 5; round++) {
                open.transport.send(heartbeat("n2", round));
                assertThat(open.receiver.nextMessage().round()).isEqualTo(round);
            }
            assertThat(open.receiver.unreachable).isEmpty();
        }
    }

    private static long roundOf(RecordedRequest request) {
        Message message = new PeerJson(TestNode.MAX_BODY)
                .read(Objects.requireNonNull(request.getBody()).toByteArray(), Message.AppendEntries.class);
        return message.round();
    }

    @Test
    void aStoppedTransportCallsNobodyAndMayBeStartedAgain() throws InterruptedException {
        n1.knows(n2.member());
        exchange(1);
        n1.transport.stop();
        n1.transport.stop();
        n1.transport.send(heartbeat("n2", 2));
        n1.transport.connect(KnownMembers.bootstrap(Configuration.ofVoters(List.of(n2.member()))));
        assertThat(n2.receiver.messages).isEmpty();

        n1.start();
        n1.knows(n2.member());
        exchange(3);
    }

    @Test
    void aTransportThatCannotTellWhomItHasMetDoesNotStart(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("incarnations"), "damaged");
        HttpTransport transport =
                new HttpTransport(TestNode.settings(Optional.empty()), new IncarnationFile(file), Optional.empty());

        assertThatIllegalStateException()
                .isThrownBy(() -> transport.start(n1.identity, n1.receiver))
                .withMessageContaining("incarnations");
        assertThat(transport.active()).isEmpty();
    }

    @Test
    void aProcessThatHasEndedIsNoticedAndOneThatIsThereIsNot() throws InterruptedException {
        Member nobody = new Member(NodeId.of("n9"), URI.create("http://127.0.0.1:1"));
        n1.knows(n2.member(), nobody);

        n1.transport.probe(n2.id());
        n1.transport.probe(nobody.id());

        assertThat(n1.receiver.gone.poll(20, TimeUnit.SECONDS)).isEqualTo(nobody.id());
        assertThat(n1.receiver.gone).isEmpty();
    }

    @Test
    void anIdentityThatCannotTravelIsRefusedAtStart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> n1.transport.start(new Identity("a cluster", "x", N1, "i"), n1.receiver));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> n1.transport.start(new Identity("c", "x", N1, "i\n"), n1.receiver));
    }

    /** Without it a batch of entries takes 44 ms. */
    @Test
    void aSocketSendsAtOnce() throws IOException {
        try (Socket socket = new NoDelaySockets().createSocket()) {
            assertThat(socket.getTcpNoDelay()).isTrue();
        }
    }
}
