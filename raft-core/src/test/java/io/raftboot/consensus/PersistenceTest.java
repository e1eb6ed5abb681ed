package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.entriesFrom;
import static io.raftboot.consensus.Fixtures.entry;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.votedFor;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Rpc.answer;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.HardState;
import io.raftboot.model.Message;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is on the disk, and when: Figure 2, "Updated on stable storage before responding to RPCs". */
class PersistenceTest {

    @Test // scenario P3; bug R1
    void termAndOwnVoteAreOnDiskBeforeTheFirstRequestLeaves() {
        Server server = Server.follower(3, log());
        server.ticksUntilCampaign();
        for (Message request : server.turn().messages()) {
            server.consensus.step(answer((RequestVote) request, 3, true));
            if (server.role() == RaftRole.CANDIDATE) {
                break;
            }
        }
        Ready ready = server.consensus.ready();

        assertThat(ready.replicate()).as("what may leave before the write").isEmpty();
        assertThat(ready.writes().hardState()).contains(votedFor(4, N1));
        assertThat(ready.messages()).hasSize(2);
        assertThat(server.disk.hardState()).isEqualTo(term(3));
    }

    @Test // scenario P4; bug R1
    void aVoteWhoseWriteFailsIsNotGiven() {
        Server server = Server.follower(3, log());
        server.disk.breakDown();
        server.consensus.step(rpc(N2, N1, 4, 1).requestVote(0, 0));

        assertThatThrownBy(server::turn).isInstanceOf(UncheckedIOException.class);
        assertThat(server.disk.hardState()).isEqualTo(term(3));

        Server restarted = server.restart(2);
        assertThat(restarted.consensus.currentTerm()).isEqualTo(3);
    }

    @Test // scenario P4; bug R11: the slow write comes before the reply, and the timer starts with the grant
    void theReplyRestsOnTheWriteOfTheSameTurn() {
        Server server = Server.follower(3, log());
        server.consensus.step(rpc(N2, N1, 4, 1).requestVote(0, 0));
        Ready ready = server.consensus.ready();

        assertThat(ready.replicate()).isEmpty();
        assertThat(ready.messages()).containsExactly(rpc(N1, N2, 4, 1).vote(true));
        assertThat(ready.writes().hardState()).contains(votedFor(4, N2));
    }

    @Test // scenario P5; bug R1: hashicorp#661
    void termAndVoteAreOneValueAtEveryPointOfAnElection() {
        Server server = Server.follower(3, log());
        List<HardState> written = new ArrayList<>();
        server.ticksUntilCampaign();
        for (int turns = 0; turns < 3; turns++) {
            Ready ready = server.consensus.ready();
            ready.writes().hardState().ifPresent(written::add);
            server.consensus.advance();
            for (Message message : ready.messages()) {
                if (server.role() != RaftRole.LEADER && message instanceof RequestVote request) {
                    server.consensus.step(answer(request, server.consensus.currentTerm(), true));
                }
            }
        }

        assertThat(server.role()).isEqualTo(RaftRole.LEADER);
        assertThat(written).as("never the term without the vote").containsExactly(votedFor(4, N1));
    }

    @Test // bugs R1, G1: SIM, crash at every persist point
    void noCrashPointLetsAServerVoteTwiceInATerm() {
        for (boolean written : List.of(false, true)) {
            Server server = Server.follower(3, log());
            server.consensus.step(rpc(N2, N1, 4, 1).requestVote(0, 0));
            Ready unsent = server.consensus.ready();
            if (written) {
                server.disk.write(unsent.writes());
            }
            Server restarted = server.restart(2);

            assertThat(restarted.answers(rpc(N3, N1, 4, 1).requestVote(0, 0)))
                    .containsExactly(rpc(N1, N3, 4, 1).vote(!written));
        }
    }

    @Test // bug G11
    void entriesAreOnDiskBeforeTheyAreAcknowledged() {
        Server server = Server.follower(3, log());
        server.disk.breakDown();
        server.consensus.step(rpc(N2, N1, 3, 1).append(0, 0, 0, List.of(entry(1, 3))));

        assertThatThrownBy(server::turn).isInstanceOf(UncheckedIOException.class);
        assertThat(server.restart(2).consensus.lastLogPosition().index()).isZero();
    }

