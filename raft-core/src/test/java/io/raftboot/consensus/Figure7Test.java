package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.entriesFrom;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Fixtures.noOp;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.votedFor;
import static io.raftboot.consensus.Fixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.LogEntry;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Figure 7: whatever a follower's log looks like when a leader comes to power, it ends up as the leader's. */
class Figure7Test {

    private static final long[] LEADER = {1, 1, 1, 4, 4, 5, 5, 6, 6, 6};

    static Stream<Arguments> followers() {
        return Stream.of(
                Arguments.of("a", log(1, 1, 1, 4, 4, 5, 5, 6, 6)),
                Arguments.of("b", log(1, 1, 1, 4)),
                Arguments.of("c", log(1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6)),
                Arguments.of("d", log(1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7)),
                Arguments.of("e", log(1, 1, 1, 4, 4, 4, 4)),
                Arguments.of("f", log(1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3)));
    }

    @ParameterizedTest(name = "({0})")
    @MethodSource("followers") // scenario R10; bugs G5, G17
    void theFollowersLogBecomesTheLeaders(String name, List<LogEntry> followersLog) {
        Server leader = Server.leader(voters(3), 8, log(LEADER));
        Server follower = Server.start(config(N2), persisted(voters(3), votedFor(8, N1), followersLog));

        int requests = converse(leader, follower);

        List<LogEntry> expected = new ArrayList<>(log(LEADER));
        expected.add(noOp(11, 8));
        assertThat(leader.log()).as("a leader changes nothing in its log").isEqualTo(expected);
        assertThat(follower.log()).as(name).isEqualTo(expected);
        assertThat(follower.committed).as("after the next heartbeat").isEqualTo(expected);
        assertThat(requests).as("messages to the follower").isLessThanOrEqualTo(5);
    }

    @Test // scenario R7: Backup
    void aHundredAndFiftyWrongEntriesAreBackedOverInAFewMessages() {
        List<LogEntry> leaders = new ArrayList<>(log(1));
        leaders.addAll(entriesFrom(2, LongStream.range(0, 150).map(i -> 3).toArray()));
        List<LogEntry> followers = new ArrayList<>(log(1));
        followers.addAll(entriesFrom(2, LongStream.range(0, 150).map(i -> 2).toArray()));
        Server leader = Server.leader(voters(3), 8, leaders);
        Server follower = Server.start(config(N2), persisted(voters(3), votedFor(8, N1), followers));

        assertThat(converse(leader, follower)).isLessThanOrEqualTo(4);
        assertThat(follower.log()).isEqualTo(leader.log());
    }

    @Test // scenario R7: terms that alternate cost an exchange per term, never one per entry
    void everyTermOfDifferenceCostsAtMostOneExchange() {
        List<LogEntry> leaders = new ArrayList<>(log(1));
        List<LogEntry> followers = new ArrayList<>(log(1));
        for (int i = 0; i < 6; i++) {
            long term = 2 + 2L * i;
            leaders.addAll(entriesFrom(
                    2 + 10L * i, LongStream.range(0, 10).map(j -> term).toArray()));
            followers.addAll(entriesFrom(
                    2 + 10L * i, LongStream.range(0, 10).map(j -> term + 1).toArray()));
        }
        Server leader = Server.leader(voters(3), 20, leaders);
        Server follower = Server.start(config(N2), persisted(voters(3), votedFor(20, N1), followers));

        assertThat(converse(leader, follower)).isLessThanOrEqualTo(6 + 3);
        assertThat(follower.log()).isEqualTo(leader.log());
    }

    @Test
    void aFollowerWithAnEmptyLogGetsEverything() {
        Server leader = Server.leader(voters(3), 8, log(LEADER));
        Server follower = Server.start(config(N2), persisted(voters(3), term(0), List.of()));

        assertThat(converse(leader, follower)).isLessThanOrEqualTo(3);
        assertThat(follower.log()).isEqualTo(leader.log());
    }

    /** Lets the leader talk with one follower until both have nothing to say, heartbeats included. @return its messages */
    private static int converse(Server leader, Server follower) {
        int requests = 0;
        for (int tick = 0; tick <= 2 * Fixtures.HEARTBEAT_TICKS; tick++) {
            List<Message> toFollower = sentTo(follower.id, leader.turn());
            while (!toFollower.isEmpty()) {
                requests += toFollower.size();
                assertThat(requests).as("messages to the follower").isLessThan(1000);
                List<Message> next = new ArrayList<>();
                for (Message message : toFollower) {
                    follower.answers(message).forEach(answer -> next.addAll(sentTo(follower.id, leader.step(answer))));
                }
                toFollower = next;
            }
            leader.consensus.tick();
        }
        return requests - 2;
    }

    private static List<Message> sentTo(NodeId to, Ready ready) {
        return ready.replicate().stream()
                .filter(message -> message.to().equals(to))
                .toList();
    }
}
