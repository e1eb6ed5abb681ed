package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.entriesFrom;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.snapshot;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.BrokenInvariant;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import io.raftboot.model.Snapshot;
import io.raftboot.model.WriteBatch;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Receiver implementation of InstallSnapshot (§7): fetched first, then installed in one write. */
class InstallSnapshotReceiverTest {

    private static final Snapshot SNAPSHOT = snapshot(5, 2, voters(3));

    /** n1, which was offered the snapshot by n2 in term 3. */
    private static Server fetching(long... terms) {
        Server server = Server.follower(3, log(terms));
        server.step(rpc(N2, N1, 3, 1).install(SNAPSHOT));
        return server;
    }

    @Test
    void anOfferStartsTheDownloadAndChangesNothingElse() {
        Server server = Server.follower(3, log(1, 1));

        Ready ready = server.step(rpc(N2, N1, 3, 7).install(SNAPSHOT));

        assertThat(ready.fetch()).contains(new Ready.Fetch(SNAPSHOT, N2));
        assertThat(ready.messages()).containsExactly(rpc(N1, N2, 3, 7).installed(0));
        assertThat(ready.writes().isEmpty()).isTrue();
        assertThat(ready.restore()).isEmpty();
        assertThat(server.consensus.leaderId()).contains(N2);
    }

    @Test // bug R31
    void furtherOffersDoNotDisturbADownload() {
        Server server = fetching(1, 1);

        Ready ready = server.step(rpc(N2, N1, 3, 2).install(snapshot(6, 2, voters(3))));

        assertThat(ready.fetch()).isEmpty();
        assertThat(ready.messages()).containsExactly(rpc(N1, N2, 3, 2).installed(0));
    }

    @Test // scenario S13
    void aDownloadThatFailedIsAskedForAgainWithTheNextOffer() {
        Server server = fetching(1, 1);
        server.consensus.snapshotNotFetched();
        assertThat(server.turn().fetch()).isEmpty();

        assertThat(server.step(rpc(N3, N1, 4, 2).install(SNAPSHOT)).fetch()).contains(new Ready.Fetch(SNAPSHOT, N3));
    }

    @Test // scenario S2; bugs R27, R33
    void aFetchedSnapshotTakesThePlaceOfLogAndStateInOneWrite() {
        Server server = fetching(1, 1, 1, 1, 1, 1, 1);

        server.consensus.snapshotFetched(SNAPSHOT);
        Ready ready = server.turn();

        assertThat(ready.writes().base()).contains(SNAPSHOT.metadata());
        assertThat(ready.restore()).contains(SNAPSHOT);
        assertThat(server.log()).isEmpty();
        assertThat(server.commitIndex()).isEqualTo(5);
        assertThat(server.answers(rpc(N2, N1, 3, 3).install(SNAPSHOT)))
                .containsExactly(rpc(N1, N2, 3, 3).installed(5));
    }

    @Test // bug R27: the old tail must not come back behind the new base
    void nothingOfTheOldLogIsLeftOnTheDisk() {
        Server server = fetching(1, 1, 1, 1, 1, 1, 1);
        server.disk.save(SNAPSHOT);
        server.consensus.snapshotFetched(SNAPSHOT);
        server.settle();

        Server restarted = server.restart(3);
        assertThat(restarted.consensus.lastLogPosition().index()).isEqualTo(5);
        assertThat(restarted.commitIndex()).isEqualTo(5);
    }

    @Test // scenario S11: with a slow state machine files and restores piled up
    void noOtherSnapshotIsFetchedUntilTheStateMachineHasTakenOverTheLastOne() {
        Consensus consensus = fetching(1).consensus;
        consensus.snapshotFetched(SNAPSHOT);
        assertThat(consensus.ready().restore()).contains(SNAPSHOT);
        consensus.advance();

        consensus.step(rpc(N2, N1, 3, 2).install(snapshot(9, 3, voters(3))));
        assertThat(consensus.ready().fetch()).isEmpty();
        consensus.advance();

        consensus.applied(5);
        consensus.step(rpc(N2, N1, 3, 3).install(snapshot(9, 3, voters(3))));
        assertThat(consensus.ready().fetch()).isPresent();
    }

    @Test
    void theEntriesBehindAnInstalledSnapshotFollowAsUsual() {
        Server server = fetching(1);
        server.consensus.snapshotFetched(SNAPSHOT);
        server.settle();

        assertThat(server.answers(rpc(N2, N1, 3, 3).append(5, 2, 6, entriesFrom(6, 3))))
                .containsExactly(rpc(N1, N2, 3, 3).accepted(6));
        assertThat(server.committed).isEqualTo(entriesFrom(6, 3));
    }

