package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.ready;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Fixtures.withLearner;
import static io.raftboot.consensus.Rpc.answer;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.HardState;
import io.raftboot.model.Message;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import io.raftboot.model.WriteBatch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Thesis §9.6: nobody raises the term who would not win. */
class PreVoteTest {

    @Test // bugs R5, G24
    void aCampaignBeginsWithQuestionsThatChangeNothing() {
        Server server = Server.follower(3, log(1, 2));
        server.ticksUntilCampaign();

        assertThat(server.turn())
                .isEqualTo(ready(
                        List.of(),
                        WriteBatch.EMPTY,
                        List.of(
                                rpc(N1, N2, 4, 1).requestPreVote(2, 2),
                                rpc(N1, N3, 4, 2).requestPreVote(2, 2)),
                        List.of()));
        assertThat(server.role()).isEqualTo(RaftRole.PRE_CANDIDATE);
        assertThat(server.consensus.currentTerm()).isEqualTo(3);
    }

    @Test // bug R14
    void whoCampaignsHasForgottenItsLeader() {
        Server server = Server.follower(3, log());
        server.step(rpc(N2, N1, 3, 1).heartbeat(0, 0, 0));
        server.ticksUntilCampaign();

        assertThat(server.consensus.leaderId()).isEmpty();
    }

    @Test // bugs R4, G29; scenario V3
    void aGrantedPreVoteChangesNeitherTermNorVoteNorTimer() {
        int undisturbed = Server.follower(3, log()).ticksUntilCampaign();
        Server server = Server.follower(3, log()).ticks(60);

        assertThat(server.step(rpc(N2, N1, 4, 1).requestPreVote(0, 0)))
                .isEqualTo(ready(
                        List.of(), WriteBatch.EMPTY, List.of(rpc(N1, N2, 3, 1).preVote(true)), List.of()));
        assertThat(server.disk.hardState()).isEqualTo(term(3));
        assertThat(60 + server.ticksUntilCampaign()).isEqualTo(undisturbed);
    }

    @Test // bug R4: a pre-vote is no vote, so it may be given to many
    void aPreVoteIsGivenToEveryoneWhoWouldWin() {
        Server server = Server.follower(3, log());

        assertThat(server.answers(rpc(N2, N1, 4, 1).requestPreVote(0, 0)))
                .containsExactly(rpc(N1, N2, 3, 1).preVote(true));
        assertThat(server.answers(rpc(N3, N1, 4, 1).requestPreVote(0, 0)))
                .containsExactly(rpc(N1, N3, 3, 1).preVote(true));
    }

    @Test // scenario V3; bugs R5, G29
    void aPreVoteIsRefusedWhileALeaderIsHeardAndGrantedAfter() {
        Server server = Server.follower(3, log());
        server.step(rpc(N2, N1, 3, 1).heartbeat(0, 0, 0));
        server.ticks(ELECTION_TICKS - 1);
        assertThat(server.answers(rpc(N3, N1, 4, 1).requestPreVote(0, 0)))
                .containsExactly(rpc(N1, N3, 3, 1).preVote(false));

        server.ticks(1);
        assertThat(server.answers(rpc(N3, N1, 4, 2).requestPreVote(0, 0)))
                .containsExactly(rpc(N1, N3, 3, 2).preVote(true));
    }

    @Test // scenario V3
    void aLeaderRefusesEveryPreVote() {
        Server leader = Server.leader(voters(3), 3, log());
        leader.settle();

        assertThat(leader.answers(rpc(N3, N1, 9, 1).requestPreVote(9, 9)))
                .containsExactly(rpc(N1, N3, 3, 1).preVote(false));
    }

    @ParameterizedTest(name = "asked for term {0} in term 5: {1}")
    @CsvSource({"4, false", "5, false", "6, true", "9, true"}) // bug R4
    void aPreVoteIsGivenForALaterTermOnlyAndAnsweredWithTheOwnTerm(long askedTerm, boolean granted) {
        Server server = Server.follower(5, log());

        assertThat(server.answers(rpc(N2, N1, askedTerm, 1).requestPreVote(0, 0)))
                .containsExactly(rpc(N1, N2, 5, 1).preVote(granted));
        assertThat(server.consensus.currentTerm()).isEqualTo(5);
    }

