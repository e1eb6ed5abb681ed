package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.snapshot;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.votedFor;
import static io.raftboot.consensus.Fixtures.voters;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.BrokenInvariant;
import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.PersistedState;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What must never be is noticed if it is, in production too: states that no rule leads to, made by hand. */
class InvariantsTest {

    private final Invariants invariants = new Invariants();

    private static ServerState state(HardState hardState, List<LogEntry> log) {
        return new ServerState(config(N1), persisted(voters(3), hardState, log), Optional.empty(), 0, new Random(1));
    }

    private void check(ServerState state) {
        invariants.check(state, new Follower(state));
    }

    private static void assertBroken(String evidence, Runnable what) {
        assertThatThrownBy(what::run).isInstanceOf(BrokenInvariant.class).hasMessageContaining(evidence);
    }

    @Test
    void aTermThatFallsIsNoticed() {
        check(state(term(5), log()));
        assertBroken("the term fell from 5 to 4", () -> check(state(term(4), log())));
    }

    @Test // bug R2
    void aVoteThatIsTakenBackIsNoticed() {
        check(state(votedFor(5, N1), log()));
        assertBroken("the vote of term 5 went", () -> check(state(term(5), log())));
    }

    @Test // bug G7
    void aCommitIndexThatFallsIsNoticed() {
        ServerState ahead = state(term(1), log(1, 1));
        ahead.commitThrough(2);
        check(ahead);
        assertBroken("the commit index fell from 2 to 0", () -> check(state(term(1), log(1, 1))));
    }

    @Test
    void aLogThatIsAheadOfTheTermIsNoticed() {
        assertBroken("the log ends in term 4, and the current term is 3", () -> check(state(term(3), log(1, 4))));
    }

    @Test // bug R26
    void aLogThatBeginsBehindASnapshotThatIsNotThereIsNoticed() {
        ServerState state = state(term(1), log(1, 1));
        state.commitThrough(1);
        state.ready(List.of());
        state.appliedThrough(1);
        state.log().compactThrough(1);
        assertBroken("the log begins behind 1, and the newest snapshot is Optional.empty", () -> check(state));
    }

    @Test // bug R26
    void aSnapshotThatEndsBeforeTheLogBeginsIsNoticed() {
        PersistedState behindFive = new PersistedState(term(1), new SnapshotMetadata(5, 1, voters(3)), List.of());
        Optional<Snapshot> older = Optional.of(snapshot(4, 1, voters(3)));
        ServerState state = new ServerState(config(N1), behindFive, older, 5, new Random(1));

        assertBroken("the log begins behind 5", () -> check(state));
    }

    @Test // bug R26
    void aStateMachineThatIsBehindTheStartOfTheLogIsNoticed() {
        PersistedState behindFive = new PersistedState(term(1), new SnapshotMetadata(5, 1, voters(3)), List.of());

        assertBroken(
                "applied 4 of a log from 6 to 5",
                () -> new ServerState(config(N1), behindFive, Optional.empty(), 4, new Random(1)));
    }

    @Test // bug G10
    void aCommittedEntryThatIsGoneIsNoticed() {
        ServerState state = state(term(1), log(1, 1));
        state.commitThrough(2);
        state.log().truncateFrom(2);
        assertBroken("committed 2 <= last 1", () -> check(state));
    }

    @Test
    void aLeaderThatDidNotVoteForItselfIsNoticed() {
        Leader leader = new Leader(state(votedFor(3, N1), log(1)));
        assertBroken("leads term 3 and voted for", () -> invariants.check(state(votedFor(3, N2), log(1)), leader));
    }

    @Test // bug G8
    void aLeaderWithoutAnEntryOfItsTermIsNoticed() {
        Leader leader = new Leader(state(votedFor(3, N1), log(1)));
        assertBroken("its log ends in term 1", () -> invariants.check(state(votedFor(3, N1), log(1)), leader));
    }

    @Test // bug G9
    void aFollowerThatIsSentWhatIsNotThereIsNoticed() {
        Leader leader = new Leader(state(votedFor(3, N1), log(1, 1, 1)));
        assertBroken("with a log that ends at 1", () -> invariants.check(state(votedFor(3, N1), log(3)), leader));
    }

    @Test
    void aTermIsAdoptedOnlyIfItIsLater() {
        ServerState state = state(term(3), log());
        assertBroken("term 3 cannot follow 3", () -> state.adoptTerm(3));
    }

    @Test // bug R1
    void theOneVoteOfATermGoesToOneCandidate() {
        ServerState state = state(votedFor(3, N1), log());
        assertThatCode(() -> state.voteFor(N1)).doesNotThrowAnyException();
        assertBroken("the vote of term 3 is given", () -> state.voteFor(N2));
    }

    @Test // bug G7
    void nothingIsCommittedThatIsNotInTheLog() {
        ServerState state = state(term(1), log(1));
        assertBroken("committed 2 of a log that ends at 1", () -> state.commitThrough(2));
    }

    @Test // bug R53
    void whatIsAppliedNeverBecomesLess() {
        ServerState state = state(term(1), log(1, 1));
        state.commitThrough(2);
        state.ready(List.of());
        state.appliedThrough(2);
        assertBroken("applied 1, and was given 3 to 2", () -> state.appliedThrough(1));
    }
}
