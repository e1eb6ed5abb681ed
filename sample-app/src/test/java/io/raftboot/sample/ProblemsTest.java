package io.raftboot.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of errors of the contract, line by line. */
class ProblemsTest {

    private static final NodeId LEADER = new NodeId("n3");

    private static RunningStore store;

    /** How a failure is answered. */
    private record Expected(RaftException failure, int status, boolean retryAfter, String outcome) {}

    static List<Expected> failures() {
        return List.of(
                new Expected(new RaftException.NotLeader(Optional.of(LEADER)), 503, true, "not-applied"),
                new Expected(new RaftException.NotLeader(Optional.empty()), 503, true, "not-applied"),
                new Expected(new RaftException.Stopped("stopping"), 503, true, "not-applied"),
                new Expected(new RaftException.Overloaded("too much is waiting"), 429, true, "not-applied"),
                new Expected(RaftException.Overloaded.diskFull("no room"), 507, true, "not-applied"),
                new Expected(new RaftException.OutcomeUnknown("leadership was lost"), 504, false, "unknown"),
                new Expected(new RaftException.CommandTooLarge(2, 1), 413, false, "not-applied"),
                new Expected(new RaftException.ChangeRefused("another change runs"), 409, false, "not-applied"),
                new Expected(new RaftException.UnknownMember(LEADER), 404, false, "not-applied"),
                new Expected(new RaftException.HistoryGone(1, 2), 410, false, "not-applied"),
                new Expected(new RaftException.RequestIdConflict(), 422, false, "not-applied"),
                new Expected(new RaftException.ResultForgotten(), 410, false, "applied"));
    }

    @BeforeAll
    static void start() {
        store = RunningStore.start();
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @BeforeEach
    void leaderIsKnown() {
        store.cluster().leader(Optional.of(LEADER));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureIsAnsweredWithItsCodeItsOutcomeAndTheLeader(Expected expected) {
        store.cluster().failWith(expected.failure());

        for (HttpResponse<String> answer : everyCall()) {
            assertThat(answer.statusCode()).isEqualTo(expected.status());
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(expected.retryAfter());
            assertThat(answer.body())
                    .contains("\"outcome\":\"" + expected.outcome() + "\"")
                    .contains("\"leaderId\":\"n3\"")
                    .contains(String.valueOf(expected.failure().getMessage()));
        }
    }

    @Test
    void everyKindOfFailureIsInTheTable() {
        // What a change of the members may fail with, no command does.
        Stream<String> inTheTable = Stream.concat(
                failures().stream().map(row -> row.failure().getClass().getName()),
                Stream.of(RaftException.ChangeRefused.class.getName(), RaftException.UnknownMember.class.getName()));

        assertThat(Stream.of(RaftException.class.getPermittedSubclasses()).map(Class::getName))
                .allMatch(inTheTable.collect(Collectors.toSet())::contains);
    }

    @Test
    void theLeaderIsLeftOutWhereNobodyKnowsIt() {
        store.cluster().leader(Optional.empty());
        store.cluster().failWith(new RaftException.NotLeader(Optional.empty()));

        assertThat(store.get("/kv/a").body()).doesNotContain("leaderId");
    }

    @Test
    void theServerThatRefusedKnowsTheLeaderBetter() {
        store.cluster().failWith(new RaftException.NotLeader(Optional.of(new NodeId("n9"))));

        assertThat(store.get("/kv/a").body()).contains("\"leaderId\":\"n9\"");
    }

    @Test
    void aFailureThatWasHandedOnIsAnsweredAlike() {
        store.cluster().failWith(new CompletionException(new RaftException.Overloaded("too much is waiting")));

        assertThat(store.put("/kv/a", "1").statusCode()).isEqualTo(429);
    }

    @Test
    void whatNobodyHasForeseenHasAnUnknownOutcome() {
        store.cluster().failWith(new IllegalStateException("a defect"));

        HttpResponse<String> answer = store.put("/kv/a", "1");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("\"outcome\":\"unknown\"").doesNotContain("a defect");
    }

    @Test
    void whatHasNotEndedByItselfHasAnUnknownOutcome() {
        store.cluster().failWith(new CompletionException(new TimeoutException()));

        HttpResponse<String> answer = store.put("/kv/a", "1");

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).contains("\"outcome\":\"unknown\"").contains("no answer in time");
    }

    private static List<HttpResponse<String>> everyCall() {
        return List.of(
                store.put("/kv/a", "1"),
                store.get("/kv/a"),
                store.get("/kv"),
                store.delete("/kv/a"),
                store.post("/kv/a/increment"));
    }
}
