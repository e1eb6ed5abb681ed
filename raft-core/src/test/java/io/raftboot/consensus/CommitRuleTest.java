package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.entry;
import static io.raftboot.consensus.Fixtures.joint;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.noOp;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Rpc.refused;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** §5.3, §5.4.2; Figure 2, "Leaders" 4. */
class CommitRuleTest {

    @ParameterizedTest(name = "{1} of the others in a cluster of {0}: {2}")
    @CsvSource({"1, 0, 1", "2, 0, 0", "2, 1, 1", "3, 0, 0", "3, 1, 1", "4, 1, 0", "4, 2, 1", "5, 1, 0", "5, 2, 1"})
    // Leaders 4; scenario E12; bugs R21, G15
    void anEntryIsCommittedWhenAMajorityOfAllVotersHasIt(int voters, int others, long commitIndex) {
        Server leader = Server.leader(voters(voters), 1, log());
        leader.turn();
        for (int i = 0; i < others; i++) {
            leader.acceptedBy(NodeId.of("n" + (i + 2)));
        }

        assertThat(leader.commitIndex()).isEqualTo(commitIndex);
    }

    @Test // §5.4.2; bugs R17, G8; scenario R9
    void anEntryOfAnEarlierTermIsNotCommittedByCounting() {
        Server leader = Server.leader(voters(3), 4, log(1, 2));
        leader.turn();

        // Both followers have the entries of the earlier terms, and neither has the no-op.
        leader.step(rpc(N2, N1, 4, leader.lastSentTo(N2).round()).accepted(2));
        leader.step(rpc(N3, N1, 4, leader.lastSentTo(N3).round()).accepted(2));

        assertThat(leader.commitIndex()).isZero();
        assertThat(leader.committed).isEmpty();
    }

    @Test // §5.4.2, §8; bug G8; scenario R9
    void theNoOpOfTheTermCommitsAllThatIsBeforeIt() {
        Server leader = Server.leader(voters(3), 4, log(1, 2));
        leader.turn();
        leader.acceptedBy(N2);

        assertThat(leader.commitIndex()).isEqualTo(3);
        assertThat(leader.committed).containsExactly(entry(1, 1), entry(2, 2), noOp(3, 4));
    }

    @Test // thesis §10.2.1; bugs R20, G11
    void theLeaderCountsItselfOnlyForWhatIsOnItsDisk() {
        Server leader = Server.leader(voters(3), 1, log());
        leader.settle();
        leader.propose("x");

        leader.consensus.step(rpc(N2, N1, 1, leader.lastSentTo(N2).round()).accepted(2));
        assertThat(leader.commitIndex()).as("n2 alone has it on disk").isEqualTo(1);

        leader.turn();
        assertThat(leader.commitIndex()).isEqualTo(2);
    }

    @Test // bugs R20, G11, G12
    void aSingleServerCommitsNothingBeforeItsOwnWrite() {
        Server leader = Server.leader(voters(1), 1, log());
        leader.settle();
        leader.propose("x");

        Ready ready = leader.consensus.ready();
        assertThat(ready.committed()).isEmpty();
        assertThat(leader.commitIndex()).isEqualTo(1);

        leader.consensus.advance();
        assertThat(leader.commitIndex()).isEqualTo(2);
    }

    @Test // thesis §10.2.1
    void aMajorityOfFollowersCommitsWhatTheLeaderHasNotWrittenYet() {
        Server leader = Server.leader(voters(3), 1, log());
        leader.settle();
        leader.propose("x");
        leader.consensus.step(rpc(N2, N1, 1, leader.lastSentTo(N2).round()).accepted(2));
        leader.consensus.step(rpc(N3, N1, 1, leader.lastSentTo(N3).round()).accepted(2));

        Ready ready = leader.turn();

        assertThat(ready.writes().append())
                .as("it is written in this turn, and handed out after")
                .hasSize(1);
        assertThat(ready.committed()).hasSize(2);
    }

    @Test // bug G9
    void aHintIsNoAcknowledgement() {
        Server leader = Server.leader(voters(3), 4, log(1, 2));
        leader.turn();
        leader.step(refused(leader.lastSentTo(N2), 3, 4));
        leader.step(refused(leader.lastSentTo(N3), 2, 2));

        assertThat(leader.commitIndex()).isZero();
    }

    @Test // bug G13
    void aFollowerIsCountedOnce() {
        Server leader = Server.leader(voters(5), 1, log());
        leader.turn();
        for (int i = 0; i < 5; i++) {
            leader.step(Rpc.accepted(leader.lastSentTo(N2)));
        }

        assertThat(leader.commitIndex()).isZero();
    }

    @Test // §6; bug G34
    void aJointConfigurationCommitsWithBothMajorities() {
        Server leader = Server.leader(joint(List.of(N1, N4), List.of(N1, N2, N3)), 2, log(1));
        leader.turn();
        leader.acceptedBy(N2);
        assertThat(leader.commitIndex()).isZero();
        leader.acceptedBy(N4);

        assertThat(leader.commitIndex()).isEqualTo(2);
    }

    @Test // §6, thesis §4.2.2; bug G34
    void aLeaderThatIsNoVoterOfTheNewSetDoesNotCountItselfThere() {
        Server leader = Server.leader(joint(List.of(N4), List.of(N1, N2, N3)), 2, log(1));
        leader.turn();
        leader.acceptedBy(N2);
        leader.acceptedBy(N3);

        assertThat(leader.commitIndex()).isZero();
    }
}
