package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who is taken for the one that bears a name. */
class BearersTest {

    private static final NodeId N3 = NodeId.of("n3");

    private static SortedMap<NodeId, Bearer> n3(String incarnation, long since) {
        return new TreeMap<>(Map.of(N3, new Bearer(incarnation, since)));
    }

    @Test
    void whoWasHeardOfFirstStaysWhoeverIsMetLater() {
        assertThat(Bearers.NOBODY.told(n3("a", 0)).met(N3, "b").of(N3)).contains(new Bearer("a", 0));
        assertThat(Bearers.NOBODY.met(N3, "a").told(n3("b", 0)).of(N3)).contains(new Bearer("a", 0));
        assertThat(Bearers.NOBODY.told(n3("a", 0)).told(n3("b", 0)).of(N3)).contains(new Bearer("a", 0));
    }

    @Test // scenario M15: it was away while n3 was removed and added again
    void whoCameAfterARemovalTakesThePlaceOfTheOneBefore() {
        assertThat(Bearers.NOBODY.met(N3, "a").told(n3("b", 9)).of(N3)).contains(new Bearer("b", 9));
        assertThat(Bearers.NOBODY.told(n3("b", 9)).told(n3("a", 0)).of(N3)).contains(new Bearer("b", 9));
    }

    @Test
    void theNameOfARemovedServerIsFreeForTheNextOneAndNotForTheOneBefore() {
        Bearers free = Bearers.NOBODY.met(N3, "a").without(List.of(N3), 9);

        assertThat(free.of(N3)).isEmpty();
        assertThat(free.told(n3("a", 0)).of(N3))
                .as("from a server that missed the removal")
                .isEmpty();
        assertThat(free.told(n3("b", 9)).of(N3)).contains(new Bearer("b", 9));
        assertThat(free.met(N3, "b").of(N3)).contains(new Bearer("b", 9));
        assertThat(free.met(N3, "b").vacant()).isEmpty();
    }

    @Test
    void aRemovalCountsAlsoWhereTheServerWasNeverMet() {
        assertThat(Bearers.NOBODY.without(List.of(N3), 9).met(N3, "b").of(N3)).contains(new Bearer("b", 9));
    }

    @Test // a server that catches up hears of the new one first, and sees the removal of the old one then
    void aRemovalThatIsSeenLateDoesNotConcernWhoCameAfterIt() {
        Bearers known = Bearers.NOBODY.met(N3, "a").told(n3("b", 9));

        assertThat(known.without(List.of(N3), 9).of(N3)).contains(new Bearer("b", 9));
        assertThat(known.without(List.of(N3), 20).of(N3))
                .as("removed once more")
                .isEmpty();
    }

    @Test
    void aRemovalThatIsSeenAgainIsTheSame() {
        Bearers free = Bearers.NOBODY.met(N3, "a").without(List.of(N3), 9);

        assertThat(free.without(List.of(N3), 12)).isEqualTo(free);
    }

    @Test
    void ofTooManyNamesTheOnesThatWereFreeLongestAreForgotten() {
        Bearers known = Bearers.NOBODY.met(N3, "a");
        for (int i = 1; i <= Bearers.MAX_NAMES; i++) {
            known = known.without(List.of(NodeId.of("gone" + i)), i);
        }

        assertThat(known.present()).hasSize(1);
        assertThat(known.vacant()).hasSize(Bearers.MAX_NAMES - 1).doesNotContainKey(NodeId.of("gone1"));
    }

    @Test
    void ofMoreThanTheMostNamesNothingIsLearnt() {
        SortedMap<NodeId, Bearer> many = new TreeMap<>();
        for (int i = 0; i < Bearers.MAX_NAMES; i++) {
            many.put(NodeId.of("s" + i), new Bearer("a", 0));
        }
        Bearers full = Bearers.NOBODY.told(many);

        assertThat(full.present()).hasSize(Bearers.MAX_NAMES);
        assertThat(full.told(n3("a", 0))).isEqualTo(full);
        assertThat(full.told(new TreeMap<>(Map.of(NodeId.of("s1"), new Bearer("b", 9))))
                        .of(NodeId.of("s1")))
                .as("who is known already may be followed by another")
                .contains(new Bearer("b", 9));
    }
}
