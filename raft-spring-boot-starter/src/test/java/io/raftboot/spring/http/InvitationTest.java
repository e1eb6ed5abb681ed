package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Identity;
import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.spring.AdminAnswer;
import io.raftboot.spring.AdminCall;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a server that waits is added to a cluster, and how a server learns that it was removed. */
class InvitationTest {

    private static final NodeId N1 = NodeId.of("n1");
    private static final NodeId N4 = NodeId.of("n4");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final TestNode leader = TestNode.of("n1");
    private final TestNode waiting = TestNode.of(
            new Identity("", "default", N4, "first-n4"),
            TestNode.settings(Optional.of(TestNode.SECRET)),
            new MemoryIncarnations());

    @AfterEach
    void stop() {
        leader.close();
        waiting.close();
    }

    private void invite(Member server) throws Throwable {
        try {
            new Forwarder(leader.transport).invite(server, 42, PATIENCE).get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    private void isFree() {
        waiting.receiver.invitation =
                cluster -> CompletableFuture.completedFuture(new Identity(cluster, "default", N4, "first-n4"));
    }

    private static Message.RequestVote vote(NodeId from, NodeId to) {
        return new Message.RequestVote(from, to, 5, 1, 3, 2, false, false);
    }

    @Test
    void aServerThatWaitsJoinsAndTakesCallsOfThatClusterFromThenOn() throws Throwable {
        leader.knows(waiting.member());
        leader.transport.send(vote(N1, N4));
        assertThat(leader.receiver.nextUnreachable())
                .as("it is of no cluster yet")
                .isEqualTo(N4);
        isFree();

        invite(waiting.member());
        leader.transport.send(vote(N1, N4));

        assertThat(waiting.receiver.nextMessage().from()).isEqualTo(N1);
        assertThat(waiting.transport.active().orElseThrow().self().clusterId()).isEqualTo("cluster-1");
    }

    @Test
    void anInvitedServerSpeaksForItselfFromThenOn() throws Throwable {
        isFree();
        invite(waiting.member());
        waiting.knows(leader.member());

        waiting.transport.send(vote(N4, N1));

        assertThat(leader.receiver.nextMessage().from()).isEqualTo(N4);
    }

    @Test // bug R44
    void aServerOfAnotherClusterIsNotAdded() {
        assertThatThrownBy(() -> invite(waiting.member()))
                .isInstanceOf(RaftException.ChangeRefused.class)
                .hasMessageContaining("not free");
    }

    @Test
    void aServerWithAnotherNameIsNotAdded() {
        isFree();

        assertThatThrownBy(() ->
                        invite(new Member(NodeId.of("n5"), waiting.member().url())))
                .isInstanceOf(RaftException.ChangeRefused.class)
                .hasMessageContaining("this server is n4");
    }

    @Test
    void aServerOfAClusterWithAnotherNameIsNotAdded() {
        try (TestNode other = TestNode.of(
                new Identity("", "other", NodeId.of("n5"), "first-n5"),
                TestNode.settings(Optional.of(TestNode.SECRET)),
                new MemoryIncarnations())) {
            assertThatThrownBy(() -> invite(other.member()))
                    .isInstanceOf(RaftException.ChangeRefused.class)
                    .hasMessageContaining("raft.cluster-name");
        }
    }

    @Test
    void whereNobodyAnswersTheOperatorIsToldWhatToDo() {
        Member nobody = new Member(N4, URI.create("http://127.0.0.1:1"));

        assertThatThrownBy(() -> invite(nobody))
                .isInstanceOf(RaftException.ChangeRefused.class)
                .hasMessageContainingAll("does not answer", "raft.join=true", "raft.node-id=n4");
    }

    @Test // bug R8
    void aRemovedServerIsTold() throws Exception {
        leader.hasRemoved(N4);
        try (TestNode removed = TestNode.of("n4")) {
            removed.knows(leader.member());
            removed.transport.send(vote(N4, N1));
            removed.receiver.nextUnreachable();

            assertThat(removed.receiver.removals).hasValue(1);
            assertThat(removed.transport.refusals()).containsEntry(N1, "410: n4 was removed from the cluster");
            assertThat(leader.receiver.messages).isEmpty();
        }
    }

    @Test // scenario M15: whoever is behind does not know of the latest members
    void aServerThatIsAddedAgainIsNotRefusedByOneThatIsBehind() throws Exception {
        leader.hasRemoved(N4);
        try (TestNode again = TestNode.of("n4")) {
            var alone = io.raftboot.model.Configuration.ofVoters(java.util.List.of(leader.member()));
            again.transport.connect(new io.raftboot.model.KnownMembers(alone, 9, alone, 9));
            again.transport.send(vote(N4, N1));

            assertThat(leader.receiver.nextMessage().from()).isEqualTo(N4);
        }
    }

    @Test // bug R43
    void aRemovedServerMayComeBackWithAnotherDisk() throws Exception {
        leader.knows(waiting.member());
        leader.incarnations.confirm(N4, "zeroth-n4");
        leader.hasRemoved(N4);

        assertThat(leader.incarnations.of(N4)).isEmpty();
    }

    @Test // bug R43: so that whoever missed the removal knows that this one came later
    void aServerThatIsAddedAgainIsRememberedWithThePlaceAtWhichItsNameWasFree() throws Throwable {
        leader.incarnations.confirm(N4, "zeroth-n4");
        leader.hasRemoved(N4);
        isFree();
        invite(waiting.member());

        assertThat(leader.incarnations.all()).containsEntry(N4, new Bearer("first-n4", 5));
    }

    @Test
    void whatAnOperatorAsksIsCarriedOutByTheLeader() throws Exception {
        leader.administration = call -> new AdminAnswer(409, "{\"for\":\"" + call.path() + call.force() + "\"}");
        try (TestNode other = TestNode.of("n2")) {
            AdminCall call = new AdminCall("DELETE", "/members/n3", false, true, "");

            AdminAnswer answer = new Forwarder(other.transport)
                    .administer(leader.member(), call, PATIENCE)
                    .get(20, TimeUnit.SECONDS);

            assertThat(answer).isEqualTo(new AdminAnswer(409, "{\"for\":\"/members/n3true\"}"));
        }
    }

    @Test
    void aChangeThatMayHaveBegunIsSaidToBeUnknown() {
        leader.administration = call -> {
            throw new IllegalStateException("broken");
        };
        try (TestNode other = TestNode.of("n2")) {
            Forwarder forwarder = new Forwarder(other.transport);
            AdminCall change = new AdminCall("DELETE", "/members/n3", false, false, "");
            AdminCall look = new AdminCall("GET", "/members", false, false, "");

            assertThatThrownBy(() -> forwarder
                            .administer(leader.member(), change, PATIENCE)
                            .get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(RaftException.OutcomeUnknown.class);
            assertThatThrownBy(() -> forwarder
                            .administer(leader.member(), look, PATIENCE)
                            .get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(RaftException.Stopped.class);
        }
    }
}
