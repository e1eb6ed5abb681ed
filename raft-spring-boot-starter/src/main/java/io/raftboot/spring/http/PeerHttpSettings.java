package io.raftboot.spring.http;

import java.time.Duration;
import java.util.Optional;

/**
 * How servers talk to each other. Equal on all servers of a cluster, but for a moment during a rolling change.
 *
 * @param basePath where peer and admin endpoints live, beginning with a slash and not ending with one, {@code /raft}
 * @param electionTimeout the least time without a leader before a server campaigns: a call takes no longer, a connection is
 *     made within half of it, and a peer has half of it to answer
 * @param requestTimeout how long a forwarded command or read may take on the server that carries it out, and how long a download
 *     may stand still
 * @param maxPendingCommands how many commands, and how many reads, may wait to be forwarded to one server; more are refused
 * @param maxPendingBytes how many bytes of commands and queries may be forwarded at a time; more are refused
 * @param maxCommandBytes the largest command or query that is forwarded, in bytes
 * @param maxBodyBytes the largest body that is read, of a call as of an answer, in bytes; base64 makes commands a third larger
 * @param secret signs every call and answer; without one nothing is signed
 * @param believed whose calls are believed if there is no secret
 */
public record PeerHttpSettings(
        String basePath,
        Duration electionTimeout,
        Duration requestTimeout,
        int maxPendingCommands,
        long maxPendingBytes,
        int maxCommandBytes,
        int maxBodyBytes,
        Optional<PeerSecret> secret,
        Believed believed) {

    /** Whose calls a server believes that knows no secret. */
    public enum Believed {
        /** Those of this machine: nobody else reaches a loopback address. */
        THIS_MACHINE,
        /** Who has shown a certificate of the cluster, {@link TlsCredentials#trusts}; on this machine, too. */
        CERTIFIED,
        /** Anybody: the network keeps strangers out. */
        ANYBODY
    }

    /** @throws IllegalArgumentException if the path has another form, a time is no positive one, or no command fits a body */
    public PeerHttpSettings {
        require(
                basePath.startsWith("/") && !basePath.endsWith("/"),
                "the base path begins, and does not end, with a slash");
        require(electionTimeout.toMillis() >= 2, "the election timeout is at least two milliseconds");
        require(requestTimeout.toMillis() >= 1, "the request timeout is at least a millisecond");
        require(maxPendingCommands >= 1, "at least one command may wait");
        require(maxPendingBytes >= maxCommandBytes, "the bytes that may wait hold at least one command");
        require(maxCommandBytes >= 1, "the largest command has at least one byte");
        require(
                maxBodyBytes / 2 >= maxCommandBytes,
                "the largest body has at least twice the bytes of the largest command");
    }

    /** How long a peer has to answer. The rest of the election timeout is for the way, so that a late answer still counts. */
    Duration answerTimeout() {
        return electionTimeout.dividedBy(2);
    }

    /** How long a connection may take. */
    Duration connectTimeout() {
        return electionTimeout.dividedBy(2);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
