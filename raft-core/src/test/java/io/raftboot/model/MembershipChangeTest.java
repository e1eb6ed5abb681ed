package io.raftboot.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.MembershipChange.Add;
import io.raftboot.model.MembershipChange.Demote;
import io.raftboot.model.MembershipChange.Promote;
import io.raftboot.model.MembershipChange.Remove;
import io.raftboot.model.MembershipChange.Replace;
import java.net.URI;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MembershipChangeTest {

    private static final NodeId A = NodeId.of("a");
    private static final NodeId B = NodeId.of("b");
    private static final NodeId C = NodeId.of("c");
    private static final NodeId D = NodeId.of("d");

    private final Configuration abc = Configuration.ofVoters(List.of(member(A), member(B), member(C)));

    private static Member member(NodeId id) {
        return new Member(id, URI.create("http://" + id + ".example"));
    }

    private static Replace replace(List<NodeId> voters, NodeId... learners) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        voters.forEach(id -> members.put(id, member(id)));
        List.of(learners).forEach(id -> members.put(id, member(id)));
        return new Replace(members, new TreeSet<>(voters));
    }

    @Test
    void aServerIsAddedAsALearnerThatIsToVote() {
        Configuration target = new Add(member(D), true).from(abc);

        assertThat(target.isVoter(D)).isFalse();
        assertThat(target.promotable()).containsExactly(D);
        assertThat(abc.towards(target))
                .as("the voters stay, so nothing is joint")
                .isEqualTo(target);
    }

    @Test
    void aPermanentLearnerIsNotToVote() {
        assertThat(new Add(member(D), false).from(abc).promotable()).isEmpty();
    }

    @Test // scenario M9
    void whatIsSoAlreadyChangesNothing() {
        Configuration learner = new Add(member(D), false).from(abc);

        assertThat(new Add(member(A), true).from(abc)).isEqualTo(abc);
        assertThat(new Add(member(D), false).from(learner)).isEqualTo(learner);
        assertThat(new Promote(A).from(abc)).isEqualTo(abc);
        assertThat(new Demote(D).from(learner)).isEqualTo(learner);
        Configuration without = new Remove(C).from(abc);
        assertThat(new Remove(C).from(without)).isEqualTo(without);
    }

    @Test // scenario M9
    void aServerThatNobodyKnowsIsNamed() {
        for (MembershipChange change : List.of(new Promote(D), new Demote(D), new Remove(D))) {
            assertThatThrownBy(() -> change.from(abc))
                    .isInstanceOf(RaftException.UnknownMember.class)
                    .hasMessageContaining("d");
        }
    }

    @Test // scenario M12, bug R47
    void aNewUrlKeepsTheRole() {
        Member moved = new Member(A, URI.create("http://elsewhere.example"));
        Configuration learner = new Add(member(D), false).from(abc);
        Member movedLearner = new Member(D, URI.create("http://d2.example"));

        assertThat(new Add(moved, true).from(abc).voters()).containsExactly(A, B, C);
        assertThat(new Add(moved, true).from(abc).members()).containsEntry(A, moved);
        assertThat(new Add(movedLearner, false).from(learner).isVoter(D)).isFalse();
        assertThat(new Add(movedLearner, false).from(learner).promotable()).isEmpty();
    }

    @Test
    void aVoterIsNotMadeALearnerByAddingItAgain() {
        assertThatThrownBy(() -> new Add(member(A), false).from(abc))
                .isInstanceOf(RaftException.ChangeRefused.class)
                .hasMessageContaining("demote");
    }

    @Test
    void noTwoServersHaveOneUrl() {
        Member twin = new Member(D, member(A).url());

        assertThatThrownBy(() -> new Add(twin, false).from(abc)).isInstanceOf(RaftException.ChangeRefused.class);
    }

    @Test
    void theLastVoterStays() {
        Configuration alone = Configuration.ofVoters(List.of(member(A)));

        assertThatThrownBy(() -> new Remove(A).from(alone)).isInstanceOf(RaftException.ChangeRefused.class);
        assertThatThrownBy(() -> new Demote(A).from(alone)).isInstanceOf(RaftException.ChangeRefused.class);
    }

    @Test
    void thereAreOnlySoManyMembers() {
        Configuration full = Configuration.ofVoters(IntStream.range(0, Configuration.MAX_MEMBERS)
                .mapToObj(i -> member(NodeId.of("s" + i)))
                .toList());

        assertThatThrownBy(() -> new Add(member(D), false).from(full)).isInstanceOf(RaftException.ChangeRefused.class);
    }

    @Test
    void onlySoManyRemovedServersAreRemembered() {
        TreeSet<NodeId> removed = new TreeSet<>();
        for (int i = 0; i < Configuration.MAX_REMOVED; i++) {
            removed.add(NodeId.of("s" + i));
        }
        Configuration old = new Configuration(abc.members(), abc.voters(), new TreeSet<>(), new TreeSet<>(), removed);

        assertThat(new Remove(C).from(old).removed()).hasSize(Configuration.MAX_REMOVED);
    }

    @Test // scenario M6
    void aVoterIsReplacedThroughOneJointConfiguration() {
        Configuration withD = new Add(member(D), false).from(abc);
        Configuration target = replace(List.of(A, B, D)).from(withD);
        Configuration joint = withD.towards(target);

        assertThat(joint.voters()).containsExactly(A, B, D);
        assertThat(joint.outgoingVoters()).containsExactly(A, B, C);
        assertThat(joint.members().keySet()).as("c is still needed").containsExactly(A, B, C, D);
        assertThat(joint.hasRemoved(C)).isFalse();
        assertThat(joint.settled()).isEqualTo(target);
        assertThat(target.hasRemoved(C)).isTrue();
    }

    @Test
    void aDemotedVoterStaysAsALearner() {
        Configuration joint = abc.towards(new Demote(C).from(abc));

        assertThat(joint.isVoter(C)).isTrue();
        assertThat(joint.settled().contains(C)).isTrue();
        assertThat(joint.settled().isVoter(C)).isFalse();
        assertThat(joint.settled().removed()).isEmpty();
    }

    @Test
    void whoIsAddedAgainIsNoMoreRemoved() {
        Configuration without = new Remove(C).from(abc);

        assertThat(new Add(member(C), true).from(without).hasRemoved(C)).isFalse();
    }

    @Test
    void serversThatAreNewCatchUpBeforeTheyReplaceOthers() {
        Replace replace = replace(List.of(A, D), B);
        Configuration prepared = replace.preparation(abc).orElseThrow().from(abc);

        assertThat(prepared.voters()).isEqualTo(abc.voters());
        assertThat(prepared.contains(D)).isTrue();
        assertThat(prepared.promotable()).as("nobody promotes it in between").isEmpty();
        assertThat(replace.preparation(prepared)).isEmpty();
    }

    @Test
    void aChangeBeginsAndEndsOutsideAJointConfiguration() {
        Configuration joint = abc.towards(new Demote(C).from(abc));

        assertThatThrownBy(() -> joint.towards(abc)).isInstanceOf(IllegalArgumentException.class);
    }
}
