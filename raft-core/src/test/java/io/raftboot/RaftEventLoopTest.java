package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.consensus.Ready;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.RequestVoteReply;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The order in which a turn does things, and who gets which answer. */
class RaftEventLoopTest {

    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");
    private static final Duration TWO_ELECTION_TIMEOUTS = Duration.ofSeconds(2);

    @Test
    void aClusterOfOneLeadsAndAnswersOnceTheCommandIsWrittenAndApplied() {
        LoopUnderTest server = new LoopUnderTest("n1");
        server.pass(TWO_ELECTION_TIMEOUTS);
        server.deeds.clear();

        CompletableFuture<Result> result = server.submit("a");

        assertThat(server.deeds).containsExactly("write [2:1 command[1]]");
        assertThat(result).isCompletedWithValue(new Result(2, 1, "1".getBytes(UTF_8)));
        assertThat(server.read("")).isCompletedWithValue(new Result(2, 1, "a".getBytes(UTF_8)));
    }

    @Test
    void moreThanIsAppliedAtATimeIsNotLeftToTheNextTick() {
        LoopUnderTest server = new LoopUnderTest("n1");
        server.pass(TWO_ELECTION_TIMEOUTS);
        List<CompletableFuture<Result>> results = new ArrayList<>();
        for (int i = 0; i <= Ready.MAX_APPLYING_ENTRIES; i++) {
            results.add(new CompletableFuture<>());
        }

        server.turn(results.stream()
                .map(result -> new Input.Command(result, Optional.empty(), new byte[0]))
                .toArray(Input[]::new));
        assertThat(results.stream().filter(CompletableFuture::isDone)).hasSize(Ready.MAX_APPLYING_ENTRIES);
        assertThat(server.wakes).isEqualTo(1);

        server.turn(new Input.Applied());
        assertThat(results).allMatch(CompletableFuture::isDone);
        assertThat(server.wakes).isEqualTo(1);
    }

    // bug R1, scenario P3
    @Test
    void theOwnVoteIsOnDiskBeforeAnybodyIsAskedForTheirs() {
        LoopUnderTest server = new LoopUnderTest("n1", "n2", "n3");
        electButForTheLastVote(server);

        assertThat(server.deeds)
                .containsSubsequence("write term 1[]", "send RequestVote to n2", "send RequestVote to n3");
    }

    // bug R1, scenario P4
    @Test
    void aVoteThatCannotBeWrittenIsNotGiven() {
        LoopUnderTest server = new LoopUnderTest("n1", "n2", "n3");
        server.diskFails = true;

        assertThatThrownBy(() -> server.receive(new RequestVote(N2, N1, 1, 1, 0, 0, false, false)))
                .hasMessage("the disk fails");
        assertThat(server.sent).isEmpty();
    }

    // thesis §10.2.1
    @Test
    void theLeaderReplicatesBeforeItWritesAndRepliesAfterwards() {
        LoopUnderTest server = leader();
        answerAppends(server);
        server.deeds.clear();

        assertThat(server.submit("a")).isNotDone();

        assertThat(server.deeds).first().asString().isEqualTo("send AppendEntries to n2");
        assertThat(server.deeds).contains("write [2:1 command[1]]");
        assertThat(server.deeds.indexOf("write [2:1 command[1]]")).isGreaterThan(0);
    }

    @Test
    void aFollowerAnswersOnlyWhatIsOnItsDisk() {
        LoopUnderTest server = new LoopUnderTest("n1", "n2", "n3");

        server.receive(new AppendEntries(N2, N1, 1, 1, 0, 0, List.of(new LogEntry.NoOp(1, 1)), 0));

        assertThat(server.deeds.subList(0, 2))
                .containsExactly("write term 1[1:1 no-op]", "send AppendEntriesReply to n2");
    }

    @Test
    void aSilentLeaderIsLookedForOnceInAHeartbeatIntervalAndNotBeforeItHasMissedTwo() {
        LoopUnderTest server = new LoopUnderTest("n1", "n2", "n3");
        server.receive(new AppendEntries(N2, N1, 1, 1, 0, 0, List.of(), 0));
        server.pass(Duration.ofMillis(200));
        assertThat(server.deeds).doesNotContain("probe n2");

        server.pass(Duration.ofMillis(300));

        assertThat(server.deeds.stream().filter("probe n2"::equals)).hasSize(3);
    }

    // bug G12, scenario C6
    @Test
    void aCommandThatWaitsWhenLeadershipIsLostHasAnUnknownOutcomeAndAReadHasNone() {
        LoopUnderTest server = leader();
        CompletableFuture<Result> command = server.submit("a");
        CompletableFuture<Result> read = server.read("");

        server.receive(new AppendEntries(N2, N1, 2, 1, 0, 0, List.of(), 0));

        assertThat(failure(command)).isInstanceOf(RaftException.OutcomeUnknown.class);
        assertThat(failure(read))
                .isInstanceOfSatisfying(
                        RaftException.NotLeader.class,
                        e -> assertThat(e.leaderId()).contains(N2));
    }

    // bug R52
    @Test
    void nobodyGetsTheAnswerToAnothersEntry() {
        LoopUnderTest server = leader();
        CompletableFuture<Result> mine = server.submit("mine");

        LogEntry theirs = new LogEntry.Command(2, 2, 0, Optional.empty(), "theirs".getBytes(UTF_8));
        server.receive(new AppendEntries(N2, N1, 2, 1, 1, 1, List.of(theirs), 2));

        assertThat(failure(mine)).isInstanceOf(RaftException.OutcomeUnknown.class);
        assertThat(server.state.applied().index()).isEqualTo(2);
    }

