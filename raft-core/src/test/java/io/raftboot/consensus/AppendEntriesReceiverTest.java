package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.entriesFrom;
import static io.raftboot.consensus.Fixtures.entry;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.ready;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.BrokenInvariant;
import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Message;
import io.raftboot.model.WriteBatch;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Figure 2, AppendEntries RPC, "Receiver implementation" 1 to 5, at server n1 with n2 as the leader. */
class AppendEntriesReceiverTest {

    private static Ready says(Message... messages) {
        return ready(List.of(), WriteBatch.EMPTY, List.of(messages), List.of());
    }

    private static WriteBatch writes(OptionalLong truncateFrom, List<LogEntry> append) {
        return new WriteBatch(Optional.empty(), Optional.empty(), truncateFrom, append);
    }

    @Test // 1; bugs G2, G25
    void anEarlierTermIsRefusedWithTheCurrentOneAndChangesNothing() {
        Server server = Server.follower(7, log(1, 2));

        Ready ready = server.step(rpc(N2, N1, 6, 9).append(2, 2, 2, List.of(entry(3, 6))));

        assertThat(ready.messages()).singleElement().satisfies(answer -> {
            assertThat(answer).isInstanceOf(Message.AppendEntriesReply.class);
            assertThat(((Message.AppendEntriesReply) answer).success()).isFalse();
            assertThat(answer.term()).isEqualTo(7);
        });
        assertThat(ready.writes()).isEqualTo(WriteBatch.EMPTY);
        assertThat(server.commitIndex()).isZero();
        assertThat(server.consensus.leaderId()).isEmpty();
    }

    @Test // 2; bug G36
    void aMissingPreviousEntryIsRefusedWithTheLastOneThatMayMatch() {
        Server server = Server.follower(3, log(1, 2));

        assertThat(server.step(rpc(N2, N1, 3, 9).append(3, 2, 3, List.of(entry(4, 3)))))
                .isEqualTo(says(rpc(N1, N2, 3, 9).refused(2, 2)));
        assertThat(server.commitIndex()).isZero();
    }

    @Test // 2
    void aPreviousEntryOfAnotherTermIsRefusedWithTheLastOneOfNoLaterTerm() {
        Server server = Server.follower(5, log(1, 1, 4, 4));

        assertThat(server.step(rpc(N2, N1, 5, 9).append(4, 3, 4, List.of(entry(5, 5)))))
                .isEqualTo(says(rpc(N1, N2, 5, 9).refused(2, 1)));
        assertThat(server.log()).isEqualTo(log(1, 1, 4, 4));
    }

    @Test // 2
    void aRefusalTruncatesNothing() {
        Server server = Server.follower(5, log(1, 1, 2));

        assertThat(server.step(rpc(N2, N1, 5, 9).append(3, 4, 0, List.of())))
                .isEqualTo(says(rpc(N1, N2, 5, 9).refused(3, 2)));
        assertThat(server.log()).isEqualTo(log(1, 1, 2));
    }

    @Test // 3; bug G5
    void aConflictingEntryGoesWithAllThatFollowIt() {
        Server server = Server.follower(4, log(1, 2, 2, 2));

        Ready ready = server.step(rpc(N2, N1, 4, 9).append(1, 1, 0, entriesFrom(2, 3, 4)));

        assertThat(ready)
                .isEqualTo(ready(
                        List.of(),
                        writes(OptionalLong.of(2), entriesFrom(2, 3, 4)),
                        List.of(rpc(N1, N2, 4, 9).accepted(3)),
                        List.of()));
        assertThat(server.log()).isEqualTo(log(1, 3, 4));
    }

    @Test // 3; bug G5
    void aConflictInTheMiddleKeepsWhatMatchesBeforeIt() {
        Server server = Server.follower(4, log(1, 2, 2, 3));

        Ready ready = server.step(rpc(N2, N1, 4, 9).append(0, 0, 0, entriesFrom(1, 1, 2, 4, 4, 4)));

        assertThat(ready.writes()).isEqualTo(writes(OptionalLong.of(3), entriesFrom(3, 4, 4, 4)));
        assertThat(server.log()).isEqualTo(log(1, 2, 4, 4, 4));
    }

