package io.raftboot.spring.http;

import java.util.Optional;

/**
 * What a peer answered.
 *
 * @param status the HTTP status code
 * @param headers what it says of itself; only to be believed if {@code trusted}
 * @param body at most as many bytes as the settings allow
 * @param trusted whether the signature is right, or none is needed
 */
record Answer(int status, ReplyHeaders headers, byte[] body, boolean trusted) {

    boolean isOk() {
        return status == 200 && trusted;
    }

    /** Whether the peer has done nothing, and has said how it would. */
    boolean isChallenge() {
        return status == 401 && trusted && headers.challenge().isPresent();
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