    @Test
    void aCommandThatWasGivenUpInTheInboxIsNotBegun() {
        LoopUnderTest server = leader();
        CompletableFuture<Result> givenUp = CompletableFuture.failedFuture(new RaftException.OutcomeUnknown("late"));

        server.turn(new Input.Command(givenUp, Optional.empty(), new byte[0]));

        assertThat(server.loop.view().last().index()).isEqualTo(1);
    }

    @Test
    void aFollowerRefusesCommandsAndReadsAndNamesTheLeader() {
        LoopUnderTest server = new LoopUnderTest("n1", "n2", "n3");
        server.receive(new AppendEntries(N2, N1, 1, 1, 0, 0, List.of(), 0));

        for (CompletableFuture<Result> refused : List.of(server.submit("a"), server.read(""))) {
            assertThat(failure(refused))
                    .isInstanceOfSatisfying(
                            RaftException.NotLeader.class,
                            e -> assertThat(e.leaderId()).contains(N2));
        }
    }

    @Test
    void aPauseStartsNoElectionWhileHeartbeatsWaitInTheInbox() {
        LoopUnderTest server = new LoopUnderTest("n1", "n2", "n3");
        server.receive(new AppendEntries(N2, N1, 1, 1, 0, 0, List.of(), 0));

        server.ticker.advance(Duration.ofMinutes(1));
        server.receive(new AppendEntries(N2, N1, 1, 2, 0, 0, List.of(), 0));

        assertThat(server.loop.view().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.loop.view().leaderId()).contains(N2);
    }

    @Test
    void aPauseOfAMinuteCountsAsOneHeartbeatInterval() {
        LoopUnderTest server = new LoopUnderTest("n1", "n2", "n3");

        server.ticker.advance(Duration.ofMinutes(1));
        server.turn();

        assertThat(server.loop.view().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test
    void aStateMachineThatThrowsStopsTheServer() {
        LoopUnderTest server = new LoopUnderTest("n1");
        server.pass(TWO_ELECTION_TIMEOUTS);
        assertThat(server.submit("a")).isCompleted();

        CompletableFuture<Result> failing = server.submit("fail");

        assertThatThrownBy(server::turn)
                .hasMessageContaining("the state machine failed")
                .hasMessageContaining("asked to fail");
        assertThat(failing).isNotCompletedExceptionally();
        assertThat(server.state.applied().index()).isEqualTo(2);
    }

    @Test
    void aQueryThatTheStateMachineRefusesGoesBackToWhoAskedAndStopsNobodyElse() {
        LoopUnderTest server = new LoopUnderTest("n1");
        server.pass(TWO_ELECTION_TIMEOUTS);

        assertThat(failure(server.read("fail"))).hasMessage("no such query");
        assertThat(server.submit("a")).isCompleted();
    }

    @Test
    void theNetworkIsToldTheMembersOfTheConfigurationInForce() {
        LoopUnderTest server = new LoopUnderTest("n1", "n2", "n3");

        server.turn();

        assertThat(server.deeds).containsExactly("connect voters[n1, n2, n3]");
    }

    @Test
    void aTransferEndsWithTheServerThatLeadsThen() {
        LoopUnderTest server = leader();
        answerAppends(server);
        CompletableFuture<NodeId> successor = new CompletableFuture<>();
        long deadline = server.ticker.nanoTime() + Duration.ofSeconds(5).toNanos();

        server.turn(new Input.Transfer(Optional.of(N2), successor, deadline));
        assertThat(server.sent).last().isInstanceOf(Message.TimeoutNow.class);
        assertThat(successor).isNotDone();
        server.receive(new AppendEntries(N2, N1, 2, 1, 1, 1, List.of(), 0));

        assertThat(successor).isCompletedWithValue(N2);
    }

    private static LoopUnderTest leader() {
        LoopUnderTest server = new LoopUnderTest("n1", "n2", "n3");
        electButForTheLastVote(server);
        grant(server, false);
        assertThat(server.loop.view().role()).isEqualTo(RaftRole.LEADER);
        return server;
    }

    private static void electButForTheLastVote(LoopUnderTest server) {
        server.pass(TWO_ELECTION_TIMEOUTS);
        grant(server, true);
    }

    private static void grant(LoopUnderTest server, boolean preVote) {
        RequestVote request = server.sent.stream()
                .filter(RequestVote.class::isInstance)
                .map(RequestVote.class::cast)
                .filter(rpc -> rpc.preVote() == preVote && rpc.to().equals(N2))
                .reduce((first, last) -> last)
                .orElseThrow();
        long term = preVote ? request.term() - 1 : request.term();
        server.receive(new RequestVoteReply(N2, N1, term, request.round(), preVote, true));
    }

    /** n2 answers that it has everything it was sent. */
    private static void answerAppends(LoopUnderTest server) {
        List<AppendEntries> requests = server.sent.stream()
                .filter(AppendEntries.class::isInstance)
                .map(AppendEntries.class::cast)
                .filter(rpc -> rpc.to().equals(N2))
                .toList();
        server.sent.clear();
        requests.forEach(rpc -> server.receive(AppendEntriesReply.accepted(rpc, rpc.term())));
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return future.handle((value, failure) -> failure).join();
    }
}
