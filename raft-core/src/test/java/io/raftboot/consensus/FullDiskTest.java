package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.HEARTBEAT_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.bytes;
import static io.raftboot.consensus.Fixtures.entriesFrom;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.noOp;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.LogPosition;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.TimeoutNow;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Scenario P9, bug R61: what servers do whose disks are nearly full, or full. */
class FullDiskTest {

    private static final long PLENTY = Long.MAX_VALUE;

    private final Cluster cluster = Cluster.of(3);

    private static void assertRefusesForWantOfRoom(Server server) {
        assertThatThrownBy(() -> server.propose("refused"))
                .isInstanceOfSatisfying(
                        RaftException.Overloaded.class,
                        refusal -> assertThat(refusal.isDiskFull()).isTrue());
    }

    private Server someFollower(Server leader) {
        return cluster.servers().stream()
                .filter(server -> server != leader)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aLeaderWithoutRoomHandsOverToAServerThatHasIt() {
        cluster.agree("before");
        Server full = cluster.elect();

        full.consensus.room(0);
        assertRefusesForWantOfRoom(full);
        cluster.until(
                "another leader",
                () -> full.role() == RaftRole.FOLLOWER
                        && full.consensus.leaderId().isPresent());

        assertThat(cluster.elect()).isNotSameAs(full);
        assertThat(full.consensus.currentTerm()).as("one election").isEqualTo(2);
        cluster.agreeWithout(full, "after");
    }

    @Test
    void whereEverybodyIsFullOneGoesOnLeadingAndAnswersReads() {
        cluster.agree("before");
        cluster.servers().forEach(server -> server.consensus.room(0));
        cluster.ticks(2 * ELECTION_TICKS);
        Server leader = cluster.elect();
        cluster.ticks(3 * ELECTION_TICKS);

        assertThat(cluster.elect()).as("leadership does not wander").isSameAs(leader);
        assertRefusesForWantOfRoom(leader);
        leader.consensus.readIndex(7);
        cluster.until("the read is confirmed", () -> !leader.confirmedReads.isEmpty());
    }

    @Test
    void aClusterOfFullServersElectsALeaderAllTheSame() {
        cluster.agree("before");
        Server old = cluster.elect();
        cluster.servers().forEach(server -> server.consensus.room(0));

        cluster.crash(old.id);
        Server next = cluster.elect();

        cluster.until("its no-op is committed", () -> next.consensus.hasCommittedInItsTerm());
        assertRefusesForWantOfRoom(next);
    }

    @Test
    void aFullFollowerIsSetAsideAndHoldsNobodyUp() {
        cluster.agree("before");
        Server leader = cluster.elect();
        Server full = someFollower(leader);
        long last = full.consensus.lastLogPosition().index();

        full.consensus.room(0);
        for (int i = 0; i < 5; i++) {
            cluster.agreeWithout(full, "without " + i);
        }
        cluster.ticks(2 * ELECTION_TICKS);

        assertThat(full.consensus.lastLogPosition().index()).isEqualTo(last);
        assertThat(cluster.elect()).isSameAs(leader);
        assertThat(leader.consensus.currentTerm()).isEqualTo(full.consensus.currentTerm());
    }

    @Test
    void aFollowerThatHasRoomAgainCatchesUpByItself() {
        Server leader = cluster.elect();
        Server full = someFollower(leader);
        full.consensus.room(0);
        LogPosition last = cluster.agreeWithout(full, "without it");

        full.consensus.room(PLENTY);

        cluster.until(
                "it has everything", () -> full.consensus.lastLogPosition().equals(last));
        cluster.agree("with it");
    }

    @Test
    void aLeaderThatHasRoomAgainTakesCommandsAgain() {
        cluster.agree("before");
        cluster.servers().forEach(server -> server.consensus.room(0));
        cluster.ticks(ELECTION_TICKS);
        Server leader = cluster.elect();
        assertRefusesForWantOfRoom(leader);

        cluster.servers().forEach(server -> server.consensus.room(PLENTY));
        cluster.ticks(ELECTION_TICKS);

        cluster.agree("after");
    }

    @Test
    void aLeaderWithRoomRefusesWhatNoMajorityHasRoomFor() {
        cluster.agree("before");
        Server leader = cluster.elect();

        cluster.servers().stream().filter(server -> server != leader).forEach(server -> server.consensus.room(0));
        cluster.ticks(ELECTION_TICKS);

        assertRefusesForWantOfRoom(leader);
        assertThat(cluster.elect()).isSameAs(leader);
    }

    @Test // seed 2154993442954886 of 2026-11-28
    void whoWasFullHoldsNobodyUpOnceItIsRemoved() {
        cluster.agree("before");
        Server leader = cluster.elect();
        List<Server> others =
                cluster.servers().stream().filter(server -> server != leader).toList();
        others.forEach(server -> server.consensus.room(0));
        cluster.ticks(ELECTION_TICKS);
        assertRefusesForWantOfRoom(leader);

        others.forEach(server -> cluster.complete(new MembershipChange.Remove(server.id)));

        LogPosition position = cluster.propose(leader, "alone");
        cluster.until("it is committed", () -> leader.commitIndex() >= position.index());
    }

    @Test
    void aFollowerTakesWhatFitsAndSaysHowMuchItStillTakes() {
        Server follower = Server.follower(3, log(1, 1));
        long two = entriesFrom(3, 3, 3).stream()
                .mapToLong(entry -> entry.sizeInBytes())
                .sum();
        follower.consensus.room(two);

        AppendEntriesReply reply =
                (AppendEntriesReply) follower.answers(rpc(N2, N1, 3, 1).append(2, 1, 5, entriesFrom(3, 3, 3, 3)))
                        .get(0);

        assertThat(reply.success()).isTrue();
        assertThat(reply.matchIndex()).isEqualTo(4);
        assertThat(reply.room()).contains(0L);
        assertThat(follower.log()).hasSize(4);
        assertThat(follower.consensus.commitIndex()).as("not more than it has").isEqualTo(4);
    }

    @Test
    void whatIsInTheLogAlreadyAndWhatIsNoCommandNeedsNoRoom() {
        Server follower = Server.follower(3, log(1, 1));
        follower.consensus.room(0);

        AppendEntriesReply reply = (AppendEntriesReply) follower.answers(rpc(N2, N1, 3, 1)
                        .append(0, 0, 0, List.of(log(1, 1).get(0), log(1, 1).get(1), noOp(3, 3))))
                .get(0);

        assertThat(reply.matchIndex()).isEqualTo(3);
    }

    @Test
    void aFollowerWithoutRoomKeepsWhatItWouldHaveToReplace() {
        Server follower = Server.follower(3, log(1, 1, 2));
        follower.consensus.room(0);

        follower.answers(rpc(N2, N1, 3, 1).append(2, 1, 2, entriesFrom(3, 3)));

        assertThat(follower.log()).isEqualTo(log(1, 1, 2));
    }

    @Test
    void leadershipDoesNotWanderWhereNobodyIsKnownToHaveRoom() {
        Server leader = Server.leader(Fixtures.voters(3), 4, log());
        leader.consensus.room(0);

        leader.ticks(ELECTION_TICKS - 1);

        assertThat(leader.consensus.transferTarget())
                .as("nobody has answered yet")
                .isEmpty();
    }

    @Test
    void aCommandThatNeedsMoreThanThereIsIsRefusedAndASmallerOneIsNot() {
        cluster.agree("before");
        Server leader = cluster.elect();
        byte[] large = new byte[(int) Leader.MAX_BYTES_PER_MESSAGE];

        leader.consensus.room(Leader.MAX_BYTES_PER_MESSAGE);

        assertThat(leader.consensus.isShortOfRoom()).isFalse();
        assertThatThrownBy(() -> leader.consensus.propose(0, Optional.empty(), large))
                .isInstanceOfSatisfying(
                        RaftException.Overloaded.class,
                        refusal -> assertThat(refusal.isDiskFull()).isTrue());
        leader.consensus.propose(0, Optional.empty(), bytes("small"));
    }

    @Test // it may be one that is never to lead, and each attempt is an election
    void whoDidNotTakeOverIsNotAskedAgainForAsLongAsThereIsLittleRoom() {
        cluster.agree("before");
        Server full = cluster.elect();
        List<NodeId> told = new ArrayList<>();
        cluster.network.drop(message -> {
            if (message instanceof TimeoutNow request) {
                told.add(request.to());
            }
            return message instanceof TimeoutNow;
        });

        full.consensus.room(0);
        cluster.ticks(10 * ELECTION_TICKS);
        assertThat(told).containsExactlyInAnyOrderElementsOf(cluster.othersThan(full));
        assertThat(cluster.elect()).isSameAs(full);

        full.consensus.room(PLENTY);
        full.consensus.room(0);
        cluster.ticks(2 * HEARTBEAT_TICKS);
        assertThat(told).hasSize(3);
    }

    @Test
    void aLeaderThatHandsOverAlreadyDoesNotChooseAnew() {
        cluster.agree("before");
        Server leader = cluster.elect();
        Server absent = someFollower(leader);
        cluster.network.isolate(cluster.servers(), absent.id);
        leader.consensus.transferLeadership(Optional.of(absent.id));

        leader.consensus.room(0);
        cluster.ticks(2 * HEARTBEAT_TICKS);

        assertThat(leader.consensus.transferTarget()).contains(absent.id);
    }
}
