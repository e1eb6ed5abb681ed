package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.entriesFrom;
import static io.raftboot.consensus.Fixtures.entry;
import static io.raftboot.consensus.Fixtures.joint;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Fixtures.withLearner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.BrokenInvariant;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.PersistedState;
import io.raftboot.model.SnapshotMetadata;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RaftLogTest {

    private static RaftLog raftLog(long... terms) {
        return new RaftLog(persisted(voters(3), term(9), log(terms)));
    }

    /** A log behind a snapshot that ends at index 5 in term 2. */
    private static RaftLog compacted(long... terms) {
        return new RaftLog(new PersistedState(term(9), new SnapshotMetadata(5, 2, voters(3)), entriesFrom(6, terms)));
    }

    @Test
    void anEmptyLogEndsAtItsBase() {
        assertThat(raftLog().firstIndex()).isEqualTo(1);
        assertThat(raftLog().lastIndex()).isZero();
        assertThat(raftLog().lastTerm()).isZero();
        assertThat(compacted().firstIndex()).isEqualTo(6);
        assertThat(compacted().lastIndex()).isEqualTo(5);
        assertThat(compacted().lastTerm()).isEqualTo(2);
    }

    @Test
    void whatTheDiskHeldIsDurable() {
        RaftLog log = compacted(2, 3);

        assertThat(log.durableIndex()).isEqualTo(7);
        assertThat(log.hasUnstable()).isFalse();
        assertThat(log.unstable()).isEmpty();
        assertThat(log.unstableTruncation()).isEmpty();
    }

    @Test
    void anAppendedEntryIsDurableOnlyWhenTheDiskSaysSo() {
        RaftLog log = raftLog(1);
        log.append(entry(2, 1));

        assertThat(log.durableIndex()).isEqualTo(1);
        assertThat(log.hasUnstable()).isTrue();
        assertThat(log.unstable()).containsExactly(entry(2, 1));

        log.stable();

        assertThat(log.durableIndex()).isEqualTo(2);
        assertThat(log.hasUnstable()).isFalse();
    }

    @Test // bug R18
    void theDurableIndexFallsWithATruncation() {
        RaftLog log = raftLog(1, 1, 1);
        log.truncateFrom(2);
        log.append(entry(2, 3));

        assertThat(log.durableIndex()).isEqualTo(1);
        assertThat(log.unstableTruncation()).isEqualTo(OptionalLong.of(2));
        assertThat(log.unstable()).containsExactly(entry(2, 3));

        log.stable();

        assertThat(log.durableIndex()).isEqualTo(2);
        assertThat(log.unstableTruncation()).isEmpty();
    }

    @Test
    void aTruncationOfWhatIsNotOnDiskLeavesTheDiskAlone() {
        RaftLog log = raftLog(1);
        log.append(entry(2, 1));
        log.append(entry(3, 1));
        log.truncateFrom(3);

        assertThat(log.durableIndex()).isEqualTo(1);
        assertThat(log.unstableTruncation()).isEmpty();
        assertThat(log.unstable()).containsExactly(entry(2, 1));
    }

    @Test
    void aTruncationAloneIsSomethingToWrite() {
        RaftLog log = raftLog(1, 1);
        log.truncateFrom(2);

        assertThat(log.hasUnstable()).isTrue();
        assertThat(log.unstable()).isEmpty();
    }

    @Test
    void twoTruncationsBeforeAWriteBecomeTheEarlierOne() {
        RaftLog log = raftLog(1, 1, 1, 1);
        log.truncateFrom(3);
        log.append(entry(3, 2));
        log.truncateFrom(2);
        log.append(entry(2, 3));
        log.append(entry(3, 3));
        log.truncateFrom(3);

        assertThat(log.unstableTruncation()).isEqualTo(OptionalLong.of(2));
        assertThat(log.unstable()).containsExactly(entry(2, 3));
    }

    @Test
    void anEntryThatDoesNotFollowTheLastOneIsRefused() {
        RaftLog log = raftLog(2);

        assertThatThrownBy(() -> log.append(entry(3, 2))).isInstanceOf(BrokenInvariant.class);
        assertThatThrownBy(() -> log.append(entry(1, 2))).isInstanceOf(BrokenInvariant.class);
        assertThatThrownBy(() -> log.append(entry(2, 1))).isInstanceOf(BrokenInvariant.class);
    }

    @Test
    void theBaseCannotBeTruncated() {
        assertThatThrownBy(() -> compacted(2).truncateFrom(5)).isInstanceOf(BrokenInvariant.class);
    }

    @Test // bug G32
    void anEntryMatchesByIndexAndTerm() {
        RaftLog log = compacted(2, 3);

        assertThat(log.matches(7, 3)).isTrue();
        assertThat(log.matches(7, 2)).isFalse();
        assertThat(log.matches(8, 3)).isFalse();
        assertThat(log.matches(5, 2)).isTrue();
        assertThat(log.matches(5, 1)).isFalse();
    }

    @Test // bug G26
    void whatLiesBeforeTheBaseMatches() {
        assertThat(compacted().matches(4, 1)).isTrue();
        assertThat(compacted().matches(0, 0)).isTrue();
    }

    @Test // bug G31
    void upToDateMeansTheLaterLastTermAndThenTheLongerLog() {
        RaftLog log = raftLog(1, 3, 3);

        assertThat(log.isUpToDate(3, 3)).isTrue();
        assertThat(log.isUpToDate(4, 3)).isTrue();
        assertThat(log.isUpToDate(2, 3)).isFalse();
        assertThat(log.isUpToDate(1, 4)).isTrue();
        assertThat(log.isUpToDate(9, 2)).isFalse();
    }

    @Test
    void aHintSkipsEveryTermAboveTheAskedOne() {
        RaftLog log = raftLog(1, 1, 4, 4, 5, 5);

        assertThat(log.lastPossibleMatch(6, 6)).isEqualTo(new LogPosition(6, 5));
        assertThat(log.lastPossibleMatch(6, 5)).isEqualTo(new LogPosition(6, 5));
        assertThat(log.lastPossibleMatch(6, 4)).isEqualTo(new LogPosition(4, 4));
        assertThat(log.lastPossibleMatch(5, 3)).isEqualTo(new LogPosition(2, 1));
        assertThat(log.lastPossibleMatch(6, 0)).isEqualTo(new LogPosition(0, 0));
    }

    @Test // bug G17
    void aHintIsNeverBehindTheLastEntryNorBeforeTheBase() {
        assertThat(raftLog(1, 1).lastPossibleMatch(9, 5)).isEqualTo(new LogPosition(2, 1));
        assertThat(raftLog().lastPossibleMatch(9, 5)).isEqualTo(new LogPosition(0, 0));
        assertThat(compacted(3).lastPossibleMatch(6, 1)).isEqualTo(new LogPosition(5, 2));
        assertThat(compacted(3).lastPossibleMatch(2, 1)).isEqualTo(new LogPosition(5, 2));
    }

    @Test
    void aSliceHoldsNoMoreThanTheLimitsAllow() {
        RaftLog log = raftLog(1, 1, 1, 1);
        long size = entry(1, 1).sizeInBytes();

        assertThat(log.slice(2, 3, 9, Long.MAX_VALUE)).containsExactly(entry(2, 1), entry(3, 1));
        assertThat(log.slice(2, Long.MAX_VALUE, 2, Long.MAX_VALUE)).containsExactly(entry(2, 1), entry(3, 1));
        assertThat(log.slice(1, 4, 9, 3 * size)).hasSize(3);
        assertThat(log.slice(1, 4, 9, 3 * size - 1)).hasSize(2);
    }

    @Test
    void theFirstEntryOfASliceFitsHoweverLargeItIs() {
        assertThat(raftLog(1, 1).slice(1, 2, 9, 1)).containsExactly(entry(1, 1));
    }

    @Test // bug G32
    void aSliceFromTheLastEntryHoldsItAndOneFromBehindItIsEmpty() {
        assertThat(compacted(2, 3).slice(7, Long.MAX_VALUE, 9, 1 << 20)).containsExactly(entry(7, 3));
        assertThat(compacted(2, 3).slice(8, Long.MAX_VALUE, 9, 1 << 20)).isEmpty();
        assertThat(raftLog().slice(1, Long.MAX_VALUE, 9, 1 << 20)).isEmpty();
    }

    @Test
    void aSliceStaysAsItIsWhenTheLogGoesOn() {
        RaftLog log = raftLog(1, 1);
        List<LogEntry> slice = log.slice(1, 2, 9, 1 << 20);
        log.truncateFrom(2);

        assertThat(slice).containsExactly(entry(1, 1), entry(2, 1));
    }

    @Test // bug R41
    void theConfigurationInForceIsTheLastOneInTheLog() {
        Configuration added = withLearner(voters(3), N4);
        RaftLog log = raftLog(1);
        log.append(new LogEntry.Membership(2, 1, added));

        assertThat(log.configuration()).isEqualTo(added);
        assertThat(new RaftLog(persisted(voters(3), term(1), log.slice(1, 2, 9, 1 << 20))).configuration())
                .isEqualTo(added);
    }

    @Test // bug R41
    void aTruncatedConfigurationIsRolledBack() {
        RaftLog log = raftLog(1);
        log.append(new LogEntry.Membership(2, 1, voters(5)));
        log.append(new LogEntry.Membership(3, 1, voters(4)));

        log.truncateFrom(3);
        assertThat(log.configuration()).isEqualTo(voters(5));
        log.truncateFrom(2);
        assertThat(log.configuration()).isEqualTo(voters(3));
    }

    @Test // bug R26
    void onlyWhatIsDurableAndStillThereIsCompacted() {
        RaftLog log = compacted(2, 3);
        log.append(entry(8, 3));

        assertThatThrownBy(() -> log.compactThrough(8)).isInstanceOf(BrokenInvariant.class);
        assertThatThrownBy(() -> log.compactThrough(5)).isInstanceOf(BrokenInvariant.class);
        log.compactThrough(7);
        assertThat(log.unstableBase()).contains(new SnapshotMetadata(7, 3, voters(3)));
        log.stable();
        assertThat(log.unstableBase()).isEmpty();
    }

    @Test // bug R30
    void aLogNeverBeginsAgainBeforeItsStart() {
        assertThatThrownBy(() -> compacted(2).restartBehind(new SnapshotMetadata(5, 2, voters(3))))
                .isInstanceOf(BrokenInvariant.class);
    }

    @Test // §6
    void aChangeIsOverOnceAConfigurationThatIsNotJointIsCommitted() {
        RaftLog settled = raftLog();
        assertThat(settled.hasSettled(0, 0)).isTrue();

        RaftLog changing = new RaftLog(persisted(joint(List.of(N1, N2), List.of(N1)), term(9), List.of()));
        assertThat(changing.hasSettled(0, 0)).isFalse();
        changing.append(new LogEntry.Membership(1, 1, voters(2)));
        assertThat(changing.hasSettled(0, 0)).isFalse();
        assertThat(changing.hasSettled(0, 1)).isTrue();
        assertThat(changing.hasSettled(2, 2)).isFalse();
    }
}
