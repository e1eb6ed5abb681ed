package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Signs calls, and answers bound to the call they answer: a vote can be neither altered nor made up nor taken from another
 * exchange (threat S3). The first part keeps a signature of one from being taken for the other.
 */
record Signer(PeerSecret secret) {

    /**
     * Signs everything that decides what a call does and where.
     *
     * @param stamp the session and sequence to be sent along
     * @param content the body, or the Range of a call that has none
     */
    String signCall(Target target, CallHeaders headers, Challenge stamp, byte[] content) {
        List<String> parts = new ArrayList<>(List.of(
                "call",
                target.method(),
                target.path(),
                headers.clusterId(),
                headers.from().value(),
                headers.incarnation(),
                headers.to().value(),
                headers.toIncarnation().orElse(""),
                Long.toString(headers.configuration()),
                stamp.session(),
                Long.toString(stamp.sequence()),
                sha256(content)));
        // Only where there is something: so a version that knows nothing of it checks the same signature.
        if (!headers.introduced().isEmpty()) {
            parts.add(headers.introduced().text());
        }
        return sign(parts);
    }

    /** Signs an answer to the call that has this signature. */
    String signReply(String callSignature, int status, ReplyHeaders headers, byte[] body) {
        List<String> parts = new ArrayList<>(List.of("reply", callSignature, Integer.toString(status)));
        parts.addAll(headers.parts());
        parts.add(sha256(body));
        return sign(parts);
    }

    /** Compares in a time that does not tell how much of a signature is right (threat S4). */
    static boolean matches(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(US_ASCII), given.getBytes(US_ASCII));
    }

    private String sign(List<String> parts) {
        return HexFormat.of().formatHex(secret.authenticate(parts));
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
