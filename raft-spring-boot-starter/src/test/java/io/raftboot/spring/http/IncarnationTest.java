package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that lost its disk does not take part under its old name (bugs R25, R43). */
class IncarnationTest {

    private static final NodeId N1 = NodeId.of("n1");
    private static final NodeId N2 = NodeId.of("n2");
    private static final NodeId N3 = NodeId.of("n3");

    private final TestNode n1 = TestNode.of("n1");
    private final TestNode n2 = TestNode.of("n2");

    @AfterEach
    void stop() {
        n1.close();
        n2.close();
    }

    private static Message.RequestVote vote(NodeId from, NodeId to, long round) {
        return new Message.RequestVote(from, to, 5, round, 3, 2, false, false);
    }

    private void bothHaveMet() throws InterruptedException {
        n1.knows(n2.member());
        n2.knows(n1.member());
        n1.transport.send(vote(N1, N2, 1));
        n1.receiver.nextMessage();
        n2.receiver.nextMessage();
    }

    // bug R43: its vote may be lost with its disk
    @Test
    void aWipedServerIsNotAskedForItsVoteAndLearnsWhy() throws InterruptedException {
        bothHaveMet();
        n2.restartWiped();
        n1.transport.send(vote(N1, N2, 2));

        assertThat(n1.receiver.nextUnreachable()).isEqualTo(N2);
        assertThat(n2.receiver.messages).isEmpty();
        assertThat(n2.transport.disownedBy()).containsExactly(N1);
        assertThat(n2.transport.refusals()).containsOnlyKeys(N1);
        assertThat(n1.transport.disownedBy()).isEmpty();
    }

    // bug R43; scenario M14, since two servers with one id are two incarnations
    @Test
    void aWipedServerIsNotListenedToAndLearnsWhy() throws InterruptedException {
        bothHaveMet();
        n2.restartWiped();
        n2.knows(n1.member());
        n2.transport.send(vote(N2, N1, 2));

        assertThat(n2.receiver.nextUnreachable()).isEqualTo(N1);
        assertThat(n1.receiver.messages).isEmpty();
        assertThat(n2.transport.disownedBy()).containsExactly(N1);
    }

    @Test
    void aServerThatIsTheOneTheyMetIsDisownedNoMore() throws InterruptedException {
        bothHaveMet();
        n2.restart();
        n2.transport.send(vote(N2, N1, 7));

        assertThat(n2.transport.disownedBy()).isEmpty();
    }

    @Test
    void theAnswerSaysWhatToDo() {
        try (TestNode open = TestNode.of("n2", TestNode.settings(Optional.empty()))) {
            assertThat(WireCall.unsigned(open).send().statusCode()).isEqualTo(200);

            HttpResponse<String> wiped = WireCall.unsigned(open)
                    .with("Raft-Incarnation", "second-n1")
                    .send();
            assertThat(wiped.statusCode()).isEqualTo(412);
            assertThat(wiped.body())
                    .contains("the disk of n1 was wiped", "removed from the cluster and added again")
                    .contains("\"reason\":\"other-incarnation\"");

            HttpResponse<String> self = WireCall.unsigned(open)
                    .with("Raft-To-Incarnation", "zeroth-n2")
                    .send();
            assertThat(self.statusCode()).isEqualTo(412);
            assertThat(self.body()).contains("the disk of n2 was wiped");
            assertThat(open.receiver.messages).hasSize(1);
            assertThat(WireCall.unsigned(open)
                            .with("Raft-To-Incarnation", "first-n2")
                            .send()
                            .statusCode())
                    .isEqualTo(200);
            assertThat(open.transport.disownedBy()).isEmpty();
        }
    }

    // bug R43: also by who has only called it, and whatever the wiped server itself looks at
    @Test
    void aVoteFromAnotherIncarnationIsNotCounted() throws Exception {
        String granted =
                "{\"from\":\"n2\",\"to\":\"n1\",\"term\":5,\"round\":1,\"preVote\":false,\"voteGranted\":true}";
        try (FakePeer fake = new FakePeer("n2", request -> FakePeer.ok(granted));
                TestNode open = TestNode.of("n1", TestNode.settings(Optional.empty()))) {
            open.knows(fake.member());
            open.transport.send(vote(N1, N2, 1));
            open.receiver.nextMessage();
            assertThat(open.incarnations.of(N2)).contains("first-fake");

            MemoryIncarnations earlier = new MemoryIncarnations();
            earlier.confirm(N2, "zeroth-fake");
            try (TestNode knowing =
                    TestNode.of(TestNode.identity("n1", "first"), TestNode.settings(Optional.empty()), earlier)) {
                knowing.knows(fake.member());
                knowing.transport.send(vote(N1, N2, 1));
                assertThat(knowing.receiver.nextUnreachable()).isEqualTo(N2);
                assertThat(knowing.receiver.messages).isEmpty();
            }
            assertThat(List.of(fake.server.takeRequest(), fake.server.takeRequest()))
                    .extracting(request -> request.getHeaders().get("Raft-To-Incarnation"))
                    .containsExactly(null, "zeroth-fake");
        }
    }

