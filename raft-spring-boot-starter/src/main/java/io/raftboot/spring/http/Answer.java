package io.raftboot.spring.http;

import java.util.Optional;
import okhttp3.Headers;

/**
 * What a peer answered.
 *
 * @param status the HTTP status code
 * @param headers what it says of itself; only to be believed if {@code trusted}
 * @param others what else it says beside the body
 * @param body at most as many bytes as the settings allow
 * @param trusted whether the signature is right, or none is needed
 */
record Answer(int status, ReplyHeaders headers, Headers others, byte[] body, boolean trusted) {

    /** An empty string for a header that is not there. */
    String other(String name) {
        return Optional.ofNullable(others.get(name)).orElse("");
    }

    boolean isOk() {
        return status == 200 && trusted;
    }

    /** What the peer wants calls to be signed with, if that was what was wrong. */
    Optional<Challenge> challenge() {
        return headers.challenge().filter(named -> status == 401 && trusted);
    }

    /** Why the peer refuses, if it says so; something else on its port need not. */
    Optional<Problem> problem(PeerJson json) {
        try {
            return Optional.of(json.read(body, Problem.class));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
