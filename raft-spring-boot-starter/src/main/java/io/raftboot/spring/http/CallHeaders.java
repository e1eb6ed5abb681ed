package io.raftboot.spring.http;

import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Who calls whom: on every call, so that a call that went astray is noticed before its body is looked at (threats S3, S5).
 *
 * @param clusterId the caller's cluster
 * @param from who calls
 * @param incarnation the caller's
 * @param to whom the call is for
 * @param toIncarnation the receiver's as the caller knows it, if they met before
 * @param configuration where the configuration stands in the log that the caller goes by: it tells who of two that disagree about
 *     the members is behind
 * @param introduced whom else the caller knows, as long as the receiver may not have heard of it
 * @param proof that the caller knows the secret, if one is configured
 */
record CallHeaders(
        String clusterId,
        NodeId from,
        String incarnation,
        NodeId to,
        Optional<String> toIncarnation,
        long configuration,
        Introduced introduced,
        Optional<Proof> proof) {

    static final String CLUSTER = "Raft-Cluster";
    static final String FROM = "Raft-From";
    static final String INCARNATION = "Raft-Incarnation";
    static final String TO = "Raft-To";
    static final String TO_INCARNATION = "Raft-To-Incarnation";
    static final String CONFIGURATION = "Raft-Configuration";
    static final String INTRODUCED = "Raft-Introduced";
    static final String SESSION = "Raft-Session";
    static final String SEQUENCE = "Raft-Sequence";
    static final String SIGNATURE = "Raft-Signature";

    /** No blank and no control character, so that a header or a log line cannot be made up (threat S13). */
    private static final int MAX_TOKEN_LENGTH = 128;

    private static final int MAX_DIGITS = 18;

    /** @throws IllegalArgumentException if a value could not travel in a header */
    CallHeaders {
        requireToken(CLUSTER, clusterId);
        requireToken(INCARNATION, incarnation);
        toIncarnation.ifPresent(value -> requireToken(TO_INCARNATION, value));
    }

    /** Headers that introduce nobody. */
    CallHeaders(
            String clusterId,
            NodeId from,
            String incarnation,
            NodeId to,
            Optional<String> toIncarnation,
            long configuration,
            Optional<Proof> proof) {
        this(clusterId, from, incarnation, to, toIncarnation, configuration, Introduced.NOBODY, proof);
    }

    /**
     * That the caller knows the secret.
     *
     * @param session the receiver's, or anything if the caller does not know it yet
     * @param sequence a number the caller uses once in the session
     * @param signature hexadecimal HMAC-SHA256 over everything else
     */
    record Proof(String session, long sequence, String signature) {}

    /**
     * Reads the headers of a call.
     *
     * @param values all values of a header
     * @throws IllegalArgumentException if one is missing, doubled or no id
     */
    static CallHeaders read(Function<String, List<String>> values) {
        return new CallHeaders(
                required(values, CLUSTER),
                NodeId.of(required(values, FROM)),
                required(values, INCARNATION),
                NodeId.of(required(values, TO)),
                optional(values, TO_INCARNATION),
                number(CONFIGURATION, optional(values, CONFIGURATION).orElse("0")),
                optional(values, INTRODUCED).map(Introduced::read).orElse(Introduced.NOBODY),
                readProof(values));
    }

    static long number(String name, String value) {
        if (!isNumber(value)) {
            throw new IllegalArgumentException(name + " is a number");
        }
        return Long.parseLong(value);
    }

    /** An incomplete or unreadable proof is none. */
    private static Optional<Proof> readProof(Function<String, List<String>> values) {
        return optional(values, SESSION)
                .filter(CallHeaders::isToken)
                .flatMap(session -> optional(values, SEQUENCE)
                        .filter(CallHeaders::isNumber)
                        .flatMap(sequence -> optional(values, SIGNATURE)
                                .map(signature -> new Proof(session, Long.parseLong(sequence), signature))));
    }

    /** Hands every header that is sent to {@code header}. */
    void write(BiConsumer<String, String> header) {
        header.accept(CLUSTER, clusterId);
        header.accept(FROM, from.value());
        header.accept(INCARNATION, incarnation);
        header.accept(TO, to.value());
        toIncarnation.ifPresent(value -> header.accept(TO_INCARNATION, value));
        header.accept(CONFIGURATION, Long.toString(configuration));
        if (!introduced.isEmpty()) {
            header.accept(INTRODUCED, introduced.text());
        }
        proof.ifPresent(value -> {
            header.accept(SESSION, value.session());
            header.accept(SEQUENCE, Long.toString(value.sequence()));
            header.accept(SIGNATURE, value.signature());
        });
    }

    CallHeaders with(Proof signed) {
        return new CallHeaders(
                clusterId, from, incarnation, to, toIncarnation, configuration, introduced, Optional.of(signed));
    }

    CallHeaders introducing(Introduced others) {
        return new CallHeaders(clusterId, from, incarnation, to, toIncarnation, configuration, others, proof);
    }

    /** @throws IllegalArgumentException if the cluster id or incarnation cannot travel in a header */
    static void requireSendable(Identity self) {
        requireToken(CLUSTER, self.clusterId());
        requireToken(INCARNATION, self.incarnation());
    }

    static boolean isToken(String value) {
        return consistsOf(value, MAX_TOKEN_LENGTH, '!', '~');
    }

    static boolean isNumber(String value) {
        return consistsOf(value, MAX_DIGITS, '0', '9');
    }

    private static boolean consistsOf(String value, int maxLength, char first, char last) {
        boolean consists = !value.isEmpty() && value.length() <= maxLength;
        for (int i = 0; consists && i < value.length(); i++) {
            consists = value.charAt(i) >= first && value.charAt(i) <= last;
        }
        return consists;
    }

    private static void requireToken(String name, String value) {
        if (!isToken(value)) {
            throw new IllegalArgumentException(name + " has 1 to 128 visible characters");
        }
    }

    private static String required(Function<String, List<String>> values, String name) {
        return optional(values, name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    private static Optional<String> optional(Function<String, List<String>> values, String name) {
        List<String> all = values.apply(name);
        if (all.size() > 1) {
            throw new IllegalArgumentException(name + " is there " + all.size() + " times");
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(0));
    }
}
