package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.entriesFrom;
import static io.raftboot.consensus.Fixtures.entry;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.LogEntry;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import org.junit.jupiter.api.Test;

/** Bug R22: what is not applied is bounded, in entries and in bytes. */
class BacklogTest {

    private static final RaftConfig THREE_ENTRIES = config(N1).withLimits(1 << 20, 3, 64L << 20);
    private static final LogEntry ENTRY = entry(9, 2);

    private final RaftLog log = new RaftLog(persisted(voters(3), term(2), log(1, 1, 2)));

    @Test
    void entriesOfEarlierTermsCountToo() {
        assertThat(new Backlog(log, 0).hasRoomFor(ENTRY, THREE_ENTRIES)).isFalse();
        assertThat(new Backlog(log, 1).hasRoomFor(ENTRY, THREE_ENTRIES)).isTrue();
    }

    @Test
    void whatIsAppliedMakesRoom() {
        Backlog backlog = new Backlog(log, 0);

        backlog.doneThrough(1);

        assertThat(backlog.hasRoomFor(ENTRY, THREE_ENTRIES)).isTrue();
    }

    @Test
    void theBytesThatAreNotAppliedAreLimited() {
        long size = ENTRY.sizeInBytes();
        RaftConfig limits = config(N1).withLimits(1, 1000, 4 * size);
        Backlog backlog = new Backlog(log, 0);
        assertThat(backlog.hasRoomFor(ENTRY, limits)).as("three of four").isTrue();

        append(4);
        assertThat(backlog.hasRoomFor(ENTRY, limits)).as("four of four").isFalse();

        backlog.doneThrough(2);
        assertThat(backlog.hasRoomFor(ENTRY, limits)).isTrue();
    }

    @Test
    void oneEntryAloneIsNeverTooMuch() {
        Backlog backlog = new Backlog(log, 3);

        assertThat(backlog.hasRoomFor(ENTRY, config(N1).withLimits(1, 1, 1))).isTrue();
    }

    @Test
    void aLogThatWasShortenedMeanwhileIsCountedAnew() {
        RaftConfig limits = config(N1).withLimits(1, 1000, 2 * ENTRY.sizeInBytes());
        Backlog backlog = new Backlog(log, 0);
        append(4);
        log.stable();
        log.compactThrough(2);

        backlog.doneThrough(3);

        assertThat(backlog.hasRoomFor(ENTRY, limits)).as("entry 4 and one more").isTrue();
        append(5);
        assertThat(backlog.hasRoomFor(ENTRY, limits)).isFalse();
    }

    @Test
    void aLeaderWhoseFollowersAnswerAndDoNotKeepUpRefusesWhatIsTooMuch() {
        Server leader = Server.start(THREE_ENTRIES, persisted(voters(3), term(3), log()));
        leader.becomeLeader();
        leader.propose("a");
        leader.propose("b");

        assertThatThrownBy(() -> leader.propose("c"))
                .isInstanceOfSatisfying(
                        RaftException.Overloaded.class,
                        refusal -> assertThat(refusal.isDiskFull()).isFalse());

        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
        leader.settle();
        leader.acceptedBy(Fixtures.N2);
        assertThat(leader.propose("c").index()).isEqualTo(4);
    }

    @Test
    void aLeaderWhoseStateMachineDoesNotKeepUpRefusesWhatIsTooMuch() {
        Server leader = Server.start(THREE_ENTRIES, persisted(voters(3), term(3), log()));
        leader.becomeLeader();
        leader.propose("a");
        leader.propose("b");
        leader.settle();
        leader.consensus.step(Rpc.accepted(leader.lastSentTo(Fixtures.N2)));
        leader.disk.write(leader.begin().writes());
        leader.consensus.advance();
        assertThat(leader.commitIndex()).isEqualTo(3);

        assertThatThrownBy(() -> leader.propose("c")).isInstanceOf(RaftException.Overloaded.class);

        leader.consensus.applied(3);
        assertThat(leader.propose("c").index()).isEqualTo(4);
    }

    @Test // after a restart nothing behind the snapshot is applied
    void whatWasCommittedBeforeItsTermIsNotHeldAgainstALeader() {
        Server leader = Server.start(THREE_ENTRIES, persisted(voters(3), term(3), log(1, 1, 1, 1, 1)));
        leader.becomeLeader();
        leader.settle();
        leader.consensus.step(Rpc.accepted(leader.lastSentTo(Fixtures.N2)));
        leader.disk.write(leader.begin().writes());
        leader.consensus.advance();
        assertThat(leader.commitIndex()).as("nothing of it is applied").isEqualTo(6);

        leader.propose("a");
        leader.propose("b");

        assertThatThrownBy(() -> leader.propose("c")).isInstanceOf(RaftException.Overloaded.class);
    }

    private void append(long index) {
        LogEntry next = entriesFrom(index, 2).get(0);
        log.append(next);
    }
}
