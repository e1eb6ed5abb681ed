package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.raftboot.model.NodeId;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who does not know the secret changes nothing, and neither does who repeats what was said (threat S3). */
class SignatureTest {

    private final TestNode node = TestNode.of("n2");
    private Challenge stamp = new Challenge("unknown", 1);

    @BeforeEach
    void learnTheSession() {
        Challenge challenge = WireCall.challengeOf(node);
        stamp = new Challenge(challenge.session(), challenge.sequence() + 1);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private HttpResponse<String> unauthorized(WireCall call) {
        HttpResponse<String> answer = call.send();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        assertThat(node.receiver.messages).isEmpty();
        assertThat(node.incarnations.size()).isZero();
        return answer;
    }

    /** A 401 to somebody who does not know the secret tells nothing and is not signed. */
    private void unauthorizedStranger(WireCall call) {
        assertThat(unauthorized(call).headers().map())
                .doesNotContainKeys("raft-session", "raft-sequence", "raft-signature");
    }

    private Challenge number(long sequence) {
        return new Challenge(stamp.session(), sequence);
    }

    @Test
    void aSignedCallIsTaken() throws InterruptedException {
        HttpResponse<String> answer = WireCall.signed(node, stamp).send();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Raft-Signature").orElseThrow()).hasSize(64);
        assertThat(node.receiver.nextMessage()).isNotNull();
    }

    // threat S3, threat S1
    @ParameterizedTest
    @ValueSource(strings = {"Raft-Session", "Raft-Sequence", "Raft-Signature"})
    void anIncompleteSignatureIs401(String header) {
        unauthorizedStranger(WireCall.signed(node, stamp).without(header));
        unauthorizedStranger(WireCall.signed(node, stamp).with(header, ""));
        unauthorizedStranger(WireCall.signed(node, stamp).with(header, "-1"));
        unauthorizedStranger(WireCall.signed(node, stamp).with(header, "9".repeat(64)));
    }

    // threat S3, threat S1
    @Test
    void withoutOrWithAnotherSecretEveryRouteIs401() {
        for (Route route : Route.values()) {
            unauthorizedStranger(WireCall.unsigned(node).at("/raft" + route.path()));
            unauthorizedStranger(WireCall.signed(
                    node,
                    stamp,
                    "another secret of a cluster",
                    WireCall.valid(),
                    route,
                    WireCall.VOTE.getBytes(UTF_8)));
        }
    }

    // threat S3
    @Test
    void aCallWithNoneOfTheHeadersIs401WhateverItsBody() {
        for (Route route : Route.values()) {
            WireCall call = WireCall.unsigned(node, "{".getBytes(UTF_8)).at("/raft" + route.path());
            call.headers.keySet().removeIf(name -> name.startsWith("Raft-"));
            unauthorizedStranger(call);
        }
    }

    // threat S3
    @Test
    void whateverIsTamperedWithIs401() {
        unauthorizedStranger(
                WireCall.signed(node, stamp).body(BodyPublishers.ofString(WireCall.VOTE.replace("5", "6"))));
        unauthorizedStranger(WireCall.signed(node, stamp).body(BodyPublishers.ofString(WireCall.VOTE + " ")));
        unauthorizedStranger(WireCall.signed(node, stamp).at("/raft/rpc/timeout-now"));
        unauthorizedStranger(WireCall.signed(node, stamp).with("Raft-Cluster", "cluster-2"));
        unauthorizedStranger(WireCall.signed(node, stamp).with("Raft-From", "n3"));
        unauthorizedStranger(WireCall.signed(node, stamp).with("Raft-To", "n3"));
        unauthorizedStranger(WireCall.signed(node, stamp).with("Raft-Incarnation", "other"));
        unauthorizedStranger(WireCall.signed(node, stamp).with("Raft-To-Incarnation", "first-n2"));
        unauthorizedStranger(WireCall.signed(node, stamp).with("Raft-Introduced", "n3 forged 9"));
        unauthorizedStranger(WireCall.signed(node, stamp).with("Raft-Sequence", "77"));
        unauthorizedStranger(WireCall.signed(node, stamp).with("Raft-Session", "f".repeat(32)));
        assertThat(WireCall.signed(node, stamp).send().statusCode())
                .as("nothing of that used up the number")
                .isEqualTo(200);
    }

    // threat S3: who is introduced is remembered, so it must be the words of who knows the secret
    @Test
    void whoIsIntroducedIsSigned() {
        Introduced n3 = Introduced.read("n3 first-n3 7");
        CallHeaders headers = WireCall.valid().introducing(n3);
        byte[] vote = WireCall.VOTE.getBytes(UTF_8);

        unauthorizedStranger(WireCall.signed(node, stamp, TestNode.SECRET, headers, Route.REQUEST_VOTE, vote)
                .with("Raft-Introduced", "n3 forged 7"));
        unauthorizedStranger(WireCall.signed(node, stamp, TestNode.SECRET, headers, Route.REQUEST_VOTE, vote)
                .without("Raft-Introduced"));
        assertThat(WireCall.signed(node, stamp, TestNode.SECRET, headers, Route.REQUEST_VOTE, vote)
                        .send()
                        .statusCode())
                .isEqualTo(200);
        assertThat(node.incarnations.all()).containsEntry(NodeId.of("n3"), new Bearer("first-n3", 7));
    }

    // threat S3, bug R13
    @Test
    void aReplayedCallIs401() throws InterruptedException {
        WireCall call = WireCall.signed(node, stamp);
        assertThat(call.send().statusCode()).isEqualTo(200);
        node.receiver.nextMessage();
        node.incarnations.confirm(NodeId.of("n1"), "first-n1");

        HttpResponse<String> answer = call.send();
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("\"outcome\":\"unknown\"");
        assertThat(answer.headers().firstValue("Raft-Sequence")).contains(Long.toString(stamp.sequence()));
        assertThat(node.receiver.messages).isEmpty();
    }

    // threat S3
    @Test
    void callsMayOvertakeEachOtherButNotByMoreThanTheWindow() {
        long far = stamp.sequence() + SequenceWindow.SIZE;

        assertThat(WireCall.signed(node, number(far)).send().statusCode()).isEqualTo(200);
        assertThat(WireCall.signed(node, number(far - 5)).send().statusCode()).isEqualTo(200);
        assertThat(WireCall.signed(node, number(far - SequenceWindow.SIZE + 1))
                        .send()
                        .statusCode())
                .isEqualTo(200);
        assertThat(WireCall.signed(node, stamp).send().statusCode()).isEqualTo(401);
        assertThat(node.receiver.messages).hasSize(3);
    }

    // threat S3
    @Test
    void whatWasSignedForAnEarlierProcessOfTheReceiverIsNotTaken() {
        unauthorized(WireCall.signed(node, new Challenge("0".repeat(32), 5)));
        try (TestNode restarted = TestNode.of("n2")) {
            assertThat(WireCall.signed(restarted, stamp).send().statusCode()).isEqualTo(401);
            assertThat(restarted.receiver.messages).isEmpty();
        }
    }

    @Test
    void eachCallerHasNumbersOfItsOwn() {
        assertThat(WireCall.signed(node, stamp).send().statusCode()).isEqualTo(200);
        CallHeaders n3 = new CallHeaders(
                "cluster-1", NodeId.of("n3"), "first-n3", NodeId.of("n2"), Optional.empty(), 0, Optional.empty());
        byte[] body = WireCall.VOTE.replace("n1", "n3").getBytes(UTF_8);

        assertThat(WireCall.signed(node, stamp, TestNode.SECRET, n3, Route.REQUEST_VOTE, body)
                        .send()
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void theSignatureIsCheckedBeforeTheAddressAndAfterTheSize() {
        unauthorizedStranger(WireCall.unsigned(node).with("Raft-Cluster", "cluster-2"));
        byte[] large = new byte[TestNode.MAX_BODY + 1];
        assertThat(WireCall.signed(node, stamp, TestNode.SECRET, WireCall.valid(), Route.SUBMIT, large)
                        .send()
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void refusalsAreSignedForWhoKnowsTheSecret() {
        byte[] broken = {'{'};
        HttpResponse<String> answer = WireCall.signed(
                        node, stamp, TestNode.SECRET, WireCall.valid(), Route.REQUEST_VOTE, broken)
                .send();
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Raft-Signature")).isPresent();

        node.transport.stop();
        HttpResponse<String> stopped =
                WireCall.signed(node, number(stamp.sequence() + 1)).send();
        assertThat(stopped.statusCode()).isEqualTo(503);
        assertThat(stopped.headers().firstValue("Raft-Signature")).isPresent();
    }

    // threat S16
    @Test
    void theSecretNeverShowsItself() {
        PeerHttpSettings settings = TestNode.settings(Optional.of(TestNode.SECRET));

        assertThat(settings.toString()).doesNotContain(TestNode.SECRET).contains("hidden");
        assertThat(new Signer(PeerSecret.of(TestNode.SECRET)).toString()).doesNotContain(TestNode.SECRET);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PeerSecret.of("too short"))
                .withMessageNotContaining("too short");
    }

    // threat S4
    @Test
    void signaturesAreComparedInOnePlaceInConstantTime() throws IOException {
        assertThat(Signer.matches("ab".repeat(32), "ab".repeat(32))).isTrue();
        assertThat(Signer.matches("ab".repeat(32), "ab".repeat(31) + "ac")).isFalse();
        assertThat(Signer.matches("ab".repeat(32), "")).isFalse();
        assertThat(sourcesWith("MessageDigest.isEqual")).containsExactly("Signer.java");
        assertThat(sourcesWith("ignature().equals(")).isEmpty();
        assertThat(sourcesWith("ignature.equals(")).isEmpty();
    }

    private static List<String> sourcesWith(String text) throws IOException {
        try (Stream<Path> sources = Files.list(Path.of("src/main/java/io/raftboot/spring/http"))) {
            return sources.filter(source -> contains(source, text))
                    .map(source -> source.getFileName().toString())
                    .toList();
        }
    }

    private static boolean contains(Path source, String text) {
        try {
            return Files.readString(source).contains(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
