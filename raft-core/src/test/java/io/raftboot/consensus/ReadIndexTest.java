package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.HEARTBEAT_TICKS;
import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Fixtures.withLearner;
import static io.raftboot.consensus.Rpc.accepted;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.consensus.Ready.ConfirmedRead;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import java.util.List;
import org.junit.jupiter.api.Test;

/** §8 and thesis §6.4: linearizable reads without a log write. */
class ReadIndexTest {

    /** A leader in term 4 whose no-op at index 3 is committed. */
    private static Server leader(int voters) {
        Server leader = Server.leader(voters(voters), 4, log(1, 2));
        leader.turn();
        leader.consensus.followers().forEach(follower -> leader.acceptedBy(follower.id()));
        leader.settle();
        return leader;
    }

    @Test // Q1
    void aReadIsConfirmedByARoundThatStartsWhenItArrives() {
        Server leader = leader(3);
        leader.consensus.readIndex(71);

        Ready ready = leader.turn();
        assertThat(ready.replicate()).as("a round of heartbeats at once").hasSize(2);
        assertThat(ready.writes().isEmpty()).as("no log write").isTrue();
        assertThat(ready.confirmedReads()).isEmpty();

        assertThat(leader.acceptedBy(N3).confirmedReads()).containsExactly(new ConfirmedRead(71, 3));
        assertThat(leader.acceptedBy(N2).confirmedReads()).as("each read once").isEmpty();
    }

    @Test
    void noMoreReadsWaitThanMayForAMajorityThatAnswersAndCommitsNothing() {
        RaftConfig twoReads = config(N1).withLimits(1 << 20, 2, 64L << 20);
        Server leader = Server.start(twoReads, persisted(voters(3), term(3), log(1, 2)));
        leader.becomeLeader();
        leader.consensus.readIndex(1);
        leader.consensus.readIndex(2);

        assertThatThrownBy(() -> leader.consensus.readIndex(3)).isInstanceOf(RaftException.Overloaded.class);

        leader.settle();
        leader.acceptedBy(N2);
        leader.consensus.readIndex(4);
        leader.settle();
        leader.acceptedBy(N2);
        assertThat(leader.confirmedReads)
                .containsExactly(new ConfirmedRead(1, 3), new ConfirmedRead(2, 3), new ConfirmedRead(4, 3));
    }

    @Test // bugs R36, R37; scenario Q1
    void anAnswerToAnEarlierRoundConfirmsNothing() {
        Server leader = leader(3);
        leader.ticks(HEARTBEAT_TICKS);
        AppendEntries earlier2 = leader.lastSentTo(N2);
        AppendEntries earlier3 = leader.lastSentTo(N3);
        leader.consensus.readIndex(1);

        leader.step(accepted(earlier2));
        leader.step(accepted(earlier3));

        assertThat(leader.confirmedReads).isEmpty();
        leader.acceptedBy(N2);
        assertThat(leader.confirmedReads).containsExactly(new ConfirmedRead(1, 3));
    }

    @Test // bugs R37, G13; scenario R15
    void oneFollowerThatAnswersTwiceIsNoMajorityOfFive() {
        Server leader = leader(5);
        leader.consensus.readIndex(1);
        leader.turn();
        leader.acceptedBy(N2);
        leader.acceptedBy(N2);
        assertThat(leader.confirmedReads).isEmpty();

        leader.acceptedBy(N3);
        assertThat(leader.confirmedReads).hasSize(1);
    }

    @Test // bug G13
    void aRefusalInTheSameTermConfirmsToo() {
        Server leader = leader(3);
        leader.consensus.readIndex(1);
        leader.turn();
        leader.step(Rpc.refused(leader.lastSentTo(N2), 3, 4));

        assertThat(leader.confirmedReads).hasSize(1);
    }

