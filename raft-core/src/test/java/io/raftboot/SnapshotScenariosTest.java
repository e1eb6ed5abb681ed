package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.NodeId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that was away for longer than the others remember, on a bad network and with crashes. */
class SnapshotScenariosTest {

    private static final NodeId N1 = NodeId.of("n1");
    private static final NodeId N2 = NodeId.of("n2");
    private static final NodeId N3 = NodeId.of("n3");
    private static final String MEGABYTE = "x".repeat(1 << 20);

    @ParameterizedTest // scenario S3
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whoIsBehindGetsTheSnapshotThoughAThirdOfAllMessagesIsLost(long seed) {
        NodesOnOneThread nodes = withoutN3(seed);
        nodes.lostPercent = 33;
        nodes.write(25, "a");

        nodes.start(N3);

        nodes.until("agreement", nodes::agree);
        assertThat(nodes.status(N3).firstLogIndex()).isGreaterThan(1);
        assertThat(nodes.fetched).anyMatch(piece -> piece.startsWith("n3"));
    }

    @ParameterizedTest // scenarios S4, S5
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whoIsBehindGetsTheSnapshotThoughServersCrashAndMessagesAreLost(long seed) {
        Random random = new Random(seed);
        NodesOnOneThread nodes = withoutN3(seed);
        nodes.lostPercent = 20;
        nodes.write(12, "a");
        nodes.start(N3);
        for (int crash = 0; crash < 20; crash++) {
            nodes.write(random.nextInt(6), "b");
            NodeId victim = nodes.ids().get(random.nextInt(3));
            nodes.crash(victim);
            for (int moments = random.nextInt(60); moments > 0; moments--) {
                nodes.moment();
            }
            nodes.start(victim);
        }

        nodes.until("agreement", nodes::agree);
        assertThat(nodes.status(N3).firstLogIndex()).isGreaterThan(1);
        assertThat(nodes.fetched).isNotEmpty();
    }

    @Test // bug R33
    void aServerThatBeganWithASnapshotStartsAgainAndAgainAndGoesOn() {
        NodesOnOneThread nodes = withoutN3(1);
        nodes.write(25, "a");
        nodes.start(N3);
        nodes.until("the snapshot", nodes::agree);
        System.out.println("DEBUG " + nodes.status(N3) + nodes.fetched);

        for (int restart = 0; restart < 5; restart++) {
            nodes.crash(N3);
            nodes.write(1, "b");
            nodes.start(N3);
            nodes.until("agreement after a restart", nodes::agree);
        }
        assertThat(nodes.fetched).hasSize(1);
    }

    @Test // or a large state would be written once more as soon as it has arrived
    void behindASnapshotThatItWasGivenAServerTakesItsNextWhenTheOthersDo() {
        NodesOnOneThread nodes = withoutN3(1);
        nodes.write(25, "a");
        nodes.start(N3);
        nodes.until("the snapshot", nodes::agree);
        nodes.write(3, "b");
        nodes.until("agreement", nodes::agree);
        assertThat(nodes.ids()).allMatch(id -> nodes.status(id).snapshotIndex() == 20);

        nodes.write(1, "c");

        nodes.until(
                "the next snapshot",
                () -> nodes.ids().stream().allMatch(id -> nodes.status(id).snapshotIndex() == 30));
    }

    @Test // scenario S15
    void aNewLeaderFinishesWhatTheLastOneBegan() {
        NodesOnOneThread nodes = withoutN3(1);
        nodes.write(3, MEGABYTE.substring(1));
        nodes.write(16, "a");
        nodes.piecesLeft = 1;
        nodes.start(N3);
        nodes.until("a piece", () -> nodes.fetched.size() > 2);
        NodeId first = nodes.leader().orElseThrow();
        NodeId second = first.equals(N1) ? N2 : N1;
        nodes.crash(first);
        nodes.until("a new leader", () -> nodes.leader().isPresent());
        nodes.fetched.clear();

        nodes.piecesLeft = Integer.MAX_VALUE;

        nodes.until("the snapshot", nodes::agree);
        assertThat(nodes.leader()).contains(second);
        assertThat(nodes.fetched)
                .isEqualTo(
                        List.of("n3 from " + second + ": 1", "n3 from " + second + ": 2", "n3 from " + second + ": 3"));
        assertThat(nodes.status(N3).catchUp()).isEmpty();
    }

    /** Two of three servers. */
    private static NodesOnOneThread withoutN3(long seed) {
        NodesOnOneThread nodes = new NodesOnOneThread(seed, "n1", "n2", "n3");
        nodes.start(N1);
        nodes.start(N2);
        nodes.until("a leader", () -> nodes.leader().isPresent());
        return nodes;
    }
}
