package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret that the servers of a cluster share and sign their calls with. It never shows itself. */
public final class PeerSecret {

    /** The shortest secret, in characters. */
    public static final int MIN_LENGTH = 16;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /** Never used but to make others of: to look for an implementation and to prepare it for a key takes longer than a call's HMAC. */
    private final Mac prepared;

    private PeerSecret(SecretKeySpec key) {
        this.key = key;
        this.prepared = prepared(key);
    }

    /** The secret with this text. @throws IllegalArgumentException if it has fewer than {@value #MIN_LENGTH} characters */
    public static PeerSecret of(String text) {
        if (text.length() < MIN_LENGTH) {
            throw new IllegalArgumentException("a secret has at least " + MIN_LENGTH + " characters");
        }
        return new PeerSecret(new SecretKeySpec(text.getBytes(UTF_8), ALGORITHM));
    }

    /** HMAC-SHA256 over the parts, none of which contains a line feed. */
    byte[] authenticate(List<String> parts) {
        return mac().doFinal(String.join("\n", parts).getBytes(UTF_8));
    }

    private Mac mac() {
        try {
            return (Mac) prepared.clone();
        } catch (CloneNotSupportedException e) {
            return prepared(key);
        }
    }

    private static Mac prepared(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "PeerSecret[hidden]";
    }
}