    @Test // 3; bugs R15, G5; scenario R15
    void anOldMessageDoesNotTakeAwayWhatCameAfterIt() {
        Server server = Server.follower(1, log());
        server.step(rpc(N2, N1, 1, 8).append(0, 0, 0, entriesFrom(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)));

        Ready ready = server.step(rpc(N2, N1, 1, 7).append(0, 0, 0, entriesFrom(1, 1, 1, 1, 1, 1)));

        assertThat(ready).isEqualTo(says(rpc(N1, N2, 1, 7).accepted(5)));
        assertThat(server.consensus.lastLogPosition().index()).isEqualTo(10);
    }

    @Test // 3; bugs R15, G5
    void aHeartbeatAtTheStartOfTheLogDoesNotWipeIt() {
        Server server = Server.follower(1, log(1, 1, 1));

        assertThat(server.step(rpc(N2, N1, 1, 7).heartbeat(0, 0, 0)))
                .isEqualTo(says(rpc(N1, N2, 1, 7).accepted(0)));
        assertThat(server.log()).isEqualTo(log(1, 1, 1));
    }

    @Test // 3; bugs R15, G10
    void aConflictWithACommittedEntryIsABrokenInvariant() {
        Server server = Server.follower(2, log(1, 1, 1));
        server.step(rpc(N2, N1, 2, 1).heartbeat(3, 1, 2));

        assertThatThrownBy(() -> server.step(rpc(N2, N1, 2, 2).append(1, 1, 2, List.of(entry(2, 2)))))
                .isInstanceOf(BrokenInvariant.class)
                .hasMessageContaining("replace entry 2")
                .hasMessageContaining("2 is committed");
        assertThat(server.log()).isEqualTo(log(1, 1, 1));
    }

    @Test // 3
    void anEntryRightBehindTheCommittedOnesMayBeReplaced() {
        Server server = Server.follower(2, log(1, 1, 1));
        server.step(rpc(N2, N1, 2, 1).heartbeat(2, 1, 2));
        server.step(rpc(N2, N1, 2, 2).append(2, 1, 2, List.of(entry(3, 2))));

        assertThat(server.log()).isEqualTo(log(1, 1, 2));
    }

    @Test // 4; bug G32
    void newEntriesAreAppended() {
        Server server = Server.follower(3, log(1));

        assertThat(server.step(rpc(N2, N1, 3, 9).append(1, 1, 0, entriesFrom(2, 2, 3))))
                .isEqualTo(ready(
                        List.of(),
                        writes(OptionalLong.empty(), entriesFrom(2, 2, 3)),
                        List.of(rpc(N1, N2, 3, 9).accepted(3)),
                        List.of()));
    }

    @Test // 4
    void onlyWhatIsNotInTheLogYetIsWritten() {
        Server server = Server.follower(3, log(1, 2));

        Ready ready = server.step(rpc(N2, N1, 3, 9).append(0, 0, 0, entriesFrom(1, 1, 2, 3)));

        assertThat(ready.writes()).isEqualTo(writes(OptionalLong.empty(), List.of(entry(3, 3))));
    }

    @Test // 4; scenario R15
    void aRepeatedMessageIsAcknowledgedAgainAndWritesNothing() {
        Server server = Server.follower(3, log(1));
        Message.AppendEntries append = rpc(N2, N1, 3, 9).append(1, 1, 0, entriesFrom(2, 2, 3));
        server.step(append);

        assertThat(server.step(append)).isEqualTo(says(rpc(N1, N2, 3, 9).accepted(3)));
    }