    @Test // bug R4
    void aRefusalWithALaterTermIsTakenOver() {
        Server server = Server.follower(3, log());
        server.ticksUntilCampaign();
        server.turn();
        server.step(rpc(N2, N1, 8, 1).preVote(false));

        assertThat(server.role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.disk.hardState()).isEqualTo(term(8));
    }

    @Test // bug R4: voters in earlier terms count
    void aVoterOfAnEarlierTermMayGrantAPreVote() {
        Server server = Server.follower(7, log(7));
        server.ticksUntilCampaign();
        Message request = server.turn().messages().get(0);
        server.step(answer((RequestVote) request, 2, true));

        assertThat(server.role()).isEqualTo(RaftRole.CANDIDATE);
        assertThat(server.consensus.currentTerm()).isEqualTo(8);
    }

    @Test // bug R37: rounds start at random, so those of a former life may be larger than those of this one
    void aGrantToAQuestionThatWasNeverAskedInThisLifeDoesNotCount() {
        Server server = Server.follower(3, log());
        server.ticksUntilCampaign();
        RequestVote request = (RequestVote) server.turn().messages().get(0);
        server.step(rpc(N2, N1, 3, request.round() + 2).preVote(true));

        assertThat(server.role()).isEqualTo(RaftRole.PRE_CANDIDATE);
    }

    @Test // scenario V2
    void aServerThatIsBehindNeverRaisesTheTerm() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        Server behind = cluster.server(cluster.followerOf(leader));
        cluster.network.isolate(cluster.servers(), behind.id);
        cluster.agreeWithout(behind, "b");
        cluster.crash(leader.id);
        cluster.network.heal();
        long term = behind.consensus.currentTerm();
        cluster.until("somebody leads", () -> cluster.leader().isPresent());

