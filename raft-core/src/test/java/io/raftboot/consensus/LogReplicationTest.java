package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.HEARTBEAT_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.noOp;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Rpc.accepted;
import static io.raftboot.consensus.Rpc.refused;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.consensus.Consensus.FollowerProgress;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.RequestId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** §5.3; Figure 2, "Leaders" 2 and 3, at leader n1. */
class LogReplicationTest {

    /** A leader in term 4 whose no-op, at index 3, n2 and n3 have. */
    private static Server replicatingLeader() {
        Server leader = Server.leader(voters(3), 4, log(1, 2));
        leader.turn();
        leader.acceptedBy(N2);
        leader.acceptedBy(N3);
        return leader;
    }

    private static FollowerProgress progress(Server leader, io.raftboot.model.NodeId id) {
        return leader.consensus.followers().stream()
                .filter(follower -> follower.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test // Leaders 2; thesis §10.2.1
    void aCommandIsAppendedWrittenAndSentInOneTurn() {
        Server leader = replicatingLeader();

        LogPosition position = leader.consensus.propose(77, Optional.of(new RequestId("r")), Fixtures.bytes("x"));
        Ready ready = leader.turn();

        LogEntry command = new LogEntry.Command(4, 4, 77, Optional.of(new RequestId("r")), Fixtures.bytes("x"));
        assertThat(position).isEqualTo(new LogPosition(4, 4));
        assertThat(ready.writes().append()).containsExactly(command);
        assertThat(ready.replicate())
                .containsExactly(
                        rpc(N1, N2, 4, 7).append(3, 4, 3, List.of(command)),
                        rpc(N1, N3, 4, 8).append(3, 4, 3, List.of(command)));
        assertThat(ready.messages()).isEmpty();
        assertThat(ready.committed()).isEmpty();
    }

    @Test // Leaders 2; bug G12
    void aCommandIsAppliedOnlyWhenItIsCommitted() {
        Server leader = replicatingLeader();
        LogPosition position = leader.propose("x");
        leader.settle();
        assertThat(leader.committed).doesNotContain(lastOf(leader));

        leader.acceptedBy(N2);

        assertThat(leader.commitIndex()).isEqualTo(position.index());
        assertThat(leader.committed).endsWith(lastOf(leader));
    }

    private static LogEntry lastOf(Server server) {
        return server.log().get(server.log().size() - 1);
    }

    @Test // Leaders 3; scenario R2
    void whatPilesUpWhileAMessageIsUnderWayIsTheNextBatch() {
        Server leader = replicatingLeader();
        leader.propose("a");
        leader.settle();
        leader.propose("b");
        leader.propose("c");

        assertThat(leader.turn().replicate()).isEmpty();
        List<Message> next = leader.acceptedBy(N2).replicate();

        assertThat(next).singleElement().satisfies(message -> {
            assertThat(((AppendEntries) message).prevLogIndex()).isEqualTo(4);
            assertThat(((AppendEntries) message).entries()).hasSize(2);
        });
    }

    @Test // Leaders 3
    void aSuccessRaisesMatchIndex() {
        Server leader = Server.leader(voters(3), 4, log(1, 2));
        leader.turn();
        assertThat(progress(leader, N2).matchIndex()).isZero();

        leader.acceptedBy(N2);

        assertThat(progress(leader, N2).matchIndex()).isEqualTo(3);
        assertThat(progress(leader, N3).matchIndex()).isZero();
    }

    @Test // Leaders 3; bug G17; scenario R7
    void aRefusalMovesTheNextQuestionToTheHint() {
        Server leader = Server.leader(voters(3), 6, log(1, 1, 4, 4, 5, 5));
        leader.turn();

        List<Message> next = leader.step(refused(leader.lastSentTo(N2), 6, 3)).replicate();

        assertThat(next).singleElement().satisfies(message -> {
            AppendEntries append = (AppendEntries) message;
            assertThat(append.prevLogIndex()).isEqualTo(2);
            assertThat(append.prevLogTerm()).isEqualTo(1);
            assertThat(append.entries()).hasSize(5);
        });
        assertThat(progress(leader, N2).matchIndex()).isZero();
    }

    @Test
    void aMessageHoldsAtMostSoManyEntries() {
        Server leader = replicatingLeader();
        for (int i = 0; i < Leader.MAX_ENTRIES_PER_MESSAGE + 5; i++) {
            leader.propose("x");
        }
        leader.turn();

        assertThat(leader.lastSentTo(N2).entries()).hasSize(Leader.MAX_ENTRIES_PER_MESSAGE);
        leader.acceptedBy(N2);
        assertThat(leader.lastSentTo(N2).entries()).hasSize(5);
    }

    @Test
    void aMessageHoldsAtMostSoManyBytesAndALargerEntryStillGoes() {
        Server leader = replicatingLeader();
        leader.consensus.propose(0, Optional.empty(), new byte[2 << 20]);
        leader.propose("small");
        leader.turn();

        assertThat(leader.lastSentTo(N2).entries()).hasSize(1);
        leader.acceptedBy(N2);
        assertThat(leader.lastSentTo(N2).entries()).hasSize(1);
    }

    @Test // scenario R16: a lost append is repaired
    void aLostMessageIsSentAgainWhenItsAnswerIsOverdue() {
        Server leader = replicatingLeader();
        leader.propose("x");
        leader.turn();
        AppendEntries lost = leader.lastSentTo(N2);
        boolean sentAgain = false;
        for (int tick = 0; tick < ELECTION_TICKS + 2 * HEARTBEAT_TICKS && !sentAgain; tick++) {
            leader.ticks(1);
            if (leader.lastSentTo(N2).entries().isEmpty()) {
                leader.acceptedBy(N2);
            }
            sentAgain = leader.lastSentTo(N2).round() > lost.round()
                    && leader.lastSentTo(N2).entries().equals(lost.entries());
        }

        assertThat(sentAgain).isTrue();
    }

    @Test // scenario R16
    void aLostMessageIsSentAgainAtTheNextHeartbeatWhenTheTransportSaysSo() {
        Server leader = replicatingLeader();
        leader.propose("x");
        leader.turn();
        AppendEntries lost = leader.lastSentTo(N2);
        leader.consensus.unreachable(N2);
        leader.consensus.unreachable(N4);
        assertThat(leader.turn().replicate())
                .as("not before the next heartbeat")
                .isEmpty();
        leader.ticks(HEARTBEAT_TICKS);
        leader.acceptedBy(N2);

        assertThat(leader.lastSentTo(N2).entries()).isEqualTo(lost.entries());
    }

    @Test // scenario R16
    void aLostProbeIsRepeatedByTheNextHeartbeat() {
        Server leader = Server.leader(voters(3), 6, log(1, 1));
        leader.turn();
        leader.ticks(HEARTBEAT_TICKS);
        AppendEntries repeated = leader.lastSentTo(N2);
        assertThat(repeated.prevLogIndex()).isEqualTo(2);

        leader.step(refused(repeated, 1, 1));

        assertThat(leader.lastSentTo(N2).prevLogIndex()).isEqualTo(1);
    }

    @Test // scenario R16, lagging_commit.txt
    void theCommitIndexReachesFollowersWithoutNewEntries() {
        Server leader = replicatingLeader();
        leader.propose("x");
        leader.turn();
        leader.acceptedBy(N2);
        leader.acceptedBy(N3);
        leader.ticks(HEARTBEAT_TICKS);

        assertThat(leader.lastSentTo(N3).leaderCommit()).isEqualTo(4);
        assertThat(leader.lastSentTo(N3).prevLogIndex()).isEqualTo(4);
    }

    @Test // bug G36
    void aHeartbeatAsksForAnEntryThatTheFollowerIsKnownToHave() {
        Server leader = replicatingLeader();
        leader.propose("x");
        leader.turn();
        leader.ticks(HEARTBEAT_TICKS);

        assertThat(leader.lastSentTo(N2)).satisfies(heartbeat -> {
            assertThat(heartbeat.entries()).isEmpty();
            assertThat(heartbeat.prevLogIndex()).isEqualTo(3);
            assertThat(heartbeat.prevLogTerm()).isEqualTo(4);
        });
    }

    @Test // scenario R15
    void aLateSuccessDoesNotLowerWhatIsKnown() {
        Server leader = replicatingLeader();
        AppendEntries early = leader.lastSentTo(N2);
        leader.propose("x");
        leader.turn();
        leader.acceptedBy(N2);
        leader.step(accepted(early));

        assertThat(progress(leader, N2).matchIndex()).isEqualTo(4);
        assertThat(leader.commitIndex()).isEqualTo(4);
    }

    @Test
    void anAnswerThatCannotBeTrueIsIgnored() {
        Server leader = replicatingLeader();

        leader.step(rpc(N2, N1, 4, 5).accepted(99));
        leader.step(rpc(N2, N1, 4, 9999).accepted(3));
        leader.step(rpc(N4, N1, 4, 5).accepted(3));

        assertThat(progress(leader, N2).matchIndex()).isEqualTo(3);
        assertThat(leader.consensus.followers()).hasSize(2);
    }

    @Test // bug R25
    void aFollowerThatLostWhatItAcknowledgedIsNoLongerCountedAndNoLongerSentTo() {
        Server leader = replicatingLeader();
        leader.ticks(HEARTBEAT_TICKS);
        leader.step(refused(leader.lastSentTo(N2), 0, 0));
        assertThat(progress(leader, N2).lost()).isTrue();

        leader.propose("x");
        leader.turn();
        leader.step(rpc(N2, N1, 4, leader.lastSentTo(N3).round()).accepted(4));
        assertThat(leader.commitIndex()).isEqualTo(3);
        assertThat(leader.lastSentTo(N2).entries()).isEmpty();

        leader.acceptedBy(N3);
        assertThat(leader.commitIndex()).as("the leader and n3 are a majority").isEqualTo(4);
    }

    @Test // bug R25
    void whatALostFollowerOnceAcknowledgedIsNotCountedForACommit() {
        Server leader = Server.leader(voters(5), 4, log(1, 2));
        leader.turn();
        leader.acceptedBy(N2);
        leader.ticks(HEARTBEAT_TICKS);
        leader.step(refused(leader.lastSentTo(N2), 0, 0));
        // Once to the question, once to the entries.
        leader.acceptedBy(N3);
        leader.acceptedBy(N3);
        assertThat(leader.commitIndex()).as("the leader and n3 are two of five").isZero();

        leader.acceptedBy(N4);
        leader.acceptedBy(N4);
        assertThat(leader.commitIndex()).isEqualTo(3);
    }

    @Test // scenario R8
    void anIdleLeaderSaysNothingBetweenHeartbeats() {
        Server leader = replicatingLeader();
        int messages = 0;
        for (int tick = 0; tick < 10 * HEARTBEAT_TICKS; tick++) {
            leader.consensus.tick();
            Ready ready = leader.turn();
            messages += ready.replicate().size();
            ready.replicate().forEach(message -> leader.step(accepted((AppendEntries) message)));
        }

        assertThat(messages).isEqualTo(2 * 10);
    }

    @Test // §5.3: a leader never changes its own log
    void aLeaderOnlyAppends() {
        Server leader = Server.leader(voters(3), 4, log(1, 2));
        leader.turn();
        leader.step(refused(leader.lastSentTo(N2), 0, 0));
        leader.propose("x");
        leader.turn();

        assertThat(leader.log().subList(0, 3))
                .containsExactly(log(1, 2).get(0), log(1, 2).get(1), noOp(3, 4));
    }
}