    @Test // bug G6
    void anAcknowledgementNamesTheNewEntriesAndNotTheOwnLastIndex() {
        Server server = Server.follower(3, log(1, 1, 2, 2, 2));

        assertThat(server.step(rpc(N2, N1, 3, 9).append(0, 0, 0, List.of(entry(1, 1)))))
                .isEqualTo(says(rpc(N1, N2, 3, 9).accepted(1)));
        assertThat(server.step(rpc(N2, N1, 3, 10).heartbeat(2, 1, 0)))
                .isEqualTo(says(rpc(N1, N2, 3, 10).accepted(2)));
    }

    @Test // 5; bug G7; scenario R16
    void theCommitIndexFollowsTheLeaderOnAHeartbeatToo() {
        Server server = Server.follower(2, log(1, 1, 2));

        Ready ready = server.step(rpc(N2, N1, 2, 9).heartbeat(3, 2, 2));

        assertThat(ready)
                .isEqualTo(ready(
                        List.of(), WriteBatch.EMPTY, List.of(rpc(N1, N2, 2, 9).accepted(3)), log(1, 1)));
        assertThat(server.commitIndex()).isEqualTo(2);
    }

    @Test // 5; bugs R16, G7
    void aTailThatTheLeaderHasNotVerifiedIsNotCommitted() {
        Server server = Server.follower(3, log(1, 1, 2, 2, 2));

        server.step(rpc(N2, N1, 3, 9).heartbeat(2, 1, 5));
        assertThat(server.commitIndex()).isEqualTo(2);

        server.step(rpc(N2, N1, 3, 10).append(2, 1, 5, List.of(entry(3, 2))));
        assertThat(server.commitIndex()).isEqualTo(3);
    }

    @Test // 5; bug G7
    void nothingIsCommittedByARefusedMessage() {
        Server server = Server.follower(3, log(1, 1, 2));
        server.step(rpc(N2, N1, 3, 9).heartbeat(3, 3, 3));
        server.step(rpc(N3, N1, 2, 9).heartbeat(3, 2, 3));

        assertThat(server.commitIndex()).isZero();
        assertThat(server.committed).isEmpty();
    }

    @Test // 5; bug G7; scenario R15
    void theCommitIndexNeverFalls() {
        Server server = Server.follower(3, log(1, 1, 2));
        server.step(rpc(N2, N1, 3, 9).heartbeat(3, 2, 3));
        server.step(rpc(N2, N1, 3, 8).heartbeat(1, 1, 1));

        assertThat(server.commitIndex()).isEqualTo(3);
        assertThat(server.committed).isEqualTo(log(1, 1, 2));
    }

    @Test // 5; bug G7: not before it is handed out either
    void theCommitIndexDoesNotFallWithinATurn() {
        Server server = Server.follower(3, log(1, 1, 2));
        server.consensus.step(rpc(N2, N1, 3, 9).heartbeat(3, 2, 3));
        server.consensus.step(rpc(N2, N1, 3, 8).heartbeat(1, 1, 1));

        assertThat(server.commitIndex()).isEqualTo(3);
    }

    @Test // bugs R1, R19; scenario P5
    void aLaterTermIsWrittenTogetherWithItsEntries() {
        Server server = Server.follower(3, log(1));

        Ready ready = server.step(rpc(N2, N1, 5, 9).append(1, 1, 0, List.of(entry(2, 5))));

        assertThat(ready.writes())
                .isEqualTo(new WriteBatch(
                        Optional.empty(),
                        Optional.of(new HardState(5, Optional.empty())),
                        OptionalLong.empty(),
                        List.of(entry(2, 5))));
        assertThat(ready.messages()).containsExactly(rpc(N1, N2, 5, 9).accepted(2));
    }

    @Test // Figure 3, Election Safety
    void twoLeadersInOneTermAreABrokenInvariant() {
        Server server = Server.follower(3, log());
        server.step(rpc(N2, N1, 3, 1).heartbeat(0, 0, 0));

        assertThatThrownBy(() -> server.step(rpc(N3, N1, 3, 1).heartbeat(0, 0, 0)))
                .isInstanceOf(BrokenInvariant.class)
                .hasMessageContaining("two leaders");
    }
}
