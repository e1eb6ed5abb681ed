package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.snapshot;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.BrokenInvariant;
import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.InstallSnapshot;
import io.raftboot.model.Message.InstallSnapshotReply;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.RequestVoteReply;
import io.raftboot.model.Message.TimeoutNow;
import io.raftboot.model.Message.TimeoutNowReply;
import io.raftboot.model.RaftRole;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A kind of message that no handler takes would be ignored without a sound. */
class MessageDispatchTest {

    static Stream<Class<?>> kindsOfMessage() {
        return leaves(Message.class);
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(MessageDispatchTest::leaves)
                : Stream.of(type);
    }

    @ParameterizedTest
    @MethodSource("kindsOfMessage")
    void everyKindOfMessageReachesAHandler(Class<?> kind) {
        assertThat(hasAnEffect(kind)).as(kind.getSimpleName()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kindsOfMessage") // §5.1, bug G25
    void everyRequestIsAnsweredAlsoAStaleOne(Class<?> kind) {
        if (Message.Request.class.isAssignableFrom(kind)) {
            Server server = Server.follower(7, log());
            Message stale = ofKind(kind, 3);

            List<Message> answers = server.answers(stale);

            assertThat(answers).singleElement().satisfies(answer -> {
                assertThat(answer).isInstanceOf(Message.Reply.class);
                assertThat(answer.to()).isEqualTo(N2);
                assertThat(answer.term()).isEqualTo(7);
                assertThat(answer.round()).isEqualTo(stale.round());
            });
        }
    }

    @ParameterizedTest
    @MethodSource("kindsOfMessage")
    void everyKindOfMessageBringsALaterTerm(Class<?> kind) {
        Server server = Server.follower(1, log());
        server.step(ofKind(kind, 6));

        assertThat(server.disk.hardState().currentTerm()).isGreaterThanOrEqualTo(6);
    }

    @Test // §5.2
    void aLeaderThatHearsAnotherOneInItsTermStops() {
        Server leader = Server.leader(voters(3), 3, log());
        leader.settle();

        assertThatThrownBy(() -> leader.consensus.step(rpc(N2, N1, 3, 1).heartbeat(0, 0, 0)))
                .isInstanceOf(BrokenInvariant.class)
                .hasMessageContaining("two leaders");
    }

    @Test
    void nothingIsAskedOfALeaderBeforeItsLastReadyIsCarriedOut() {
        Server leader = Server.leader(voters(3), 3, log());
        leader.settle();
        leader.consensus.ready();

        assertThatThrownBy(() -> leader.consensus.readIndex(1)).isInstanceOf(BrokenInvariant.class);
    }

    @Test
    void aMessageForSomebodyElseIsABrokenInvariant() {
        Server server = Server.follower(1, log());

        assertThatThrownBy(() -> server.step(rpc(N1, N2, 1, 1).heartbeat(0, 0, 0)))
                .isInstanceOf(BrokenInvariant.class);
    }

    private static Message ofKind(Class<?> kind, long term) {
        Rpc rpc = rpc(N2, N1, term, 5);
        return Stream.of(
                        rpc.requestVote(0, 0),
                        rpc.vote(true),
                        rpc.heartbeat(0, 0, 0),
                        rpc.accepted(0),
                        rpc.install(snapshot(4, 1, voters(3))),
                        rpc.installed(0),
                        rpc.timeoutNow(),
                        rpc.timeoutNowReply())
                .filter(kind::isInstance)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no test knows " + kind));
    }

    /** Whether this kind does what only its handler does. */
    private static boolean hasAnEffect(Class<?> kind) {
        Server follower = Server.follower(1, log());
        BooleanSupplier effect;
        if (kind == RequestVote.class) {
            effect = () -> follower.answers(rpc(N2, N1, 1, 5).requestVote(0, 0)).size() == 1;
        } else if (kind == AppendEntries.class) {
            effect =
                    () -> follower.answers(rpc(N2, N1, 1, 5).heartbeat(0, 0, 0)).size() == 1;
        } else if (kind == TimeoutNow.class) {
            effect = () ->
                    !follower.step(rpc(N2, N1, 1, 5).timeoutNow()).isEmpty() && follower.role() == RaftRole.CANDIDATE;
        } else if (kind == TimeoutNowReply.class) {
            // It says nothing beyond its term: who was asked to campaign answers with its campaign.
            effect = () -> !follower.step(rpc(N2, N1, 2, 5).timeoutNowReply()).isEmpty();
        } else if (kind == RequestVoteReply.class) {
            effect = () -> Server.leader(voters(3), 2, log()).role() == RaftRole.LEADER;
        } else if (kind == AppendEntriesReply.class) {
            Server leader = Server.leader(voters(3), 2, log());
            leader.turn();
            effect = () -> !leader.acceptedBy(N2).isEmpty() && leader.commitIndex() == 1;
        } else if (kind == InstallSnapshot.class) {
            effect = () -> follower.step(rpc(N2, N1, 1, 5).install(snapshot(4, 1, voters(3))))
                    .fetch()
                    .isPresent();
        } else if (kind == InstallSnapshotReply.class) {
            Server leader = Server.leader(voters(3), 2, log());
            leader.turn();
            long round = leader.lastSentTo(N2).round();
            effect = () -> !leader.step(rpc(N2, N1, 2, round).installed(1)).isEmpty() && leader.commitIndex() == 1;
        } else {
            throw new AssertionError("no test knows what reaches the handler of " + kind);
        }
        return effect.getAsBoolean();
    }
}