    // bug R43: n2 has never met n3 itself
    @Test
    void aWipedServerIsNotAskedForItsVoteByWhoHasOnlyHeardOfIt() throws InterruptedException {
        try (TestNode n3 = TestNode.of("n3")) {
            n1.knows(n2.member(), n3.member());
            n2.knows(n1.member(), n3.member());
            n1.transport.send(vote(N1, N3, 1));
            n1.receiver.nextMessage();
            n1.transport.send(vote(N1, N2, 2));
            n2.receiver.nextMessage();
            n3.receiver.nextMessage();

            n3.restartWiped();
            n2.transport.send(vote(N2, N3, 3));

            assertThat(n2.receiver.nextUnreachable()).isEqualTo(N3);
            assertThat(n3.receiver.messages).isEmpty();
            assertThat(n3.transport.refusals()).containsOnlyKeys(N2);
        }
    }

    // scenario M15: n1 was away while n2 was removed and added again, and has seen nothing of that yet
    @Test
    void aServerThatWasAddedAgainIsListenedToByOneThatKnowsThePreviousOne() throws InterruptedException {
        bothHaveMet();
        n2.restartWiped();
        n2.incarnations.learn(bearer(N2, "second-n2", 9));
        n2.knows(n1.member());
        n2.transport.send(vote(N2, N1, 2));

        assertThat(n1.receiver.nextMessage().from()).isEqualTo(N2);
        assertThat(n1.incarnations.all()).containsEntry(N2, new Bearer("second-n2", 9));
        n1.transport.send(vote(N1, N2, 3));
        assertThat(n1.receiver.nextMessage().from()).isEqualTo(N2);
        assertThat(n2.transport.disownedBy()).isEmpty();
    }

    @Test
    void whoSaysThatAnotherOneBearsItsNameIsNotListenedTo() throws InterruptedException {
        n1.incarnations.learn(bearer(N1, "other-n1", 9));
        n1.knows(n2.member());
        n1.transport.send(vote(N1, N2, 1));

        assertThat(n1.receiver.nextUnreachable()).isEqualTo(N2);
        assertThat(n2.incarnations.size()).isZero();
    }

    @Test
    void nothingIsSaidTwiceUntilThePeerIsStartedAgainOrMoreIsKnown() throws Exception {
        List<Optional<String>> said = new CopyOnWriteArrayList<>();
        String granted =
                "{\"from\":\"n2\",\"to\":\"n1\",\"term\":5,\"round\":1,\"preVote\":false,\"voteGranted\":true}";
        try (FakePeer fake = new FakePeer("n2", request -> {
                    said.add(Optional.ofNullable(request.getHeaders().get("Raft-Introduced")));
                    return FakePeer.ok(granted);
                });
                TestNode open = TestNode.of("n1", TestNode.settings(Optional.empty()))) {
            open.knows(fake.member());
            open.incarnations.learn(bearer(N3, "first-n3", 0));
            for (int i = 0; i < 3; i++) {
                open.transport.send(vote(N1, N2, 1));
                open.receiver.nextMessage();
            }
            open.incarnations.learn(bearer(N3, "second-n3", 9));
            open.transport.send(vote(N1, N2, 1));
            open.receiver.nextMessage();

            assertThat(said)
                    .containsExactly(
                            Optional.of("n3 first-n3 0"),
                            Optional.of("n2 first-fake 0"),
                            Optional.empty(),
                            Optional.of("n3 second-n3 9"));
        }
    }

    // what a restored copy of a disk does not know any more
    @Test
    void aPeerThatWasStartedAgainIsToldAgain() throws InterruptedException {
        n1.incarnations.learn(bearer(N3, "first-n3", 0));
        bothHaveMet();
        assertThat(n2.incarnations.of(N3)).contains("first-n3");

        n2.incarnations.forgetAll();
        n1.transport.send(vote(N1, N2, 2));
        n1.receiver.nextMessage();
        assertThat(n2.incarnations.of(N3)).isEmpty();

        n2.restart();
        n1.transport.send(vote(N1, N2, 3));
        n1.receiver.nextMessage();
        assertThat(n2.incarnations.of(N3)).contains("first-n3");
    }

    @Test
    void aPeerThatHasMovedIsTheOneThatWasMetAndIsToldAgain() throws InterruptedException {
        bothHaveMet();
        n2.incarnations.forgetAll();
        n1.incarnations.learn(bearer(N3, "first-n3", 0));
        n1.knows(new Member(N2, URI.create("http://localhost:" + n2.port() + "/app")));
        n1.transport.send(vote(N1, N2, 2));

        assertThat(n1.receiver.nextMessage().from()).isEqualTo(N2);
        assertThat(n2.incarnations.all().keySet()).containsExactly(N1, N2, N3);
    }

    private static SortedMap<NodeId, Bearer> bearer(NodeId name, String incarnation, long since) {
        return new TreeMap<>(Map.of(name, new Bearer(incarnation, since)));
    }
}
