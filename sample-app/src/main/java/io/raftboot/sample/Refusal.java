package io.raftboot.sample;

import java.util.Optional;
import org.springframework.http.HttpStatus;

/** A request that is answered with an error because of what it asks for; nothing has changed. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final transient Optional<Answer<?>> answer;

    private Refusal(HttpStatus status, String detail, Optional<Answer<?>> answer) {
        // A refusal is an everyday answer: it needs no stack trace.
        super(detail, null, false, false);
        this.status = status;
        this.answer = answer;
    }

    /** The request was refused before it reached the cluster. */
    static Refusal of(HttpStatus status, String detail) {
        return new Refusal(status, detail, Optional.empty());
    }

    /** The cluster's answer is a refusal. */
    static Refusal of(HttpStatus status, String detail, Answer<?> answer) {
        return new Refusal(status, detail, Optional.of(answer));
    }

    /** The status code of the answer. */
    HttpStatus status() {
        return status;
    }

    /** The cluster's answer, if it was asked. */
    Optional<Answer<?>> answer() {
        return answer;
    }
}
