package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpResponse;

/** Calls together, written by hand. */
final class WireTogether {

    record Answer(int status, String body) {}

    private WireTogether() {}

    static Answer signed(TestNode node, String body) {
        Challenge now = WireCall.challengeOf(node);
        Challenge stamp = new Challenge(now.session(), now.sequence() + 1);
        HttpResponse<String> answer = WireCall.signed(
                        node, stamp, TestNode.SECRET, WireCall.valid(), Route.FORWARD, body.getBytes(UTF_8))
                .send();
        return new Answer(answer.statusCode(), answer.body());
    }
}
