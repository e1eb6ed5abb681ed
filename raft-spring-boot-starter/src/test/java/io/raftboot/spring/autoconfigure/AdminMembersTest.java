package io.raftboot.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.spring.AdminAnswer;
import io.raftboot.spring.FakeLeaderCalls;
import io.raftboot.spring.Statuses;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators may ask of the members and of the leader (API.md §3). */
class AdminMembersTest {

    private static final String N4 = "{\"id\":\"n4\",\"url\":\"http://127.0.0.1:8084\",\"role\":\"VOTER\"}";

    private static TestApp app;

    @BeforeAll
    static void start() {
        app = TestApp.run(TestApp.Base.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void beginAnew() {
        app.server().status = Statuses.leader();
        app.server().outlook = new ChangeOutlook(true, true, "enough voters answer", 3, 2, 1, 3);
        app.server().change = CompletableFuture.completedFuture(null);
        app.server().handover = CompletableFuture.completedFuture(NodeId.of("n2"));
        app.server().calls.clear();
        calls().calls.clear();
        calls().invitation = CompletableFuture.completedFuture(null);
    }

    private static FakeLeaderCalls calls() {
        return app.context().getBean(FakeLeaderCalls.class);
    }

    private static HttpResponse<String> send(String method, String path, String body) throws Exception {
        return app.send(app.request(method, "/raft/admin" + path)
                .method(method, BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void aServerIsInvitedAndThenAdded() throws Exception {
        HttpResponse<String> answer = send("POST", "/members", N4);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("{\"members\":[{\"id\":\"n1\"");
        assertThat(calls().calls).containsExactly("invite n4=http://127.0.0.1:8084 behind 42");
        assertThat(app.server().calls).containsExactly("Add[member=n4=http://127.0.0.1:8084, toVote=true]");
    }

    @Test
    void aServerThatCannotBeAddedIsNotAdded() throws Exception {
        calls().invitation = CompletableFuture.failedFuture(new RaftException.ChangeRefused("n4 does not answer"));

        HttpResponse<String> answer = send("POST", "/members", N4);

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).contains("n4 does not answer", "\"outcome\":\"not-applied\"");
        assertThat(app.server().calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DELETE | /members/n2 | Remove[id=n2]",
                "POST | /members/n2/promote | Promote[id=n2]",
                "POST | /members/n2/demote | Demote[id=n2]"
            })
    void oneMemberIsChanged(String method, String path, String change) throws Exception {
        assertThat(send(method, path, "").statusCode()).isEqualTo(200);
        assertThat(app.server().calls).containsExactly(change);
    }

    @Test
    void theWholeClusterIsReplacedAtOnceAndNewServersAreInvited() throws Exception {
        String body = "{\"members\":[{\"id\":\"n1\",\"url\":\"http://127.0.0.1:1\",\"role\":\"VOTER\",\"lag\":0}," + N4
                + "]}";

        assertThat(send("PUT", "/members", body).statusCode()).isEqualTo(200);
        assertThat(calls().calls).containsExactly("invite n4=http://127.0.0.1:8084 behind 42");
        assertThat(app.server().calls)
                .singleElement()
                .asString()
                .startsWith("Replace[")
                .contains("voters=[n1, n4]");
    }

    @Test
    void aDryRunChangesNothing() throws Exception {
        app.server().outlook = new ChangeOutlook(false, true, "n4 has not caught up", 4, 3, 1, 2);

        HttpResponse<String> answer = send("POST", "/members?dryRun=true", N4);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"safe\":false,\"reason\":\"n4 has not caught up\",\"voters\":4,\"quorum\":3,"
                        + "\"failuresTolerated\":1,\"reachableVoters\":2}");
        assertThat(app.server().calls).isEmpty();
        assertThat(calls().calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?dryRun", "?dryRun=", "?dryRun=false&dryRun=true", "?force", "?dryRun=yes"})
    void whatMayBeMeantForADryRunChangesNothing(String query) throws Exception {
        assertThat(send("DELETE", "/members/n2" + query, "").statusCode()).isEqualTo(400);
        assertThat(send("POST", "/leader" + query, "").statusCode()).isEqualTo(400);
        assertThat(app.server().calls).isEmpty();
    }

    @Test // curl says so of its own accord, and Spring's filter for forms reads the body of a PUT
    void aBodyThatIsTakenForAFormIsRefusedWithTheTypeItShouldHave() throws Exception {
        HttpResponse<String> answer = app.send(app.request("PUT", "/raft/admin/members")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .method("PUT", BodyPublishers.ofString("{\"members\":[]}"))
                .build());

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("application/json");
    }

    @Test // bug R49
    void aChangeThatIsNotSafeIsRefusedUnlessItIsForced() throws Exception {
        app.server().outlook = new ChangeOutlook(false, true, "only 1 answers", 2, 2, 0, 1);

        HttpResponse<String> refused = send("DELETE", "/members/n2", "");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("only 1 answers");
        assertThat(send("DELETE", "/members/n2?force=true", "").statusCode()).isEqualTo(200);
        assertThat(app.server().calls).containsExactly("Remove[id=n2] forced");
    }

    @Test
    void whatCouldLoseDataIsNotEvenForced() throws Exception {
        app.server().outlook = new ChangeOutlook(false, false, "another change is in progress", 3, 2, 1, 3);

        assertThat(send("DELETE", "/members/n2?force=true", "").statusCode()).isEqualTo(409);
        assertThat(app.server().calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | 400",
                "null | 400",
                "{} | 400",
                "{\"id\":\"n4\"} | 400",
                "{\"id\":\"n4\",\"url\":\"http://127.0.0.1:1\",\"role\":\"KING\"} | 400",
                "{\"id\":\"n/4\",\"url\":\"http://127.0.0.1:1\"} | 422",
                "{\"id\":\"n4\",\"url\":\"ftp://127.0.0.1:1\"} | 422",
                "{\"id\":\"n4\",\"url\":\"http://u:p@127.0.0.1:1\"} | 422",
                "{\"id\":\"n4\",\"url\":\"http://169.254.169.254\"} | 422",
                "{\"id\":\"n4\",\"url\":\"http://[fe80::1]:80\"} | 422",
                "{\"id\":\"n4\",\"url\":\"not a url\"} | 422",
                "{\"id\":\"n4\",\"url\":\"http://10.0.0.4:8080\"} | 422"
            })
    void whatIsMalformedOrNotAllowedIsRefused(String body, int status) throws Exception { // threat S12
        HttpResponse<String> answer = send("POST", "/members", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(app.server().calls).isEmpty();
    }

    @Test
    void aBodyIsOnlySoLong() throws Exception {
        assertThat(send("POST", "/members", " ".repeat(70_000)).statusCode()).isEqualTo(413);
    }

    @Test // scenario T1
    void leadershipIsHandedOver() throws Exception {
        HttpResponse<String> answer = send("POST", "/leader", "{\"target\":\"n2\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"leaderId\":\"n2\"}");
        assertThat(send("POST", "/leader", "").statusCode()).isEqualTo(200);
    }

    @Test
    void whetherLeadershipCanBeHandedOverDependsOnWhoIsWithinReach() throws Exception {
        String dryRun = "/leader?dryRun=true";
        String toN1 = "{\"target\":\"n1\"}";
        String toN2 = "{\"target\":\"n2\"}";
        assertThat(send("POST", dryRun, toN2).body())
                .startsWith("{\"safe\":true,\"reason\":\"leadership would go to n2\"");
        assertThat(send("POST", dryRun, "").body()).startsWith("{\"safe\":true");

        app.server().status = Statuses.leaderOfUnreachable();
        assertThat(send("POST", dryRun, toN2).body())
                .startsWith("{\"safe\":false")
                .contains("within reach");
        assertThat(send("POST", dryRun, "").body()).startsWith("{\"safe\":false");
        assertThat(send("POST", dryRun, toN1).body()).as("it leads already").startsWith("{\"safe\":true");

        app.server().status = Statuses.alone();
        assertThat(send("POST", dryRun, "").body()).startsWith("{\"safe\":true");
        assertThat(app.server().calls).isEmpty();
    }

    @Test // scenario T3
    void onlyAVoterCanTakeTheLeadership() throws Exception {
        assertThat(send("POST", "/leader", "{\"target\":\"n9\"}").statusCode()).isEqualTo(404);
        app.server().handover = CompletableFuture.completedFuture(NodeId.of("n1"));
        assertThat(send("POST", "/leader", "{\"target\":\"n1\"}").statusCode()).isEqualTo(200);
        HttpResponse<String> kept = send("POST", "/leader", "{\"target\":\"n2\"}");
        assertThat(kept.statusCode()).isEqualTo(409);
        assertThat(kept.body()).contains("n1 leads");
        app.server().handover = CompletableFuture.completedFuture(NodeId.of("n3"));
        HttpResponse<String> third = send("POST", "/leader", "{\"target\":\"n2\"}");
        assertThat(third.statusCode()).isEqualTo(409);
        assertThat(third.body()).contains("n3 leads");
    }

    @Test
    void whatAFollowerIsAskedTheLeaderAnswers() throws Exception {
        app.server().status = Statuses.follower();
        calls().adminAnswer = CompletableFuture.completedFuture(new AdminAnswer(409, "{\"status\":409}"));

        HttpResponse<String> answer = send("DELETE", "/members/n1", "");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).isEqualTo("{\"status\":409}");
        assertThat(calls().calls).containsExactly("administer n2=http://n2:8080 DELETE /members/n1");
    }

    @Test
    void withoutALeaderNobodyChangesAnything() throws Exception {
        app.server().status = Statuses.leaderless();

        HttpResponse<String> answer = send("DELETE", "/members/n1", "");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("\"outcome\":\"not-applied\"");
    }

    @Test
    void anUnknownOutcomeIsSaidToBeUnknown() throws Exception {
        app.server().change = CompletableFuture.failedFuture(new RaftException.OutcomeUnknown("leadership was lost"));

        HttpResponse<String> answer = send("DELETE", "/members/n2", "");

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).contains("\"outcome\":\"unknown\"");
    }

    @Test
    void anUnknownMemberIs404() throws Exception {
        app.server().change = CompletableFuture.failedFuture(new RaftException.UnknownMember(NodeId.of("n9")));

        assertThat(send("DELETE", "/members/n9", "").statusCode()).isEqualTo(404);
    }

    @Test
    void otherMethodsAndPathsAreRefused() throws Exception {
        assertThat(send("PATCH", "/members", "").statusCode()).isEqualTo(405);
        assertThat(send("GET", "/members/n1", "").headers().firstValue("Allow")).contains("DELETE");
        assertThat(send("POST", "/members/n1/crown", "").statusCode()).isEqualTo(404);
        assertThat(send("POST", "/members?dryRun=maybe", N4).statusCode()).isEqualTo(400);
    }

    @Test // threat S10
    void aPageOfSomewhereElseChangesNothing() throws Exception {
        HttpResponse<String> answer = app.send(app.request("DELETE", "/raft/admin/members/n2")
                .header("Origin", "http://evil.example")
                .build());

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(app.server().calls).isEqualTo(List.of());
        assertThat(Optional.of(app.send(app.anonymous("DELETE", "/raft/admin/members/n2")
                                .build())
                        .statusCode()))
                .contains(401);
    }
}
