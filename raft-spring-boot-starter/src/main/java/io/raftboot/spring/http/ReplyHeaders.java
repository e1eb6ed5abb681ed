package io.raftboot.spring.http;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * What an answer says beside its status and body.
 *
 * @param incarnation of the server that answers, if it is started
 * @param challenge on a 401: what to sign with instead
 */
record ReplyHeaders(Optional<String> incarnation, Optional<Challenge> challenge) {

    /** Reads what is there and readable; {@code header} gives an empty string for a header that is not there. */
    static ReplyHeaders read(UnaryOperator<String> header) {
        Optional<String> incarnation =
                Optional.of(header.apply(CallHeaders.INCARNATION)).filter(CallHeaders::isToken);
        String session = header.apply(CallHeaders.SESSION);
        String sequence = header.apply(CallHeaders.SEQUENCE);
        Optional<Challenge> challenge = CallHeaders.isToken(session) && CallHeaders.isNumber(sequence)
                ? Optional.of(new Challenge(session, Long.parseLong(sequence)))
                : Optional.empty();
        return new ReplyHeaders(incarnation, challenge);
    }

    void write(BiConsumer<String, String> header) {
        incarnation.ifPresent(value -> header.accept(CallHeaders.INCARNATION, value));
        challenge.ifPresent(value -> {
            header.accept(CallHeaders.SESSION, value.session());
            header.accept(CallHeaders.SEQUENCE, Long.toString(value.sequence()));
        });
    }

    /** What is signed of them. */
    List<String> parts() {
        return List.of(
                incarnation.orElse(""),
                challenge.map(Challenge::session).orElse(""),
                challenge.map(value -> Long.toString(value.sequence())).orElse(""));
    }
}
