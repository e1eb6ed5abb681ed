package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.N3;
import static io.raftboot.consensus.Fixtures.N4;
import static io.raftboot.consensus.Fixtures.N5;
import static io.raftboot.consensus.Fixtures.joint;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Fixtures.withLearner;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 2", "4, 3", "5, 3", "6, 4", "7, 4"})
    void aMajorityIsMoreThanHalf(int voters, int needed) {
        Configuration configuration = voters(voters);
        List<NodeId> ids = List.copyOf(configuration.voters());

        assertThat(Quorum.isMajority(configuration, ids.subList(0, needed)::contains))
                .isTrue();
        assertThat(Quorum.isMajority(configuration, ids.subList(0, needed - 1)::contains))
                .isFalse();
    }

    @Test
    void withoutVotersNothingIsReachedAndNobodyIsAMajority() {
        assertThat(Quorum.reachedByMajority(Configuration.empty(), id -> 7)).isZero();
        assertThat(Quorum.isMajority(Configuration.empty(), id -> true)).isFalse();
    }

    @Test
    void theMedianIsReachedByAMajority() {
        Map<NodeId, Long> match = Map.of(N1, 9L, N2, 4L, N3, 7L, N4, 2L, N5, 5L);

        assertThat(Quorum.reachedByMajority(voters(5), match::get)).isEqualTo(5);
        assertThat(Quorum.reachedByMajority(voters(4), match::get)).isEqualTo(4);
        assertThat(Quorum.reachedByMajority(voters(3), match::get)).isEqualTo(7);
    }

    @Test
    void aLearnerIsNotCounted() {
        Configuration configuration = withLearner(voters(3), N4);

        assertThat(Quorum.isMajority(configuration, List.of(N1, N4)::contains)).isFalse();
        assertThat(Quorum.isMajority(configuration, List.of(N1, N2)::contains)).isTrue();
    }

    @Test // bug G34
    void aJointConfigurationNeedsBothMajorities() {
        Configuration configuration = joint(List.of(N1, N4, N5), List.of(N1, N2, N3));

        assertThat(Quorum.isMajority(configuration, List.of(N4, N5)::contains)).isFalse();
        assertThat(Quorum.isMajority(configuration, List.of(N1, N2)::contains)).isFalse();
        assertThat(Quorum.isMajority(configuration, List.of(N1, N4, N2)::contains))
                .isTrue();
    }

    @Test // bug G34
    void aSingleIncomingVoterIsNotEnoughWhileTheConfigurationIsJoint() {
        Configuration configuration = joint(List.of(N1), List.of(N1, N2, N3));

        assertThat(Quorum.isMajority(configuration, List.of(N1)::contains)).isFalse();
        assertThat(Quorum.reachedByMajority(configuration, id -> id.equals(N1) ? 8 : 0))
                .isZero();
    }

    @Test // bug R21
    void whatAMajorityHasReachedIsWhatANaiveCountSays() {
        Random random = new Random(21);
        for (int round = 0; round < 5_000; round++) {
            List<NodeId> ids = new ArrayList<>(voters(7).voters());
            Collections.shuffle(ids, random);
            List<NodeId> incoming = ids.subList(0, random.nextInt(1, 8));
            Collections.shuffle(ids, random);
            List<NodeId> outgoing = ids.subList(0, random.nextInt(8));
            Map<NodeId, Long> reached = new TreeMap<>();
            ids.forEach(id -> reached.put(id, random.nextLong(10)));

            Configuration configuration = joint(List.copyOf(incoming), List.copyOf(outgoing));

            assertThat(Quorum.reachedByMajority(configuration, reached::get))
                    .as("round %d", round)
                    .isEqualTo(naive(configuration, reached));
        }
    }

    /** The largest number that counting, one by one, finds in more than half of every set of voters. */
    private static long naive(Configuration configuration, Map<NodeId, Long> reached) {
        return IntStream.rangeClosed(0, 10)
                .map(i -> 10 - i)
                .filter(number -> isReached(configuration.voters(), reached, number)
                        && (!configuration.isJoint() || isReached(configuration.outgoingVoters(), reached, number)))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isReached(Collection<NodeId> voters, Map<NodeId, Long> reached, long number) {
        int count = 0;
        for (NodeId voter : voters) {
            count += reached.getOrDefault(voter, 0L) >= number ? 1 : 0;
        }
        return 2 * count > voters.size();
    }
}
