package io.raftboot.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Consistency;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of calls of the sample, line by line. Every test uses keys of its own: the server is the same for all. */
class KeyValueHandlerTest {

    private static RunningStore store;

    @BeforeAll
    static void start() {
        store = RunningStore.start();
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @Test
    void aPutIsAnsweredWithTheEntryAndItsRevision() {
        HttpResponse<String> answer = store.put("/kv/put-1", "1");

        long revision = store.cluster().index();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"key\":\"put-1\",\"value\":\"1\",\"revision\":" + revision + "}");
        assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
        assertThat(header(answer, "ETag")).isEqualTo("\"" + revision + "\"");
    }

    @Test
    void aPutWithIfMatchHoldsForTheRevisionAndFailsWith412ForAnother() {
        String first = header(store.put("/kv/match", "1"), "ETag");

        HttpResponse<String> second = store.put("/kv/match", "2", "If-Match", first);
        HttpResponse<String> late = store.put("/kv/match", "3", "If-Match", first);

        assertThat(second.statusCode()).isEqualTo(200);
        assertProblem(late, 412);
        assertThat(store.get("/kv/match").body()).contains("\"value\":\"2\"");
    }

    @Test
    void aPutWithIfNoneMatchHoldsOnlyForAKeyThatIsNotThere() {
        assertThat(store.put("/kv/create", "1", "If-None-Match", "*").statusCode())
                .isEqualTo(200);
        assertProblem(store.put("/kv/create", "2", "If-None-Match", "*"), 412);
    }

    @Test
    void aWeakTagSatisfiesNoIfMatchAndCountsInIfNoneMatch() {
        String weak = "W/" + header(store.put("/kv/weak", "1"), "ETag");

        assertProblem(store.put("/kv/weak", "2", "If-Match", weak), 412);
        assertProblem(store.put("/kv/weak", "2", "If-None-Match", weak), 412);
    }