    @Test // §7: "if existing log entry has same index and term as snapshot's last included entry, retain log entries
    // following it"
    void aLogThatHasTheLastIncludedEntryKeepsAllAndFetchesNothing() {
        List<LogEntry> log = log(1, 1, 1, 1, 2, 2);
        Server server = Server.start(Fixtures.config(N1), persisted(voters(3), term(3), log));

        Ready ready = server.step(rpc(N2, N1, 3, 1).install(SNAPSHOT));

        assertThat(ready.fetch()).isEmpty();
        assertThat(ready.messages()).containsExactly(rpc(N1, N2, 3, 1).installed(5));
        assertThat(server.committed).isEqualTo(log.subList(0, 5));
        assertThat(server.log()).isEqualTo(log);
    }

    @Test // scenario S15: the log caught up while the download ran
    void aSnapshotThatTheLogHasOvertakenIsNotInstalled() {
        Server server = fetching(1, 1);
        server.step(rpc(N3, N1, 4, 1).append(0, 0, 5, log(1, 1, 1, 2, 2)));

        server.consensus.snapshotFetched(SNAPSHOT);
        Ready ready = server.turn();

        assertThat(ready.restore()).isEmpty();
        assertThat(ready.writes().isEmpty()).isTrue();
        assertThat(server.commitIndex()).isEqualTo(5);
        assertThat(server.consensus.snapshot()).contains(SNAPSHOT);
    }

    @Test // bug R30
    void theSameSnapshotTwiceAndAnOlderOneMoveNothingBack() {
        Server server = fetching(1);
        server.consensus.snapshotFetched(SNAPSHOT);
        server.settle();

        assertThat(server.answers(rpc(N2, N1, 3, 4).install(SNAPSHOT)))
                .containsExactly(rpc(N1, N2, 3, 4).installed(5));
        assertThat(server.answers(rpc(N2, N1, 3, 5).install(snapshot(4, 2, voters(3)))))
                .containsExactly(rpc(N1, N2, 3, 5).installed(4));
        assertThat(server.commitIndex()).isEqualTo(5);
    }

    @Test
    void anOfferOfAnEarlierTermIsAnsweredWithTheCurrentOne() {
        Server server = Server.follower(4, log(1, 1));

        Ready ready = server.step(rpc(N2, N1, 3, 1).install(SNAPSHOT));

        assertThat(ready.fetch()).isEmpty();
        assertThat(ready.messages()).containsExactly(rpc(N1, N2, 4, 1).installed(0));
        assertThat(server.consensus.leaderId()).isEmpty();
    }

    @Test
    void whoIsFetchingDoesNotCampaign() {
        Server server = fetching(1, 1);
        server.ticks(5 * Fixtures.ELECTION_TICKS);
        assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);

