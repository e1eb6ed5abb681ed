package io.raftboot.spring.h2;

import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** How a cluster gets its id when it is bootstrapped. */
final class ClusterIds {

    private static final long VERSION_MASK = 0xf000L;
    private static final long VERSION_8 = 0x8000L;
    private static final long VARIANT_MASK = 0x3fffffffffffffffL;
    private static final long VARIANT = 0x8000000000000000L;

    private ClusterIds() {}

    /**
     * The id of a cluster that begins with these servers: random for a single one; with several the same on each of them
     * although they have not spoken yet, since it comes from the name and the ids they are all started with, but not from the
     * URLs, which may look different from each side of a proxy; empty without any, because such a server waits to be told.
     */
    static String bootstrap(String clusterName, Configuration initial) {
        return switch (initial.members().size()) {
            case 0 -> "";
            case 1 -> UUID.randomUUID().toString();
            default -> derived(clusterName, initial);
        };
    }

    /** A UUID of version 8 (RFC 9562): the first 128 bits of a SHA-256 in which six bits are set by the form. */
    private static String derived(String clusterName, Configuration initial) {
        MessageDigest digest = sha256();
        digest.update((clusterName + "\n").getBytes(StandardCharsets.UTF_8));
        for (NodeId id : initial.members().keySet()) {
            digest.update((id + "\n").getBytes(StandardCharsets.UTF_8));
        }
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        long high = (hash.getLong() & ~VERSION_MASK) | VERSION_8;
        long low = (hash.getLong() & VARIANT_MASK) | VARIANT;
        return new UUID(high, low).toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