    @Test
    void severalTagsInSeveralLinesAreOneList() {
        String tag = header(store.put("/kv/tags", "1"), "ETag");

        HttpResponse<String> answer = store.put("/kv/tags", "2", "If-Match", "\"x\", \"0\"", "If-Match", tag);

        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"If-Match", "If-None-Match"})
    void aPreconditionThatIsNotUnderstoodIsRefusedAndNotIgnored(String header) {
        assertProblem(store.put("/kv/unquoted", "1", header, "6"), 400);
        assertProblem(store.put("/kv/unquoted", "1", header, ""), 400);
        assertThat(store.get("/kv/unquoted").statusCode()).isEqualTo(404);
    }

    @Test
    void aGetIsAnsweredWithTheEntryAndItsTag() {
        HttpResponse<String> put = store.put("/kv/get", "1");

        HttpResponse<String> answer = store.get("/kv/get");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(put.body());
        assertThat(header(answer, "ETag")).isEqualTo(header(put, "ETag"));
    }

    @Test
    void aGetOfWhatTheCallerHasAlreadyIsAnsweredWith304() {
        String tag = header(store.put("/kv/cached", "1"), "ETag");

        HttpResponse<String> answer = store.send(
                store.request("/kv/cached").header("If-None-Match", tag).GET());

        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(answer.headers().allValues("Raft-Index")).hasSize(1);
    }

    @Test
    void aKeyThatIsNotThereIsNotFound() {
        assertProblem(store.get("/kv/nowhere"), 404);
        assertProblem(store.delete("/kv/nowhere"), 404);
    }

    @ParameterizedTest
    @CsvSource({
        "'', LINEARIZABLE",
        "?consistency=linearizable, LINEARIZABLE",
        "?consistency=lease, LEASE",
        "?consistency=local, LOCAL"
    })
    void aReadIsAsFreshAsTheCallerSays(String query, Consistency consistency) {
        store.get("/kv/fresh" + query);
        assertThat(store.cluster().lastRead()).contains(consistency);

        store.get("/kv" + query);
        assertThat(store.cluster().lastRead()).contains(consistency);
    }

    @Test
    void aDeleteIsAnsweredWithoutContent() {
        store.put("/kv/delete", "1");

        HttpResponse<String> answer = store.delete("/kv/delete");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(store.get("/kv/delete").statusCode()).isEqualTo(404);
    }

    @Test
    void aDeleteTakesAPreconditionToo() {
        store.put("/kv/delete-if", "1");

        assertProblem(
                store.send(store.request("/kv/delete-if")
                        .header("If-Match", "\"0\"")
                        .DELETE()),
                412);
    }

    @Test
    void anIncrementIsAnsweredWithTheNewValue() {
        HttpResponse<String> first = store.post("/kv/count/increment");
        HttpResponse<String> second = store.post("/kv/count/increment?by=-5");

        long revision = store.cluster().index();
        assertThat(first.body()).contains("\"value\":\"1\"");
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(second.body()).isEqualTo("{\"key\":\"count\",\"value\":\"-4\",\"revision\":" + revision + "}");
        assertThat(header(second, "ETag")).isEqualTo("\"" + revision + "\"");
    }

    @Test
    void anIncrementOfWhatIsNoIntegerIsAConflict() {
        store.put("/kv/text", "hello");
        store.put("/kv/largest", Long.toString(Long.MAX_VALUE));

        assertProblem(store.post("/kv/text/increment"), 409);
        assertProblem(store.post("/kv/largest/increment"), 409);
    }

    @Test
    void aListIsAnsweredWithTheEntriesAndTheIndexOfTheRead() {
        String b = store.put("/kv/list-b", "2").body();
        String a = store.put("/kv/list-a", "1").body();
        store.cluster().skipTo(store.cluster().index() + 10);
        long revision = store.cluster().index();

        HttpResponse<String> answer = store.get("/kv?prefix=list-");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"entries\":[" + a + "," + b + "],\"revision\":" + revision + "}");
        assertThat(store.get("/kv?prefix=list-&limit=1").body())
                .isEqualTo("{\"entries\":[" + a + "],\"revision\":" + revision + "}");
    }

    @Test
    void aListWithoutPrefixHoldsEveryKeyUpToTheLimit() {
        for (int i = 0; i < Parameters.DEFAULT_LIMIT + 1; i++) {
            store.put("/kv/many-" + i, "");
        }

        assertThat(store.get("/kv").body().split("\"key\"")).hasSize(Parameters.DEFAULT_LIMIT + 1);
        assertThat(store.get("/kv?prefix=many-&limit=1000").body().split("\"key\""))
                .hasSize(Parameters.DEFAULT_LIMIT + 2);
    }

    @Test
    void aListThatIsTruncatedSaysSo() {
        String large = "x".repeat(600_000);
        store.put("/kv/zlarge-a", large);
        store.put("/kv/zlarge-b", large);

        assertThat(store.get("/kv?prefix=zlarge-").body()).endsWith("\"truncated\":true}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/kv/",
                "/kv",
                "/kv/a/b",
                "/kv/a%20b",
                "/kv/%C3%A4",
                "/kv/a;b=c",
                "/kv/a;",
                "/kv/a%2Fb",
                "/kv/a%5Cb",
                "/kv/a~b"
            })
    void aKeyWithOtherCharactersIsABadRequest(String path) {
        assertProblem(store.put(path, "1"), 400);
        assertProblem(store.delete(path), 400);
    }

    @Test
    void aKeyHasAtMost256Characters() {
        String longest = "k".repeat(256);

        assertThat(store.put("/kv/" + longest, "1").statusCode()).isEqualTo(200);
        assertProblem(store.put("/kv/" + longest + "k", "1"), 400);
        assertProblem(store.get("/kv/" + longest + "k"), 400);
        assertProblem(store.post("/kv/" + longest + "k/increment"), 400);
    }

    @Test
    void everyCharacterAKeyMayHaveIsTaken() {
        assertThat(store.put("/kv/AZaz09._-", "1").body()).contains("\"key\":\"AZaz09._-\"");
        assertThat(store.get("/kv/%41Zaz09%2E_-").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/kv?limit=0",
                "/kv?limit=1001",
                "/kv?limit=-1",
                "/kv?limit=x",
                "/kv?limit=",
                "/kv?limit=1&limit=2",
                "/kv?prefix=a%2Fb",
                "/kv?consistency=eventual",
                "/kv/a?consistency=",
                "/kv/a?consistency=LOCAL"
            })
    void aReadWithAnImpossibleParameterIsABadRequest(String path) {
        assertProblem(store.get(path), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/kv/a?consistency=%zz", "/kv/%zz", "/kv/%00"})
    void aPathThatCannotBeDecodedIsABadRequest(String path) {
        String answer = store.sendRaw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1.5", "9223372036854775808", "1&by=1"})
    void anIncrementByWhatIsNoIntegerIsABadRequest(String by) {
        assertProblem(store.post("/kv/by/increment?by=" + by), 400);
    }

    @Test
    void aCallThatDoesNotExistIsAnsweredAsAProblemToo() {
        HttpResponse<String> answer = store.post("/kv/a");

        assertProblem(answer, 405);
        assertThat(allowed(answer)).containsExactlyInAnyOrder("GET", "HEAD", "PUT", "DELETE");
        assertThat(allowed(store.post("/kv"))).containsExactlyInAnyOrder("GET", "HEAD");
    }

    @Test
    void whoAsksWhatThereIsIsToldTheMethods() {
        HttpResponse<String> answer = store.send(store.request("/kv/a").method("OPTIONS", BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(allowed(answer)).containsExactlyInAnyOrder("GET", "HEAD", "PUT", "DELETE");
        assertThat(allowed(store.send(store.request("/kv/a/increment").method("OPTIONS", BodyPublishers.noBody()))))
                .containsExactly("POST");
    }

    @Test
    void whoAsksForTheHeadersAloneGetsThoseOfTheAnswer() {
        HttpResponse<String> put = store.put("/kv/head", "1");

        HttpResponse<String> answer = store.send(store.request("/kv/head").method("HEAD", BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(header(answer, "ETag")).isEqualTo(header(put, "ETag"));
    }

    private static String[] allowed(HttpResponse<String> answer) {
        return header(answer, "Allow").split(" *, *");
    }

    @Test
    void theAnswerIsJsonWhateverTheCallerAccepts() {
        HttpResponse<String> answer = store.put("/kv/accept", "1", "Accept", "text/plain");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
        assertProblem(
                store.send(store.request("/kv/a%20b")
                        .header("Accept", "text/plain")
                        .GET()),
                400);
    }

    private static void assertProblem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.body())
                .contains("\"status\":" + status, "\"outcome\":\"not-applied\"", "\"leaderId\":\"n1\"");
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