        assertThat(cluster.elect().id).isNotEqualTo(behind.id);
        assertThat(cluster.elect().consensus.currentTerm()).isLessThanOrEqualTo(term + 3);
    }

    @Test // bugs R5, G24; scenarios V1, V6
    void aServerThatWasCutOffDisturbsNobodyWhenItIsBack() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        long term = leader.consensus.currentTerm();
        Server away = cluster.server(cluster.followerOf(leader));
        cluster.network.isolate(cluster.servers(), away.id);
        cluster.ticks(20 * ELECTION_TICKS);
        assertThat(away.role()).isEqualTo(RaftRole.PRE_CANDIDATE);
        assertThat(away.consensus.currentTerm()).isEqualTo(term);

        cluster.network.heal();
        cluster.ticks(5 * ELECTION_TICKS);

        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
        assertThat(leader.consensus.currentTerm()).isEqualTo(term);
        assertThat(away.consensus.leaderId()).contains(leader.id);
    }

    @Test // scenarios V1, V5, V7: it comes from a version without pre-vote, or took part in an election that was lost
    void aCandidateOfALaterTermIsFreedByTheLeadersTraffic() {
        Cluster cluster = Cluster.of(voters(3), 3, disks -> {
            disks.put(N3, new Disk(persisted(voters(3), Fixtures.votedFor(40, N3), List.of())));
            return disks;
        });
        cluster.network.isolate(cluster.servers(), N3);
        Server leader = cluster.elect();
        assertThat(leader.consensus.currentTerm()).isLessThan(40);
        cluster.network.heal();
        cluster.until(
                "all in one term",
                () -> cluster.leader()
                        .filter(now -> now.consensus.currentTerm() > 40)
                        .isPresent());
        cluster.agree("a");

        assertThat(cluster.server(N3).committed).isNotEmpty();
    }

    @Test // bug R4: etcd#8243, four servers, a follower and then the leader die, the follower returns
    void aDifferenceInTermsIsNoDeadlock() {
        Cluster cluster = Cluster.of(4);
        Server leader = cluster.elect();
        NodeId follower = cluster.followerOf(leader);
        cluster.agree("a");
        cluster.crash(follower);
        cluster.agree("b");
        cluster.crash(leader.id);
        cluster.ticks(3 * ELECTION_TICKS);
        cluster.restart(follower);
        int ticks = 0;
        while (cluster.leader().isEmpty() && ticks < 10 * ELECTION_TICKS) {
            cluster.tick();
            ticks++;
        }

        assertThat(cluster.leader()).isPresent();
    }

    @Test // scenario V12: an outsider with a later term
    void anOutsiderOfALaterTermGetsNoAnswerThatHelpsIt() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        Server outsider = Server.start(
                config(N4), persisted(voters(3), new HardState(50, java.util.Optional.empty()), List.of()));
        cluster.add(outsider);
        cluster.ticks(10 * ELECTION_TICKS);

        assertThat(outsider.role()).isEqualTo(RaftRole.LEARNER);
        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
        assertThat(leader.consensus.currentTerm()).isLessThan(50);
    }

    @ParameterizedTest // a killed leader's port refuses connections at once
    @ValueSource(ints = {3, 5, 7})
    void aLeaderThatIsGoneIsReplacedWithoutWaitingForTheElectionTimeout(int size) {
        Cluster cluster = Cluster.of(size);
        Server leader = cluster.elect();
        cluster.agree("a");
        cluster.ticks(Fixtures.HEARTBEAT_TICKS);
        cluster.crash(leader.id);
        int ticks = 0;
        while (cluster.leader().isEmpty()) {
            cluster.tick();
            ticks++;
            cluster.servers()
                    .forEach(server ->
                            server.consensus.silentLeader().ifPresent(silent -> server.consensus.gone(silent)));
        }

        assertThat(ticks).isLessThanOrEqualTo(Follower.SILENT_TICKS + 3 * Fixtures.HEARTBEAT_TICKS);
    }

    @Test // only one of the two has the last entry, and asks before the other one misses the leader
    void aRefusedPreVoteIsAskedForAgainWithTheNextHeartbeat() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        Server first = cluster.server(cluster.othersThan(leader).get(0));
        Server behind = cluster.server(cluster.othersThan(leader).get(1));
        cluster.network.cut(leader.id, behind.id);
        cluster.agreeWithout(behind, "b");
        cluster.crash(leader.id);
        int ticks = 0;
        while (cluster.leader().isEmpty() && ticks < ELECTION_TICKS) {
            cluster.tick();
            ticks++;
            first.consensus.gone(leader.id);
            if (first.role() == RaftRole.PRE_CANDIDATE && ticks > Follower.SILENT_TICKS + Fixtures.HEARTBEAT_TICKS) {
                behind.consensus.gone(leader.id);
            }
        }

        assertThat(cluster.leader()).contains(first);
        assertThat(ticks).isLessThanOrEqualTo(Follower.SILENT_TICKS + 4 * Fixtures.HEARTBEAT_TICKS);
    }

    @Test
    void aLeaderThatIsHeardIsNotGoneWhateverAnybodySays() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        long term = leader.consensus.currentTerm();
        for (int i = 0; i < 10 * Fixtures.ELECTION_TICKS; i++) {
            cluster.servers().forEach(server -> server.consensus.gone(leader.id));
            cluster.tick();
        }

        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
        assertThat(leader.consensus.currentTerm()).isEqualTo(term);
    }

    @Test
    void aFollowerThatAloneMissesTheLeaderDisturbsNobody() {
        Cluster cluster = Cluster.of(3);
        Server leader = cluster.elect();
        cluster.agree("a");
        long term = leader.consensus.currentTerm();
        Server mistaken = cluster.server(cluster.followerOf(leader));
        cluster.network.cut(leader.id, mistaken.id);
        for (int i = 0; i < 5 * Fixtures.ELECTION_TICKS; i++) {
            mistaken.consensus.gone(leader.id);
            cluster.tick();
        }

        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
        assertThat(leader.consensus.currentTerm()).isEqualTo(term);
    }

    @Test
    void amongThoseWhoseLeaderIsGoneTheFirstVoterCampaignsFirst() {
        Server behindALearner =
                Server.start(config(N3), persisted(withLearner(voters(N1, N3, N4), N2), term(1), log(1)));
        Server behindAVoter = Server.start(config(N3), persisted(voters(N1, N2, N3), term(1), log(1)));
        for (Server server : List.of(behindALearner, behindAVoter)) {
            server.step(rpc(N1, N3, 1, 1).heartbeat(1, 1, 1));
            server.ticks(Follower.SILENT_TICKS);
            server.consensus.gone(N2);
            assertThat(server.consensus.hearsLeader()).isTrue();
            server.consensus.gone(N1);
            assertThat(server.consensus.hearsLeader()).isFalse();
        }

        assertThat(behindALearner.ticksUntilCampaign()).isEqualTo(1);
        assertThat(behindAVoter.ticksUntilCampaign()).isEqualTo(1 + Follower.TICKS_APART);
    }
}
