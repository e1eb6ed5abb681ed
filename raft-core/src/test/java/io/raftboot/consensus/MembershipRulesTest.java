package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.NodeId;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whether n3 may become a voter beside n1 and n2. */
class MembershipRulesTest {

    private static final Set<NodeId> ALL = Set.of(N1, N2, N3);

    private static ChangeOutlook outlook(Set<NodeId> reachable, Set<NodeId> caughtUp, Set<NodeId> lost) {
        return outlook(reachable, caughtUp, lost, Set.of());
    }

    private static ChangeOutlook outlook(
            Set<NodeId> reachable, Set<NodeId> caughtUp, Set<NodeId> lost, Set<NodeId> uninitiated) {
        return new MembershipRules(reachable::contains, caughtUp::contains, lost::contains, uninitiated::contains)
                .assess(voters(2), voters(3));
    }

    @Test
    void whoHasCaughtUpBecomesAVoterIfEnoughAnswer() {
        assertThat(outlook(ALL, ALL, Set.of()).safe()).isTrue();
        assertThat(outlook(Set.of(N1, N2), ALL, Set.of()).safe()).isTrue();
    }

    @Test
    void anOperatorMayInsistWhereOnlyAvailabilityIsAtStake() {
        ChangeOutlook behind = outlook(ALL, Set.of(N1, N2), Set.of());
        ChangeOutlook alone = outlook(Set.of(N1), ALL, Set.of());

        assertThat(behind.safe()).isFalse();
        assertThat(behind.forcible()).isTrue();
        assertThat(behind.reason()).contains("n3 has not caught up");
        assertThat(alone.safe()).isFalse();
        assertThat(alone.forcible()).isTrue();
        assertThat(alone.reason()).contains("2 voters would be needed and only 1 answer");
    }

    @Test // bug R43
    void whoLostWhatItAcknowledgedNeverBecomesOne() {
        ChangeOutlook outlook = outlook(ALL, ALL, Set.of(N3));

        assertThat(outlook.safe()).isFalse();
        assertThat(outlook.forcible()).isFalse();
        assertThat(outlook.reason()).contains("n3 lost what was acknowledged");
    }

    @Test
    void whoWouldVoteForNobodyYetDoesNotBecomeOneByForceEither() {
        ChangeOutlook outlook = outlook(ALL, Set.of(N1, N2), Set.of(), Set.of(N3));

        assertThat(outlook.safe()).isFalse();
        assertThat(outlook.forcible()).isFalse();
        assertThat(outlook.reason()).contains("n3 has not caught up, not even with what makes it a member");
    }
}
