package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.HEARTBEAT_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
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
import io.raftboot.model.LogEntry;
import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.InstallSnapshot;
import io.raftboot.model.Message.InstallSnapshotReply;
import io.raftboot.model.Message.TimeoutNow;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.SnapshotPolicy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Log compaction (§7): what a snapshot on the own disk does to the log, and to the followers that are behind it. */
class LogCompactionTest {

    private static RaftConfig keeping(long trailingEntries) {
        return RaftConfig.defaults(N1).with(new SnapshotPolicy(10, 1 << 20, trailingEntries, OptionalLong.empty()));
    }

    /** n1 of three voters, which has applied a log with these terms. */
    private static Server follower(RaftConfig config, long... terms) {
        Server server = Server.start(config, persisted(voters(3), term(3), log(terms)));
        server.step(rpc(N2, N1, 3, 1).heartbeat(terms.length, terms[terms.length - 1], terms.length));
        return server;
    }

    /** n1, which leads term 3 with its no-op at 6; n2 has all of it, of n3 nothing is known. */
    private static Server leader() {
        Server leader = Server.start(keeping(0), persisted(voters(3), term(2), log(1, 1, 2, 2, 2)));
        leader.becomeLeader();
        leader.settle();
        leader.acceptedBy(N2);
        leader.propose("a");
        leader.settle();
        leader.acceptedBy(N2);
        leader.settle();
        return leader;
    }

    @Test // bug R32: the first one has rotted, and was put aside
    void aSnapshotThatStandsForAnotherOfTheSameEntryIsTheOneThatIsOffered() {
        Server leader = leader();
        Snapshot rotten = snapshot(6, 3, voters(3));
        Snapshot whole = new Snapshot(rotten.metadata(), 2000, "f".repeat(64));

        leader.consensus.snapshotTaken(rotten);
        leader.consensus.snapshotTaken(whole);

        assertThat(leader.consensus.snapshot()).contains(whole);
    }

