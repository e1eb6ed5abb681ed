package io.raftboot.testkit;

import static io.raftboot.testkit.StateMachineContractTest.WordList.bytes;
import static io.raftboot.testkit.StateMachineContractTest.WordList.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.raftboot.model.Consistency;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftException.NotLeader;
import io.raftboot.model.RaftException.OutcomeUnknown;
import io.raftboot.model.RaftException.Stopped;
import io.raftboot.model.RaftRole;
import io.raftboot.model.Result;
import io.raftboot.spi.CommandContext;
import io.raftboot.testkit.StateMachineContractTest.WordList;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RaftTestClusterTest {

    private static final byte[] EVERYTHING = {};
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    private final RaftTestCluster<WordList> cluster = RaftTestCluster.of(3, WordList::new);

    @Test
    void aHealthyClusterAnswersWithoutTimePassing() {
        NodeId leader = cluster.awaitLeader();
        Instant before = cluster.now();

        assertThat(submit("a")).isEqualTo("1");
        assertThat(submit("b")).isEqualTo("2");
        assertThat(words()).isEqualTo("a,b");
        assertThat(cluster.now()).isEqualTo(before);

        assertThat(cluster.stateMachine(leader).words).containsExactly("a", "b");
        cluster.assertEqualStates(EVERYTHING);
        assertThat(others(leader))
                .allSatisfy(follower ->
                        assertThat(cluster.stateMachine(follower).words).containsExactly("a", "b"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, RaftTestCluster.MAX_SERVERS})
    void aClusterMayHaveOtherSizes(int size) {
        RaftTestCluster<WordList> other = RaftTestCluster.of(size, WordList::new);
        other.awaitLeader();

        assertThat(text(other.submit(bytes("a")))).isEqualTo("1");
        other.assertEqualStates(EVERYTHING);
        assertThat(other.servers()).hasSize(size).contains(NodeId.of("n" + size));
    }

    @Test
    void impossibleSizesAndUnknownNamesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RaftTestCluster.of(0, WordList::new));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RaftTestCluster.of(RaftTestCluster.MAX_SERVERS + 1, WordList::new));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cluster.crash(NodeId.of("n4")))
                .withMessageContaining("n4");
        assertThatIllegalArgumentException().isThrownBy(() -> cluster.partition(NodeId.of("n4")));
    }

    @Test
    void theSameTestDoesTheSameEveryTimeAndAnotherSeedSomethingElse() {
        assertThat(elections(7)).isEqualTo(elections(7)).isNotEqualTo(elections(8));
    }

    private static List<String> elections(long seed) {
        RaftTestCluster<WordList> other = RaftTestCluster.of(5, WordList::new, seed);
        List<String> story = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            NodeId leader = other.awaitLeader();
            story.add(other.now() + " " + other.status(leader));
            // Not a crash, which the others would notice: then their order decides, and not chance.
            other.partition(leader);
            other.elapse(Duration.ofSeconds(10));
            other.heal();
        }
        return story;
    }

    @Test
    void nobodyLeadsAtFirstAndACommandIsRefusedAsInReality() {
        assertThat(cluster.leader()).isEmpty();
        assertThatExceptionOfType(NotLeader.class)
                .isThrownBy(() -> submit("a"))
                .satisfies(refusal -> assertThat(refusal.leaderId()).isEmpty());
        assertThatExceptionOfType(NotLeader.class).isThrownBy(this::words);
    }

    @Test
    void aFollowerRefusesAndNamesTheLeader() {
        NodeId leader = cluster.awaitLeader();
        NodeId follower = others(leader).get(0);

        assertThatExceptionOfType(NotLeader.class)
                .isThrownBy(() -> cluster.submit(follower, bytes("a")))
                .satisfies(refusal -> assertThat(refusal.leaderId()).contains(leader));
        assertThat(cluster.query(follower, EVERYTHING, Consistency.LOCAL)).isEmpty();
    }

    @Test
    void theMinoritysLeaderDoesNotKnowWhatBecomesOfACommandAndTheMajorityGoesOn() {
        NodeId old = cluster.awaitLeader();
        cluster.partition(old);
        CompletableFuture<Result> caught = cluster.server(old).submit(bytes("lost"), Optional.empty());
        assertThatExceptionOfType(OutcomeUnknown.class).isThrownBy(() -> cluster.submit(old, bytes("lost too")));
        assertThat(caught).isCompletedExceptionally();

        NodeId next = cluster.awaitLeader();
        assertThat(next).isNotEqualTo(old);
        assertThat(submit("kept")).isEqualTo("1");
        assertThatExceptionOfType(NotLeader.class).isThrownBy(() -> cluster.submit(old, bytes("refused")));

        cluster.heal();
        cluster.assertEqualStates(EVERYTHING);
        assertThat(cluster.stateMachine(old).words).containsExactly("kept");
    }

    @Test
    void aLeaderIsOnlyAwaitedOnceAMajorityFollowsIt() {
        NodeId old = cluster.awaitLeader();
        cluster.partition(old);

        assertThat(cluster.leader()).contains(old);
        assertThat(cluster.awaitLeader()).isNotEqualTo(old);
    }

    @Test
    void withoutAMajorityThereIsNoLeaderHoweverLongOneWaits() {
        NodeId leader = cluster.awaitLeader();
        others(leader).forEach(cluster::crash);

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(cluster::awaitLeader)
                .withMessageContaining("no leader within PT30S")
                .withMessageContaining("crashed");
        assertThat(cluster.leader()).isEmpty();
    }

    @Test
    void aCrashLosesNothingThatWasAcknowledged() {
        for (int round = 1; round <= 10; round++) {
            NodeId leader = cluster.awaitLeader();
            assertThat(submit("w" + round)).isEqualTo("" + round);
            cluster.crash(leader);
            assertThat(cluster.awaitLeader()).isNotEqualTo(leader);
            assertThat(words()).endsWith("w" + round);
            cluster.restart(leader);
        }
        cluster.servers().forEach(cluster::crash);
        cluster.servers().forEach(cluster::restart);
        cluster.awaitLeader();
        cluster.assertEqualStates(EVERYTHING);
        assertThat(words()).isEqualTo("w1,w2,w3,w4,w5,w6,w7,w8,w9,w10");
    }

    @Test
    void aCrashLosesWhatNobodyHasAcknowledged() {
        NodeId leader = cluster.awaitLeader();
        CompletableFuture<Result> waiting = cluster.server(leader).submit(bytes("a"), Optional.empty());
        WordList before = cluster.stateMachine(leader);
        cluster.crash(leader);

        assertThat(waiting).failsWithin(Duration.ZERO).withThrowableThat().withCauseInstanceOf(Stopped.class);
        assertThatExceptionOfType(Stopped.class).isThrownBy(() -> cluster.submit(leader, bytes("a")));
        cluster.restart(leader);
        cluster.awaitLeader();
        cluster.assertEqualStates(EVERYTHING);
        assertThat(cluster.stateMachine(leader)).isNotSameAs(before);
        assertThat(words()).isEmpty();
    }

    @Test
    void aServerIsCrashedOrRunsAndNotBoth() {
        NodeId n1 = NodeId.of("n1");
        assertThatIllegalStateException().isThrownBy(() -> cluster.restart(n1));
        cluster.crash(n1);
        assertThatIllegalStateException().isThrownBy(() -> cluster.crash(n1));
        assertThatIllegalStateException().isThrownBy(() -> cluster.stateMachine(n1));

        cluster.servers().stream().filter(id -> !id.equals(n1)).forEach(cluster::crash);
        assertThatExceptionOfType(Stopped.class).isThrownBy(() -> submit("a"));
    }

    @Test
    void timePassesOnlyWhenItIsToldTo() {
        cluster.elapse(Duration.ZERO);
        Instant start = cluster.now();
        assertThat(cluster.leader()).isEmpty();

        cluster.elapse(Duration.ofMillis(1).plusNanos(1));
        assertThat(cluster.now()).isEqualTo(start.plusNanos(1_000_001));
        cluster.elapse(Duration.ofSeconds(10));
        assertThat(cluster.leader()).isPresent();
    }

    @Test
    void aCommandCarriesTheTimeOfTheCluster() {
        RaftTestCluster<WordList> clock = RaftTestCluster.of(3, () -> new WordList() {
            @Override
            public byte[] apply(CommandContext context, byte[] command) {
                return bytes(context.timestamp().toString());
            }
        });
        clock.awaitLeader();
        clock.elapse(Duration.ofMinutes(1).minusMillis(1));

        assertThat(text(clock.submit(EVERYTHING))).isEqualTo(clock.now().toString());
        clock.assertEqualStates();
    }

    @Test
    void aRequestThatNobodyAnswersEndsAtItsTimeLimit() {
        RaftTestCluster<WordList> two = RaftTestCluster.of(2, WordList::new);
        NodeId leader = two.awaitLeader();
        two.partition(leader);
        Instant before = two.now();

        assertThatExceptionOfType(OutcomeUnknown.class).isThrownBy(() -> two.submit(leader, bytes("a")));

        assertThat(two.now()).isBetween(before, before.plus(REQUEST_TIMEOUT).plusSeconds(1));
    }

    @Test
    void leadershipIsHandedOver() {
        NodeId leader = cluster.awaitLeader();
        NodeId target = others(leader).get(1);

        CompletableFuture<NodeId> successor = cluster.server(leader).transferLeadership(Optional.of(target));
        cluster.elapse(Duration.ZERO);

        assertThat(successor).isCompletedWithValue(target);
        assertThat(cluster.awaitLeader()).isEqualTo(target);
        assertThat(cluster.status(leader).role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test
    void whatAQuestionThrowsReachesWhoAsked() {
        RaftTestCluster<WordList> refusing = RaftTestCluster.of(3, () -> new WordList() {
            @Override
            public byte[] query(byte[] query) {
                throw new IllegalArgumentException("no such question");
            }
        });
        refusing.awaitLeader();

        assertThatIllegalArgumentException().isThrownBy(() -> refusing.query(EVERYTHING));
    }

    @Test
    void serversThatDoNotCatchUpAreNotCalledEqual() {
        cluster.awaitLeader();
        NodeId lagging = others(cluster.awaitLeader()).get(0);
        cluster.partition(lagging);
        submit("a");

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(cluster::assertEqualStates)
                .withMessageContaining("not all is applied everywhere")
                .withMessageContaining(lagging.value());
    }

    @Test
    void clientsOfAPartitionedClusterSeeALinearizableHistory() {
        History history = new History();
        for (int round = 1; round <= 60; round++) {
            NodeId server = cluster.servers().get(round % 3);
            if (round % 7 == 0) {
                cluster.partition(server);
            } else if (round % 7 == 4) {
                cluster.heal();
            }
            call(history, round, round % 2 == 0 ? cluster.leader().orElse(server) : server);
            cluster.elapse(Duration.ofMillis(300));
        }
        assertThat(history.operations("words"))
                .filteredOn(Operation::isAnswered)
                .hasSizeGreaterThan(10);
        assertThat(history.check()).isEmpty();
    }

    /** Adding a word is an increment of their number, and a question reads it. */
    private void call(History history, int round, NodeId server) {
        boolean isRead = round % 4 < 2;
        Operation call = history.begin(isRead ? Operation.Kind.READ : Operation.Kind.INCREMENT, "words", 0);
        try {
            String answer = isRead
                    ? text(cluster.query(server, EVERYTHING, Consistency.LINEARIZABLE))
                    : text(cluster.submit(server, bytes("w" + round)));
            history.answer(call, isRead ? count(answer) : Long.parseLong(answer));
        } catch (RaftException e) {
            if (e.outcome() == RaftException.Outcome.NOT_APPLIED) {
                history.remove(call);
            }
        }
    }

    private static long count(String words) {
        return words.isEmpty() ? 0 : words.split(",").length;
    }

    private String submit(String word) {
        return text(cluster.submit(bytes(word)));
    }

    private String words() {
        return text(cluster.query(EVERYTHING));
    }

    private List<NodeId> others(NodeId server) {
        return cluster.servers().stream().filter(id -> !id.equals(server)).toList();
    }
}
