package io.raftboot.sample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the body of a PUT, on the real web server with the sample's own settings. */
class ValueReaderTest {

    private static final int LIMIT = 64 << 10;

    private static RunningStore store;

    @BeforeAll
    static void start() {
        store = RunningStore.start("raft.max-command-size=64KB");
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    /** The first is what curl -d sends, and what a web server likes to read as a form. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json",
                "text/plain; charset=ISO-8859-1",
                "application/octet-stream",
                "no media type at all"
            })
    void theValueIsTheBodyWhateverItsContentType(String contentType) {
        assertValueIsKept("a=b&c=%20+\u00e4", "Content-Type", contentType);
    }

    @Test
    void theValueIsTheBodyWithoutContentType() {
        assertValueIsKept("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "null", "\"quoted\"", "\u00e4\u20ac\ud83d\ude00", "\ufeffmark", "a\u0000b"})
    void anyTextIsAValueAndTheEmptyOneToo(String value) {
        assertValueIsKept(value);
    }

    @Test
    void aBodyWithoutKnownLengthIsReadToo() {
        var body = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream("hello".getBytes(UTF_8)));

        HttpResponse<String> answer = store.send(store.request("/kv/chunked").PUT(body));

        assertThat(answer.body()).contains("\"value\":\"hello\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c328", "ff", "c3", "eda080", "c080"})
    void whatIsNotUtf8IsABadRequest(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        HttpResponse<String> answer = store.send(store.request("/kv/bytes").PUT(BodyPublishers.ofByteArray(bytes)));

        assertProblem(answer, 400);
        assertThat(store.get("/kv/bytes").statusCode()).isEqualTo(404);
    }

    @Test
    void aValueOfTheLargestSizeIsTaken() {
        assertThat(store.put("/kv/limit", "x".repeat(LIMIT)).statusCode()).isEqualTo(200);
    }

    /** Scenario C8. */
    @ParameterizedTest
    @ValueSource(ints = {LIMIT + 1, 100 * LIMIT})
    void aLargerValueIsRefusedBeforeItReachesTheCluster(int size) {
        long before = store.cluster().index();

        assertProblem(store.put("/kv/large", "x".repeat(size)), 413);
        assertThat(store.cluster().index()).isEqualTo(before);
    }

    /** Scenario C8. */
    @Test
    void aValueWithoutKnownLengthIsReadUpToTheLimitAndNoFurther() {
        String answer = store.sendRaw("PUT /kv/endless HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1000000\r\n" + "x".repeat(LIMIT + 1));

        assertThat(answer).startsWith("HTTP/1.1 413");
    }

    /** Scenario C8. */
    @Test
    void aValueThatClaimsToBeTooLargeIsRefusedBeforeItIsSent() {
        String answer =
                store.sendRaw("PUT /kv/claim HTTP/1.1\r\nHost: x\r\nContent-Length: " + (1L << 40) + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 413").contains("Raft-Served-By: n2");
    }

    @Test
    void aValueThatBreaksOffIsNotStored() {
        String answer = store.sendRaw("PUT /kv/broken HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");

        assertThat(answer).doesNotStartWith("HTTP/1.1 200");
        assertThat(store.get("/kv/broken").statusCode()).isEqualTo(404);
    }

    private static void assertValueIsKept(String value, String... headers) {
        HttpResponse<String> put = store.put("/kv/value", value, headers);
        assertThat(put.statusCode()).isEqualTo(200);

        Entry kept = new JsonCodec().decode(store.get("/kv/value").body().getBytes(UTF_8), Entry.class);
        assertThat(kept.value()).isEqualTo(value);
    }

    private static void assertProblem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.headers().firstValue("Raft-Served-By")).contains("n2");
        assertThat(answer.body()).contains("\"outcome\":\"not-applied\"");
    }
}