        server.consensus.snapshotNotFetched();
        assertThat(server.ticksUntilCampaign()).isLessThanOrEqualTo(2 * Fixtures.ELECTION_TICKS);
    }

    @Test // seed 7078101: who had caught up by the log meanwhile did not take the leadership that was handed over to it
    void whoGetsTheEntriesWhileItIsFetchingMayCampaign() {
        Server server = fetching(1, 1);
        server.step(rpc(N2, N1, 3, 2).append(2, 1, 5, entriesFrom(3, 1, 2, 2)));

        assertThat(server.consensus.catchingUpWith()).isEmpty();
        assertThat(server.ticksUntilCampaign()).isLessThanOrEqualTo(2 * Fixtures.ELECTION_TICKS);
    }

    @Test
    void whoseStateMachineIsNotThereYetDoesNotCampaign() {
        Server server = fetching(1, 1);
        server.consensus.snapshotFetched(SNAPSHOT);
        server.consensus.ready();
        server.consensus.advance();
        assertThat(server.consensus.catchingUpWith()).isPresent();

        for (int tick = 0; tick < 5 * Fixtures.ELECTION_TICKS; tick++) {
            server.consensus.tick();
        }
        assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);

        server.consensus.applied(5);
        assertThat(server.consensus.catchingUpWith()).isEmpty();
    }

    @Test // scenario S10; bug R28
    void theConfigurationIsTheOneOfTheSnapshot() {
        Server server = Server.follower(3, List.of(new LogEntry.Membership(1, 1, voters(5))));
        Snapshot ofFour = snapshot(5, 2, voters(4));
        server.step(rpc(N2, N1, 3, 1).install(ofFour));
        assertThat(server.consensus.configuration()).isEqualTo(voters(5));

        server.consensus.snapshotFetched(ofFour);

        assertThat(server.consensus.configuration()).isEqualTo(voters(4));
    }

    static List<Configuration> configurations() {
        Configuration four = voters(4);
        return List.of(
                of(four, List.of(N1, N2, N3), List.of()),
                of(four, List.of(N2, N3, N4), List.of()),
                of(four, List.of(N1, N2, N3), List.of(N2, N3, N4)),
                of(four, List.of(N2, N3), List.of(N1, N2, N3)));
    }

    private static Configuration of(Configuration members, List<NodeId> voters, List<NodeId> outgoing) {
        return new Configuration(members.members(), new TreeSet<>(voters), new TreeSet<>(outgoing));
    }

    @ParameterizedTest // scenario S10: a learner, a voter that learns again, a joint state, a voter that is to leave
    @MethodSource("configurations")
    void learnersAndJointStatesComeWithTheSnapshotAndAreThereAfterARestart(Configuration configuration) {
        Server server = Server.follower(3, List.of(new LogEntry.Membership(1, 1, voters(5))));
        Snapshot snapshot = snapshot(5, 2, configuration);
        server.step(rpc(N2, N1, 3, 1).install(snapshot));
        server.completeDownload();
        server.settle();
        assertThat(server.consensus.configuration()).isEqualTo(configuration);

        Server restarted = server.restart(7);
        assertThat(restarted.consensus.configuration()).isEqualTo(configuration);
        restarted.step(rpc(N2, N1, 3, 9).append(5, 2, 5, List.of(new LogEntry.Membership(6, 3, voters(3)))));
        assertThat(restarted.consensus.configuration()).isEqualTo(voters(3));
        restarted.step(rpc(N3, N1, 4, 10).append(5, 2, 5, List.of(new LogEntry.NoOp(6, 4))));
        assertThat(restarted.consensus.configuration()).isEqualTo(configuration);
    }

    @Test // bug R28: the log behind the snapshot may have a later one
    void aConfigurationBehindTheSnapshotStaysInForce() {
        List<LogEntry> log = List.of(
                new LogEntry.NoOp(1, 1),
                new LogEntry.Membership(2, 1, voters(4)),
                new LogEntry.Membership(3, 1, voters(5)));
        Server server = Server.start(Fixtures.config(N1), persisted(voters(3), term(3), log));

        server.step(rpc(N2, N1, 3, 1).install(snapshot(2, 1, voters(4))));

        assertThat(server.consensus.configuration()).isEqualTo(voters(5));
        assertThat(server.restart(7).consensus.configuration()).isEqualTo(voters(5));
    }

    @Test // scenario S15
    void aDownloadGoesOnUnderANewLeaderWhichLearnsOfItsEnd() {
        Server server = fetching(1, 1);
        assertThat(server.step(rpc(N3, N1, 4, 1).install(SNAPSHOT)).fetch()).isEmpty();

        server.completeDownload();

        assertThat(server.turn().restore()).contains(SNAPSHOT);
        assertThat(server.answers(rpc(N2, N1, 3, 2).install(SNAPSHOT)))
                .containsExactly(rpc(N1, N2, 4, 2).installed(0));
        assertThat(server.answers(rpc(N3, N1, 4, 2).install(SNAPSHOT)))
                .containsExactly(rpc(N1, N3, 4, 2).installed(5));
        assertThat(server.consensus.leaderId()).contains(N3);
    }

    @Test
    void aCandidateThatIsOfferedASnapshotFollows() {
        Server server = Server.follower(2, log(1, 1));
        server.becomeCandidate();
        assertThat(server.role()).isEqualTo(RaftRole.CANDIDATE);

        assertThat(server.step(rpc(N2, N1, 3, 1).install(SNAPSHOT)).fetch()).isPresent();
        assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test // bug R30
    void aSnapshotThatContradictsWhatIsCommittedIsABrokenInvariant() {
        Server server = Server.follower(3, log(1, 1, 1, 1, 1, 3));
        server.step(rpc(N2, N1, 3, 1).heartbeat(6, 3, 6));

        assertThatThrownBy(() -> server.consensus.snapshotFetched(SNAPSHOT)).isInstanceOf(BrokenInvariant.class);
    }

    @Test
    void aTurnWithNothingButADownloadOrAnInstallationIsNotEmpty() {
        Ready nothing = Fixtures.ready(List.of(), WriteBatch.EMPTY, List.of(), List.of());
        Ready download = new Ready(
                List.of(),
                WriteBatch.EMPTY,
                List.of(),
                Optional.of(new Ready.Fetch(SNAPSHOT, N2)),
                Optional.empty(),
                List.of(),
                List.of());
        Ready installation = new Ready(
                List.of(), WriteBatch.EMPTY, List.of(), Optional.empty(), Optional.of(SNAPSHOT), List.of(), List.of());

        assertThat(nothing.isEmpty()).isTrue();
        assertThat(download.isEmpty()).isFalse();
        assertThat(installation.isEmpty()).isFalse();
    }

    @Test
    void twoLeadersInATermAreABrokenInvariant() {
        Server leader = Server.leader(voters(3), 3, log(1));
        leader.settle();

        assertThatThrownBy(() -> leader.step(rpc(N2, N1, 3, 1).install(SNAPSHOT)))
                .isInstanceOf(BrokenInvariant.class);
    }
}
