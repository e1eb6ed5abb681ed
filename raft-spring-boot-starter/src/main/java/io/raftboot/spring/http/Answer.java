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
