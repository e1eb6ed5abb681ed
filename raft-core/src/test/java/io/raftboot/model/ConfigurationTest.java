package io.raftboot.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ConfigurationTest {

    private static final NodeId A = NodeId.of("a");
    private static final NodeId B = NodeId.of("b");
    private static final NodeId C = NodeId.of("c");

    private static Member member(NodeId id) {
        return new Member(id, URI.create("http://" + id + ".example"));
    }

    private static SortedMap<NodeId, Member> members(NodeId... ids) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        for (NodeId id : ids) {
            members.put(id, member(id));
        }
        return members;
    }

    private static SortedSet<NodeId> ids(NodeId... ids) {
        return new TreeSet<>(List.of(ids));
    }

    @Test
    void everyServerOfAFreshClusterVotes() {
        Configuration configuration = Configuration.ofVoters(List.of(member(B), member(A)));

        assertThat(configuration.members().keySet()).containsExactly(A, B);
        assertThat(configuration.voters()).containsExactly(A, B);
        assertThat(configuration.outgoingVoters()).isEmpty();
        assertThat(configuration.isJoint()).isFalse();
    }

    @Test
    void anIdOccursOnce() {
        assertThatThrownBy(() -> Configuration.ofVoters(List.of(member(A), member(A))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a");
    }

    @Test
    void aMemberThatDoesNotVoteIsALearner() {
        Configuration configuration = new Configuration(members(A, B, C), ids(A, B), ids());

        assertThat(configuration.isVoter(C)).isFalse();
        assertThat(configuration.contains(C)).isTrue();
        assertThat(configuration).hasToString("voters[a, b] learners[c]");
    }

    @Test
    void whoVotesInEitherSetIsAVoter() {
        Configuration configuration = new Configuration(members(A, B), ids(A), ids(B));

        assertThat(configuration.isJoint()).isTrue();
        assertThat(configuration.isVoter(A)).isTrue();
        assertThat(configuration.isVoter(B)).isTrue();
        assertThat(configuration.isVoter(C)).isFalse();
        assertThat(configuration).hasToString("voters[a] outgoing[b]");
    }

    @Test
    void aVoterIsAMember() {
        assertThatThrownBy(() -> new Configuration(members(A), ids(A, B), ids()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Configuration(members(A), ids(A), ids(B)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMemberIsFiledUnderItsOwnId() {
        SortedMap<NodeId, Member> members = members(A);
        members.put(A, member(B));

        assertThatThrownBy(() -> new Configuration(members, ids(), ids())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theOthersAreEveryoneElseInTheOrderOfIds() {
        Configuration configuration = new Configuration(members(C, A, B), ids(A), ids());

        assertThat(configuration.others(B)).containsExactly(member(A), member(C));
        assertThat(configuration.others(NodeId.of("x"))).hasSize(3);
    }

    @Test
    void aConfigurationDoesNotChangeWithWhatItWasBuiltFrom() {
        SortedMap<NodeId, Member> members = members(A, B);
        SortedSet<NodeId> voters = ids(A, B);
        Configuration configuration = new Configuration(members, voters, ids());
        members.remove(A);
        voters.remove(A);

        assertThat(configuration.contains(A)).isTrue();
        assertThat(configuration.isVoter(A)).isTrue();
        assertThatThrownBy(() -> configuration.voters().remove(A)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> configuration.members().remove(A)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void theEmptyConfigurationHasNobody() {
        assertThat(Configuration.empty().members()).isEmpty();
        assertThat(Configuration.empty().isVoter(A)).isFalse();
        assertThat(Configuration.empty().isJoint()).isFalse();
    }
}
