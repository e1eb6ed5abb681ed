package io.raftboot.spring.http;

import static io.raftboot.spring.http.PeerJsonTest.HEARTBEAT;
import static io.raftboot.spring.http.PeerJsonTest.INSTALL;
import static io.raftboot.spring.http.PeerJsonTest.REPLY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.Message;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no server of this version would send. */
class HostileJsonTest {

    private final PeerJson json = new PeerJson(1 << 20);

    // threat S8, threat S15, bug R10
    @ParameterizedTest
    @MethodSource("hostileDocuments")
    void hostileDocumentsAreRefused(String document) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> json.read(document.getBytes(UTF_8), Message.RequestVote.class));
    }

    static Stream<String> hostileDocuments() {
        return Stream.of(
                "",
                "null",
                "[]",
                "{",
                "\"x\"",
                "[".repeat(100_000),
                "{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
                term("-1"),
                term("1e400"),
                term("1e2"),
                term("5.0"),
                term("NaN"),
                term("Infinity"),
                term("\"5\""),
                term("true"),
                term("null"),
                term("9223372036854775807"),
                term("4611686018427387905"),
                term("9".repeat(10_000)),
                WireCall.VOTE + " {}",
                WireCall.VOTE + "x",
                WireCall.VOTE.replace("}", ",\"term\":6}"),
                WireCall.VOTE.replace("\"round\":1,", ""),
                WireCall.VOTE.replace("\"from\":\"n1\",", ""),
                WireCall.VOTE.replace("\"n1\"", "null"),
                WireCall.VOTE.replace("\"n1\"", "7"),
                WireCall.VOTE.replace("n1", "n1\\nINFO forged"),
                WireCall.VOTE.replace("n1", "n".repeat(65)),
                WireCall.VOTE.replace("false", "0"),
                WireCall.VOTE.replace("{", "{'a':1,"),
                WireCall.VOTE.replace("{", "{/**/"));
    }

    private static String term(String value) {
        return WireCall.VOTE.replace("\"term\":5", "\"term\":" + value);
    }

    // threat S8, bug R10
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[null]",
                "7",
                "[7]",
                "[[]]",
                "[{}]",
                "[{\"kind\":\"no-op\",\"index\":4}]",
                "[{\"kind\":\"no-op\",\"index\":4,\"term\":6}]",
                "[{\"kind\":\"no-op\",\"index\":5,\"term\":5}]",
                "[{\"kind\":\"no-op\",\"index\":\"4\",\"term\":5}]",
                "[{\"kind\":\"no-op\",\"index\":4.0,\"term\":5}]",
                "[{\"kind\":\"no-op\",\"kind\":\"no-op\",\"index\":4,\"term\":5}]",
                "[{\"kind\":\"from-the-future\",\"index\":4,\"term\":5}]",
                "[{\"kind\":\"command\",\"index\":4,\"term\":5,\"timestampMillis\":1}]",
                "[{\"kind\":\"command\",\"index\":4,\"term\":5,\"timestampMillis\":1,\"command\":null}]",
                "[{\"kind\":\"command\",\"index\":4,\"term\":5,\"timestampMillis\":1,\"command\":\"?\"}]",
                "[{\"kind\":\"command\",\"index\":4,\"term\":5,\"timestampMillis\":1,\"command\":\"AQ==\",\"requestId\":\"\"}]",
                "[{\"kind\":\"membership\",\"index\":4,\"term\":5}]",
                "[{\"kind\":\"membership\",\"index\":4,\"term\":5,\"configuration\":{\"members\":[],\"voters\":[\"n1\"],\"outgoingVoters\":[]}}]",
                "[{\"kind\":\"membership\",\"index\":4,\"term\":5,\"configuration\":{\"members\":[{\"id\":\"n1\",\"url\":\"http://a\"},"
                        + "{\"id\":\"n1\",\"url\":\"http://b\"}],\"voters\":[],\"outgoingVoters\":[]}}]",
                "[{\"kind\":\"membership\",\"index\":4,\"term\":5,\"configuration\":{\"members\":[{\"id\":\"n1\"}],\"voters\":[],\"outgoingVoters\":[]}}]",
                "[{\"@class\":\"java.net.URL\",\"kind\":\"no-op\",\"index\":4,\"term\":99}]"
            })
    void hostileEntriesAreRefused(String entries) {
        String document = """
                {"from":"n1","to":"n2","term":5,"round":2,"prevLogIndex":3,"prevLogTerm":2,"leaderCommit":3,"entries":""" + entries + "}";

        assertThatThrownBy(() -> json.read(document.getBytes(UTF_8), Message.AppendEntries.class))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // threat S8, bug R10
    @ParameterizedTest
    @CsvSource({
        "'\"lastIncludedIndex\":7', '\"lastIncludedIndex\":0'",
        "'\"lastIncludedIndex\":7', '\"lastIncludedIndex\":-7'",
        "'\"lastIncludedIndex\":7', '\"lastIncludedIndex\":4611686018427387905'",
        "'\"lastIncludedTerm\":5', '\"lastIncludedTerm\":6'",
        "'\"lastIncludedTerm\":5', '\"lastIncludedTerm\":-1'",
        "'\"lastIncludedTerm\":5,', ''",
        "'\"sizeInBytes\":100', '\"sizeInBytes\":0'",
        "'\"sizeInBytes\":100', '\"sizeInBytes\":-1'",
        "'\"sizeInBytes\":100', '\"sizeInBytes\":1e9'",
        "'\"sizeInBytes\":100,', ''",
        "0a0a, 0a0",
        "0a0a, 0A0A",
        "0a0a, ../a",
        "'\"voters\":[\"n1\"]', '\"voters\":[\"n9\"]'",
        "'\"voters\":[\"n1\"]', '\"voters\":null'"
    })
    void aSnapshotThatCannotBeIsRefused(String right, String wrong) {
        assertRefused(INSTALL, right, wrong, Message.InstallSnapshot.class);
    }

    // threat S8, bug R10
    @ParameterizedTest
    @CsvSource({
        "'\"from\":\"n1\",', ''",
        "'\"n1\"', 'null'",
        "'\"n1\"', '7'",
        "'\"to\":\"n2\",', ''",
        "'\"term\":5,', ''",
        "'\"term\":5', '\"term\":null'",
        "'\"term\":5', '\"term\":\"5\"'",
        "'\"term\":5', '\"term\":5.0'",
        "'\"term\":5', '\"term\":true'",
        "'\"term\":5', '\"term\":-5'",
        "'\"term\":5', '\"term\":9223372036854775808'",
        "'\"term\":5', '\"term\":5,\"term\":5'",
        "'\"round\":2,', ''",
        "'\"prevLogIndex\":3,', ''",
        "'\"prevLogTerm\":2,', ''",
        "'\"entries\":[],', ''",
        "'\"entries\":[]', '\"entries\":{}'",
        "'\"entries\":[]', '\"entries\":['",
        "',\"leaderCommit\":3', ''",
        "'{\"index\":3,', '{'",
        "'\"digest\":-7', '\"digest\":\"-7\"'",
        "',\"digest\":-7', ''",
        "'\"right\":{', '\"right\":[{'",
        "'}}}', '}}'"
    })
    void anAppendThatCannotBeIsRefused(String right, String wrong) {
        assertRefused(HEARTBEAT, right, wrong, Message.AppendEntries.class);
    }

    // threat S8, bug R10
    @ParameterizedTest
    @CsvSource({
        "'\"from\":\"n2\",', ''",
        "'\"to\":\"n1\",', ''",
        "'\"term\":5,', ''",
        "'\"round\":2,', ''",
        "'\"success\":true,', ''",
        "'true', '1'",
        "'true', '\"true\"'",
        "'true', 'null'",
        "'\"matchIndex\":3,', ''",
        "'\"conflictIndex\":0,', ''",
        "'\"conflictTerm\":0,', ''",
        "'\"digest\":9', '\"digest\":9.5'",
        "'\"index\":3', '\"index\":-1'",
        "4096, '\"4096\"'",
        "4096, '4096,\"room\":4096'"
    })
    void aReplyThatCannotBeIsRefused(String right, String wrong) {
        assertRefused(REPLY, right, wrong, Message.AppendEntriesReply.class);
    }

    private void assertRefused(String valid, String right, String wrong, Class<?> type) {
        assertThat(valid).contains(right);
        byte[] document = valid.replaceFirst(Pattern.quote(right), wrong).getBytes(UTF_8);

        assertThatIllegalArgumentException().isThrownBy(() -> json.read(document, type));
    }
}
