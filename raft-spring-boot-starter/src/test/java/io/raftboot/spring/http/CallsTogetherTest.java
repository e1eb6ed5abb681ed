package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many commands and reads in one call, as they are on the wire, and the one answer to them. */
class CallsTogetherTest {

    private TestNode node = TestNode.of("n2");

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void theAnswersThatFitAreGivenAndTheOthersLeftOut() {
        ForwardedAnswer large = ForwardedAnswer.of(ForwardedResult.of(new Result(1, 1, new byte[3000])));
        ForwardedAnswer small = ForwardedAnswer.of(ForwardedResult.of(new Result(2, 1, new byte[3])));
        ForwardedAnswer refused = ForwardedAnswer.of(Problem.of(new RaftException.Overloaded("full")));
        int room = 4000 + 4 + 5 * AnswersTogether.ANSWER_BYTES;

        AnswersTogether all = AnswersTogether.fitting(List.of(large, small, refused), room);
        assertThat(all.answers()).noneMatch(ForwardedAnswer::isLeftOut);

        AnswersTogether less = AnswersTogether.fitting(List.of(large, large, small, refused), room);
        assertThat(less.answers()).extracting(ForwardedAnswer::isLeftOut).containsExactly(false, true, false, false);
        assertThat(new PeerJson(TestNode.MAX_BODY).write(less).length).isLessThanOrEqualTo(room);
    }

    @Test
    void aFilterWithoutAsyncSupportMakesItSlowerAndNotWrong() throws Exception {
        node.close();
        node = TestNode.withoutAsync("n2");
        WireTogether.Answer answer = WireTogether.signed(node, "{\"calls\":[{\"submit\":{\"command\":\"AQ==\"}}]}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"answers\":[{\"result\":{\"index\":7,\"term\":3,\"value\":\"AQID\"}}]}");
    }

    @Test
    void theNamesOnTheWireAreThese() {
        WireTogether.Answer answer = WireTogether.signed(
                node,
                "{\"calls\":[{\"submit\":{\"command\":\"AQ==\",\"requestId\":\"r1\",\"timeLimitMillis\":40,\"later\":1}},"
                        + "{\"read\":{\"query\":\"Ag==\",\"consistency\":\"LEASE\"}},"
                        + "{\"later\":1,\"read\":{\"consistency\":\"LINEARIZABLE\"}}]}");

        assertThat(answer.body())
                .isEqualTo("{\"answers\":[{\"result\":{\"index\":7,\"term\":3,\"value\":\"AQID\"}},"
                        + "{\"result\":{\"index\":7,\"term\":3,\"value\":\"AQID\"}},"
                        + "{\"result\":{\"index\":7,\"term\":0,\"value\":\"\"}}]}");
        assertThat(node.operations.timeLimits.get(0)).isEqualTo(Duration.ofMillis(40));
        assertThat(node.operations.queries).containsExactly(new byte[] {2});
    }

    @Test
    void aProblemIsTheOneThatACallAloneWouldGet() {
        node.operations.failWith(new RaftException.Overloaded("full"));
        WireTogether.Answer answer = WireTogether.signed(node, "{\"calls\":[{\"submit\":{\"command\":\"AQ==\"}}]}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"answers\":[{\"problem\":{\"status\":429,\"title\":\"not applied\",\"detail\":\"full\","
                        + "\"outcome\":\"not-applied\"}}]}");
    }

    // threat S8: an item that cannot be means that none is carried out
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"calls\":null}",
                "{\"calls\":[]}",
                "{\"calls\":[null]}",
                "{\"calls\":[{}]}",
                "{\"calls\":[GOOD,{\"submit\":{}}]}",
                "{\"calls\":[GOOD,{\"submit\":{\"command\":\"?\"}}]}",
                "{\"calls\":[GOOD,{\"submit\":{\"command\":\"AQ==\",\"timeLimitMillis\":-1}}]}",
                "{\"calls\":[GOOD,{\"submit\":{\"command\":\"AQ==\",\"requestId\":\"\"}}]}",
                "{\"calls\":[GOOD,{\"read\":{\"query\":\"AQ==\"}}]}",
                "{\"calls\":[GOOD,{\"submit\":{\"command\":\"AQ==\"},\"read\":{\"consistency\":\"LEASE\"}}]}",
                "{\"calls\":[GOOD],\"calls\":[GOOD]}"
            })
    void anIllegalItemRefusesTheWholeCall(String body) {
        WireTogether.Answer answer =
                WireTogether.signed(node, body.replace("GOOD", "{\"submit\":{\"command\":\"AQ==\"}}"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"outcome\":\"not-applied\"");
        assertThat(node.operations.commands).isEmpty();
    }

    @Test
    void oneMoreThanMayTravelTogetherIs400() {
        List<String> most = Collections.nCopies(CallsTogether.MAX_CALLS, "{\"submit\":{\"command\":\"\"}}");
        String full = "{\"calls\":[" + String.join(",", most) + "]}";

        assertThat(WireTogether.signed(node, full.replace("]}", "," + most.get(0) + "]}"))
                        .status())
                .isEqualTo(400);
        assertThat(node.operations.commands).isEmpty();
        assertThat(WireTogether.signed(node, full).status()).isEqualTo(200);
        assertThat(node.operations.commands).hasSize(CallsTogether.MAX_CALLS);
    }

    // threat S3
    @Test
    void aCallThatWasHereBeforeOrIsNotSignedIsNotCarriedOut() {
        byte[] body = "{\"calls\":[{\"submit\":{\"command\":\"AQ==\"}}]}".getBytes(UTF_8);
        Challenge now = WireCall.challengeOf(node);
        Challenge stamp = new Challenge(now.session(), now.sequence() + 1);
        WireCall call = WireCall.signed(node, stamp, TestNode.SECRET, WireCall.valid(), Route.FORWARD, body);

        assertThat(call.send().statusCode()).isEqualTo(200);
        assertThat(call.send().statusCode()).isEqualTo(401);
        assertThat(WireCall.unsigned(node, body).at("/raft/rpc/forward").send().statusCode())
                .isEqualTo(401);
        assertThat(node.operations.commands).hasSize(1);
    }
}
