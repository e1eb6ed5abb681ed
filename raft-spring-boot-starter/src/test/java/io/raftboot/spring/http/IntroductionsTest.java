package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.raftboot.model.NodeId;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer is told of whom this server knows, and how it is written down. */
class IntroductionsTest {

    private static final NodeId SELF = NodeId.of("z");

    private final Introductions introductions = new Introductions(SELF);

    private static SortedMap<NodeId, Bearer> servers(int count) {
        SortedMap<NodeId, Bearer> servers = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            servers.put(NodeId.of("s" + i), new Bearer("first", i));
        }
        return servers;
    }

    @Test
    void whatWasTakenInIsNotSaidAgainAndWhatWasNotIs() {
        SortedMap<NodeId, Bearer> known = servers(3);
        Introduced first = introductions.next(known);
        assertThat(first.bearers()).isEqualTo(known);
        assertThat(introductions.next(known)).isEqualTo(first);

        introductions.taken(first);
        assertThat(introductions.next(known).isEmpty()).isTrue();

        known.put(NodeId.of("s1"), new Bearer("second", 9));
        assertThat(introductions.next(known).bearers()).containsOnlyKeys(NodeId.of("s1"));
        introductions.beginAgain();
        assertThat(introductions.next(known).bearers()).isEqualTo(known);
    }

    @Test
    void moreThanFitIntoACallFollowWithTheNextAndTheCallerIsAmongTheFirst() {
        SortedMap<NodeId, Bearer> known = servers(Introduced.MAX_BEARERS + 1);
        known.put(SELF, new Bearer("first", 9));

        Introduced first = introductions.next(known);
        assertThat(first.bearers()).hasSize(Introduced.MAX_BEARERS).containsKey(SELF);
        introductions.taken(first);
        Introduced second = introductions.next(known);
        assertThat(second.bearers()).hasSize(2);
        introductions.taken(second);
        assertThat(introductions.next(known).isEmpty()).isTrue();
    }

    @Test
    void whatIsWrittenIsRead() {
        Introduced two = new Introduced(servers(2));

        assertThat(two.text()).isEqualTo("s0 first 0 s1 first 1");
        assertThat(Introduced.read(two.text())).isEqualTo(two);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n3",
                "n3 a",
                "n3 a -1",
                "n3 a x",
                "n3  0",
                "n/3 a 0",
                "n3 a 0 ",
                "n3 a 0 n3 b 0",
                "n3 a 0 n4",
                "n3 a 9999999999999999999",
                "n3 \u00e4 0"
            })
    void whatNobodyWroteIsNotRead(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Introduced.read(text));
    }

    @Test
    void moreThanTheMostServersInOneCallAreNotRead() {
        String most = new Introduced(servers(Introduced.MAX_BEARERS)).text();

        assertThat(Introduced.read(most).bearers()).hasSize(Introduced.MAX_BEARERS);
        assertThatIllegalArgumentException().isThrownBy(() -> Introduced.read(most + " n3 a 0"));
    }
}