    @Test // bug G13
    void anAnswerOfALaterTermConfirmsNothing() {
        Server leader = leader(3);
        leader.consensus.readIndex(1);
        leader.turn();
        AppendEntries round = leader.lastSentTo(N2);
        leader.step(rpc(N2, N1, 5, round.round()).accepted(3));

        assertThat(leader.role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(leader.confirmedReads).isEmpty();
    }

    @Test // bug R37
    void anAnswerOfAnEarlierTermConfirmsNothing() {
        Server leader = leader(3);
        leader.consensus.readIndex(1);
        leader.turn();
        leader.step(rpc(N2, N1, 3, leader.lastSentTo(N2).round()).accepted(3));

        assertThat(leader.confirmedReads).isEmpty();
    }

    @Test // bug R35; scenario Q2
    void aNewLeaderConfirmsNoReadBeforeItsNoOpIsCommitted() {
        Server leader = Server.leader(voters(3), 4, log(1, 2));
        leader.turn();
        AppendEntries noOp = leader.lastSentTo(N2);
        leader.consensus.readIndex(1);
        leader.turn();
        // n2 answers the round after the read, and has not told yet that it has the no-op.
        leader.step(rpc(N2, N1, 4, leader.lastSentTo(N2).round()).accepted(2));
        assertThat(leader.confirmedReads).isEmpty();

        leader.step(accepted(noOp));
        assertThat(leader.confirmedReads).containsExactly(new ConfirmedRead(1, 3));
    }

    @Test // bug R35
    void theReadIndexIsTheCommitIndexWhenTheReadArrives() {
        Server leader = leader(3);
        leader.propose("x");
        leader.turn();
        leader.consensus.readIndex(1);
        leader.acceptedBy(N2);
        leader.ticks(HEARTBEAT_TICKS);
        leader.acceptedBy(N2);

        assertThat(leader.commitIndex()).isEqualTo(4);
        assertThat(leader.confirmedReads).containsExactly(new ConfirmedRead(1, 3));
    }

    @Test // bug G13
    void aClusterOfOneConfirmsAtOnce() {
        Server leader = leader(1);
        leader.consensus.readIndex(1);

        assertThat(leader.turn().confirmedReads()).containsExactly(new ConfirmedRead(1, 3));
    }

    @Test // bug R35
    void aClusterOfOneWaitsForItsNoOpToo() {
        Server leader = Server.start(config(N1), persisted(voters(1), term(3), log(1, 2)));
        leader.ticksUntilCampaign();
        leader.turn();
        assertThat(leader.role()).isEqualTo(RaftRole.LEADER);
        leader.consensus.readIndex(1);

        assertThat(leader.consensus.ready().confirmedReads()).isEmpty();
        leader.consensus.advance();
        assertThat(leader.consensus.ready().confirmedReads()).containsExactly(new ConfirmedRead(1, 3));
    }

    @Test // scenario Q5
    void aFollowerThatDoesNotAnswerHoldsUpNeitherWritesNorReads() {
        Server leader = Server.leader(voters(3), 4, log());
        leader.settle();
        leader.acceptedBy(N2);
        leader.propose("x");
        leader.consensus.readIndex(1);
        leader.settle();

        leader.acceptedBy(N2);
        leader.settle();

        assertThat(leader.commitIndex()).isEqualTo(2);
        assertThat(leader.confirmedReads)
                .extracting(Ready.ConfirmedRead::readId)
                .containsExactly(1L);
    }

    @Test
    void readsThatArriveDuringARoundShareTheNextOne() {
        Server leader = leader(3);
        leader.consensus.readIndex(1);
        leader.turn();
        leader.consensus.readIndex(2);
        leader.consensus.readIndex(3);
        assertThat(leader.turn().replicate()).as("one round at a time").isEmpty();

        Ready next = leader.acceptedBy(N2);
        assertThat(next.confirmedReads()).containsExactly(new ConfirmedRead(1, 3));
        assertThat(next.replicate()).as("the next round starts at once").hasSize(2);

        assertThat(leader.acceptedBy(N3).confirmedReads())
                .containsExactly(new ConfirmedRead(2, 3), new ConfirmedRead(3, 3));
    }

    @Test // scenario Q1
    void aLostRoundIsRepeatedByTheNextHeartbeat() {
        Server leader = leader(3);
        leader.consensus.readIndex(1);
        leader.turn();
        leader.ticks(HEARTBEAT_TICKS);
        leader.acceptedBy(N2);

        assertThat(leader.confirmedReads).hasSize(1);
    }

    @Test // bugs R36, G13
    void aLearnerDoesNotConfirm() {
        Server leader = Server.leader(withLearner(voters(3), N4), 4, log(1));
        leader.turn();
        leader.acceptedBy(N2);
        leader.consensus.readIndex(1);
        leader.turn();
        leader.acceptedBy(N4);

        assertThat(leader.confirmedReads).isEmpty();
    }

    @Test
    void aReadIsLostWithTheLeadership() {
        Server leader = leader(3);
        leader.consensus.readIndex(1);
        leader.turn();
        AppendEntries round = leader.lastSentTo(N2);
        leader.step(rpc(N3, N1, 5, 1).heartbeat(3, 4, 3));
        leader.step(accepted(round));

        assertThat(leader.confirmedReads).isEmpty();
        assertThatThrownBy(() -> leader.consensus.readIndex(2)).isInstanceOf(RaftException.NotLeader.class);
    }

    @Test // bug R36; scenario Q1: the leader of a minority answers nothing
    void aLeaderThatIsCutOffConfirmsNothing() {
        Cluster cluster = Cluster.of(3);
        Server old = cluster.elect();
        cluster.agree("old value");
        cluster.network.isolate(cluster.servers(), old.id);
        old.consensus.readIndex(1);
        cluster.turn(old);
        cluster.until(
                "a new leader",
                () -> cluster.leader().filter(leader -> leader != old).isPresent());
        cluster.propose(cluster.elect(), "new value");
        cluster.deliver();
        cluster.network.heal();
        cluster.ticks(2 * Fixtures.ELECTION_TICKS);

        assertThat(old.confirmedReads).isEmpty();
    }

    @Test // scenario Q1: what was acknowledged before the read is part of what it sees
    void aReadSeesEveryWriteThatWasAcknowledgedBeforeIt() {
        Cluster cluster = Cluster.of(3);
        long index = cluster.agree("a").index();
        Server leader = cluster.elect();
        leader.consensus.readIndex(9);
        cluster.turn(leader);
        cluster.deliver();

        assertThat(leader.confirmedReads).singleElement().satisfies(read -> {
            assertThat(read.readIndex()).isGreaterThanOrEqualTo(index);
            assertThat(leader.committed).hasSizeGreaterThanOrEqualTo((int) read.readIndex());
        });
        assertThat(List.of(leader.role())).containsExactly(RaftRole.LEADER);
    }
}