    @Test // scenario T6
    void leadershipIsHandedToAServerBehindTheLogOnlyOnceItHasTheSnapshotAndTheRest() {
        Server leader = leader();
        leader.takeSnapshot();
        leader.settle();
        leader.propose("behind the snapshot");
        leader.settle();

        leader.consensus.transferLeadership(Optional.of(N3));
        InstallSnapshot offer = heartbeats(leader).stream()
                .filter(InstallSnapshot.class::isInstance)
                .map(InstallSnapshot.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(offer.to()).isEqualTo(N3);
        assertThat(isTold(leader.step(InstallSnapshotReply.installed(offer, 3))))
                .isFalse();

        assertThat(isTold(leader.acceptedBy(N3))).isTrue();
    }

    private static boolean isTold(Ready ready) {
        return ready.messages().stream().anyMatch(TimeoutNow.class::isInstance);
    }

    private static List<Message> heartbeats(Server leader) {
        for (int tick = 1; tick < HEARTBEAT_TICKS; tick++) {
            leader.consensus.tick();
            leader.turn();
        }
        leader.consensus.tick();
        return leader.turn().replicate();
    }

    @Test // scenario S1; bug R26
    void whatIsInADurableSnapshotLeavesTheLog() {
        Server server = follower(keeping(0), 1, 1, 2, 3);
        server.consensus.snapshotTaken(snapshot(3, 2, voters(3)));
        server.settle();

        assertThat(server.log()).isEqualTo(entriesFrom(4, 3));
        assertThat(server.disk.load().base()).isEqualTo(new SnapshotMetadata(3, 2, voters(3)));
        assertThat(server.consensus.firstLogIndex()).isEqualTo(4);
    }

    @Test
    void theTrailingEntriesStay() {
        Server server = follower(keeping(2), 1, 1, 2, 3);
        server.consensus.snapshotTaken(snapshot(3, 2, voters(3)));
        server.settle();

        assertThat(server.log()).isEqualTo(entriesFrom(2, 1, 2, 3));
        assertThat(server.disk.load().base()).isEqualTo(new SnapshotMetadata(1, 1, voters(3)));
    }

    @Test
    void aLogShorterThanTheTrailingEntriesStaysWhole() {
        Server server = follower(keeping(10), 1, 1, 2, 3);
        server.consensus.snapshotTaken(snapshot(3, 2, voters(3)));

        assertThat(server.turn().writes().isEmpty()).isTrue();
        assertThat(server.consensus.snapshot()).contains(snapshot(3, 2, voters(3)));
    }

    @Test // scenario S11; bug R30
    void anOlderSnapshotAfterANewerOneChangesNothing() {
        Server server = follower(keeping(0), 1, 1, 2, 3);
        server.consensus.snapshotTaken(snapshot(3, 2, voters(3)));
        server.settle();
        server.consensus.snapshotTaken(snapshot(2, 1, voters(3)));
        server.consensus.snapshotTaken(snapshot(3, 2, voters(3)));

        assertThat(server.turn().isEmpty()).isTrue();
        assertThat(server.consensus.snapshot()).contains(snapshot(3, 2, voters(3)));
    }

    @Test
    void aSnapshotOfWhatIsNotAppliedIsABrokenInvariant() {
        Server server = follower(keeping(0), 1, 1, 2, 3);

        assertThatThrownBy(() -> server.consensus.snapshotTaken(snapshot(5, 3, voters(3))))
                .isInstanceOf(BrokenInvariant.class);
    }

    @Test // bug R29
    void theConfigurationAsOfTheNewStartGoesWithIt() {
        List<LogEntry> log = List.of(
                new LogEntry.NoOp(1, 1),
                new LogEntry.Membership(2, 1, voters(4)),
                new LogEntry.Membership(3, 1, voters(5)));
        Server server = Server.start(keeping(0), persisted(voters(3), term(3), log));
        server.step(rpc(N2, N1, 3, 1).heartbeat(3, 1, 2));

        server.consensus.snapshotTaken(snapshot(2, 1, voters(4)));
        server.settle();

        assertThat(server.disk.load().base()).isEqualTo(new SnapshotMetadata(2, 1, voters(4)));
        assertThat(server.consensus.configuration()).isEqualTo(voters(5));
    }

    @Test
    void anAnswerOfAnEarlierTermChangesNothing() {
        Server leader = leader();
        leader.consensus.snapshotTaken(snapshot(6, 3, voters(3)));
        leader.settle();
        leader.consensus.step(rpc(N3, N1, 3, leader.lastSentTo(N3).round()).refused(2, 1));
        Message offer = leader.turn().replicate().get(0);

        assertThat(leader.step(rpc(N3, N1, 2, offer.round()).installed(6)).isEmpty())
                .isTrue();
    }

    @Test // scenario S7
    void aServerStartsFromItsSnapshotAndGoesOnBehindIt() {
        Server server = follower(keeping(0), 1, 1, 2, 3);
        Snapshot snapshot = snapshot(3, 2, voters(3));
        server.disk.save(snapshot);
        server.consensus.snapshotTaken(snapshot);
        server.settle();

        Server restarted = server.restart(7);
        assertThat(restarted.commitIndex()).isEqualTo(3);
        restarted.step(rpc(N2, N1, 3, 9).heartbeat(4, 3, 4));
        assertThat(restarted.committed).isEqualTo(entriesFrom(4, 3));
    }

    @Test // scenario S8
    void aFollowerBehindTheLogIsOfferedTheSnapshotWithEveryHeartbeat() {
        Server leader = leader();
        leader.consensus.snapshotTaken(snapshot(6, 3, voters(3)));
        leader.settle();
        leader.consensus.step(rpc(N3, N1, 3, leader.lastSentTo(N3).round()).refused(2, 1));

        assertThat(leader.turn().replicate()).singleElement().isInstanceOfSatisfying(InstallSnapshot.class, offer -> {
            assertThat(offer.to()).isEqualTo(N3);
            assertThat(offer.snapshot()).isEqualTo(snapshot(6, 3, voters(3)));
        });
        assertThat(leader.turn().replicate()).isEmpty();
        assertThat(heartbeats(leader))
                .filteredOn(message -> message.to().equals(N3))
                .singleElement()
                .isInstanceOf(InstallSnapshot.class);
    }

    @Test // scenario S9
    void afterTheSnapshotTheEntriesBehindItFollow() {
        Server leader = leader();
        leader.consensus.snapshotTaken(snapshot(6, 3, voters(3)));
        leader.settle();
        leader.consensus.step(rpc(N3, N1, 3, leader.lastSentTo(N3).round()).refused(2, 1));
        Message offer = leader.turn().replicate().get(0);
        leader.step(rpc(N3, N1, 3, offer.round()).installed(0));
        Message again = heartbeats(leader).stream()
                .filter(message -> message.to().equals(N3))
                .findFirst()
                .orElseThrow();

        leader.consensus.step(rpc(N3, N1, 3, again.round()).installed(6));

        assertThat(leader.turn().replicate()).singleElement().isInstanceOfSatisfying(AppendEntries.class, append -> {
            assertThat(append.prevLogIndex()).isEqualTo(6);
            assertThat(append.entries()).hasSize(1);
        });
    }

    @Test // bug R31: an offer that is answered is a sign of life, for check-quorum too
    void aFollowerThatFetchesCountsAsHeard() {
        Server leader = leader();
        leader.consensus.snapshotTaken(snapshot(6, 3, voters(3)));
        leader.settle();
        leader.consensus.step(rpc(N3, N1, 3, leader.lastSentTo(N3).round()).refused(2, 1));
        leader.turn();
        for (int heartbeat = 0; heartbeat < 3 * Fixtures.ELECTION_TICKS / HEARTBEAT_TICKS; heartbeat++) {
            for (Message message : heartbeats(leader)) {
                if (message.to().equals(N3)) {
                    leader.step(rpc(N3, N1, 3, message.round()).installed(0));
                }
            }
        }

        assertThat(leader.role()).isEqualTo(io.raftboot.model.RaftRole.LEADER);
    }

    @Test
    void aFollowerWhoseEntriesAreCompactedWhileTheyAreOnTheirWayIsOfferedTheSnapshot() {
        Server leader = leader();
        leader.acceptedBy(N3);
        leader.settle();
        leader.propose("b");
        leader.settle();
        leader.acceptedBy(N2);
        leader.settle();
        leader.consensus.snapshotTaken(snapshot(8, 3, voters(3)));
        leader.settle();

        assertThat(heartbeats(leader))
                .filteredOn(message -> message.to().equals(N3))
                .singleElement()
                .isInstanceOf(InstallSnapshot.class);
        assertThat(heartbeats(leader))
                .filteredOn(message -> message.to().equals(N2))
                .singleElement()
                .isInstanceOf(AppendEntries.class);
    }
}
