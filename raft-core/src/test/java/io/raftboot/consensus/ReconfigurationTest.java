package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.member;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.MembershipChange.Add;
import io.raftboot.model.MembershipChange.Promote;
import io.raftboot.model.RaftRole;
import org.junit.jupiter.api.Test;

/** What becomes of n2, which n1 has added and which is to vote. */
class ReconfigurationTest {

    private static Server leader(boolean promotes) {
        Server leader = Server.start(config(N1).withAutoPromote(promotes), persisted(voters(1), term(1), log(1)));
        leader.ticksUntil(RaftRole.LEADER);
        leader.settle();
        leader.consensus.change(new Add(member(N2), true), false);
        leader.settle();
        leader.acceptedBy(N2);
        leader.settle();
        leader.acceptedBy(N2);
        leader.settle();
        return leader;
    }

    @Test // thesis §4.2.1
    void itVotesAsSoonAsItHasCaughtUp() {
        assertThat(leader(true).consensus.configuration().voters()).containsExactly(N1, N2);
    }

    @Test
    void itWaitsForTheOperatorIfThatIsWanted() {
        Server leader = leader(false);
        assertThat(leader.consensus.configuration().voters()).containsExactly(N1);

        leader.consensus.change(new Promote(N2), false);

        assertThat(leader.consensus.configuration().voters()).containsExactly(N1, N2);
    }
}