    @Test // bugs R18, R19, R58
    void aReplacedTailIsReplacedOnDiskInOneWrite() {
        Server server = Server.follower(4, log(1, 2, 2, 2));
        server.step(rpc(N2, N1, 4, 1).append(1, 1, 0, List.of(entry(2, 4))));
        assertThat(server.restart(2).log()).isEqualTo(log(1, 4));

        server.step(rpc(N2, N1, 4, 2).append(2, 4, 0, entriesFrom(3, 4, 4)));
        assertThat(server.restart(3).log()).isEqualTo(log(1, 4, 4, 4));
    }

    @Test // bug R18: two leaders replace the same tail before the disk has done either
    void twoReplacementsInOneTurnLeaveTheLaterOne() {
        Server server = Server.follower(4, log(1, 2, 2));
        server.consensus.step(rpc(N2, N1, 4, 1).append(1, 1, 0, entriesFrom(2, 4, 4)));
        server.consensus.step(rpc(N3, N1, 5, 1).append(2, 4, 0, List.of(entry(3, 5))));
        server.turn();

        assertThat(server.log()).isEqualTo(log(1, 4, 5));
        assertThat(server.restart(2).log()).isEqualTo(log(1, 4, 5));
    }

    @Test // bug R37: an answer to a former life is no answer to this one
    void theRoundsOfTwoLivesDoNotMeet() {
        Set<Long> firstRounds = new TreeSet<>();
        for (int life = 0; life < 100; life++) {
            Server server = Server.start(config(N1), new Disk(persisted(voters(3), term(3), log())), new Random(life));
            server.ticksUntilCampaign();
            firstRounds.add(server.turn().messages().get(0).round() >> 30);
        }

        assertThat(firstRounds).hasSize(100).allMatch(round -> round << 30 < Message.MAX_NUMBER / 2);
    }

    @Test // scenarios P13, Q7; bug R39
    void aRestartHandsOutTheCommittedPrefixAgain() {
        Cluster cluster = Cluster.of(3);
        cluster.agree("a");
        cluster.agree("b");
        for (NodeId id : voters(3).voters()) {
            cluster.crash(id);
        }
        cluster.restartAll();
        assertThat(cluster.servers()).allMatch(server -> server.committed.isEmpty());
        cluster.agree("c");

        assertThat(cluster.committed()).hasSize(5);
        cluster.assertConverged();
    }

    @Test // scenario P1: Persist1 to Persist3
    void restartsInEveryOrderKeepAgreeing() {
        Random random = new Random(1);
        Cluster cluster = Cluster.of(3);
        for (int round = 0; round < 20; round++) {
            cluster.agree("round " + round);
            List<NodeId> ids = new ArrayList<>(voters(3).voters());
            Collections.shuffle(ids, random);
            List<NodeId> crashing = ids.subList(0, 1 + random.nextInt(3));
            crashing.forEach(cluster::crash);
            cluster.ticks(random.nextInt(2 * ELECTION_TICKS));
            Collections.shuffle(crashing, random);
            for (NodeId id : crashing) {
                cluster.restart(id);
                cluster.ticks(random.nextInt(ELECTION_TICKS));
            }
        }
        cluster.agree("last");
        cluster.assertConverged();
    }

    @Test // scenario P1: leader and one follower partitioned and crashed
    void aLeaderAndAFollowerThatCrashTogetherLoseNothingThatWasCommitted() {
        Cluster cluster = Cluster.of(3);
        for (int round = 0; round < 5; round++) {
            Server leader = cluster.elect();
            cluster.agree("a" + round);
            NodeId follower = leader.id.equals(N1) ? N2 : N1;
            NodeId third = List.of(N1, N2, N3).stream()
                    .filter(id -> !id.equals(leader.id) && !id.equals(follower))
                    .findFirst()
                    .orElseThrow();
            Server left = cluster.server(third);
            cluster.network.isolate(cluster.servers(), left.id);
            cluster.agreeWithout(left, "b" + round);
            cluster.crash(leader.id);
            cluster.crash(follower);
            cluster.network.heal();
            cluster.restart(leader.id);
            cluster.agree("c" + round);
            cluster.restart(follower);
        }
        cluster.agree("last");
        cluster.assertConverged();
    }
}
