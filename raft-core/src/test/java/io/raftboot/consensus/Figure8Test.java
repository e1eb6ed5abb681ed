package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N5;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.entry;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.LogPosition;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figure 8: why a leader does not commit entries of earlier terms by counting (§5.4.2). */
class Figure8Test {

    @Test // bugs R17, G8; scenarios R9, R11: steps (c) and (d) of the figure, S1 to S5 being n1 to n5
    void anEntryOfAnEarlierTermOnAMajorityCanStillBeReplaced() {
        // (c) S1 leads term 4; its entry of term 2 is on S1, S2 and S3, its new entry on S1 only.
        Server s1 = Server.start(config(N1), persisted(voters(5), term(3), log(1, 2)));
        s1.becomeLeader();
        s1.turn();
        s1.step(rpc(N2, N1, 4, s1.lastSentTo(N2).round()).accepted(2));
        s1.step(rpc(N3, N1, 4, s1.lastSentTo(N3).round()).accepted(2));
        assertThat(s1.committed).as("applied by S1").isEmpty();

        // (d) S5 has an entry of term 3, is elected in term 5 by S2, S3 and S4, and replaces the entry of term 2.
        Server s2 = Server.start(config(N2), persisted(voters(5), term(4), log(1, 2)));
        assertThat(s2.answers(rpc(N5, N2, 5, 1).requestVote(2, 3)))
                .containsExactly(rpc(N2, N5, 5, 1).vote(true));
        s2.step(rpc(N5, N2, 5, 2).append(1, 1, 0, List.of(entry(2, 3), entry(3, 5))));

        assertThat(s2.log()).isEqualTo(log(1, 3, 5));
    }

    @Test // step (e): with an entry of term 4 on a majority, S5 cannot win
    void whenTheOwnTermsEntryIsOnAMajorityTheOlderLogCannotWin() {
        Server s2 = Server.start(config(N2), persisted(voters(5), term(4), log(1, 2, 4)));

        assertThat(s2.answers(rpc(N5, N2, 5, 1).requestVote(2, 3)))
                .containsExactly(rpc(N2, N5, 5, 1).vote(false));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4}) // scenarios R11 (Figure8), R12 (Figure8Unreliable): together 1,000 rounds
    void crashingLeadersLoseNothingThatWasCommitted(long seed) {
        Random random = new Random(seed);
        Cluster cluster = Cluster.of(voters(5), seed);
        if (seed % 2 == 0) {
            cluster.network.fate(message -> fate(random));
        }
        List<NodeId> down = new ArrayList<>();
        int crashes = 0;
        for (int round = 0; round < 250; round++) {
            for (Server server : List.copyOf(cluster.servers())) {
                if (server.role() == RaftRole.LEADER) {
                    proposeAndCarryOn(cluster, server, random, round);
                    if (random.nextInt(3) != 0 || round % 5 == 0) {
                        crash(cluster, server.id, random);
                        down.add(server.id);
                        crashes++;
                    }
                }
            }
            cluster.ticks(random.nextInt(2 * ELECTION_TICKS));
            if (down.size() > 2 || (!down.isEmpty() && random.nextInt(4) == 0)) {
                cluster.restart(down.remove(0));
            }
        }
        assertThat(crashes).as("leaders that crashed").isGreaterThan(60);
        cluster.network.fate(message -> Network.AT_ONCE);
        cluster.restartAll();
        cluster.agree("the last one");
        cluster.ticks(2 * ELECTION_TICKS);
        cluster.assertConverged();
    }

    private static void proposeAndCarryOn(Cluster cluster, Server leader, Random random, int round) {
        LogPosition position = cluster.propose(leader, "round " + round);
        assertThat(position.term()).isEqualTo(leader.consensus.currentTerm());
        if (random.nextBoolean()) {
            cluster.deliver();
        }
    }

    private static void crash(Cluster cluster, NodeId id, Random random) {
        Server leader = cluster.server(id);
        if (leader.role() == RaftRole.LEADER) {
            leader.propose("on the way down");
        }
        switch (random.nextInt(3)) {
            case 0 -> cluster.crash(id);
            case 1 -> cluster.crashBeforeWrite(id);
            default -> cluster.crashAfterWrite(id);
        }
    }

    /** A tenth is lost; of the rest, most come within a few ticks and some after two heartbeats or more. */
    private static List<Integer> fate(Random random) {
        if (random.nextInt(10) == 0) {
            return Network.LOST;
        }
        return List.of(random.nextInt(10) < 6 ? random.nextInt(3) : random.nextInt(60));
    }
}
