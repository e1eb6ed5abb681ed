package io.raftboot.spring.autoconfigure;

import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.spring.ServerUrls;
import io.raftboot.spring.autoconfigure.RaftProperties.Security;
import io.raftboot.spring.autoconfigure.RaftProperties.SecurityMode;
import io.raftboot.spring.http.PeerHttpSettings.Believed;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * By what servers know each other, from {@code raft.security}: a secret, certificates, both, or where a call comes from.
 *
 * @param secret what signs the calls between servers
 * @param sslBundle with which other servers are called
 * @param believed whose calls are believed without a secret
 */
record PeerTrust(Optional<String> secret, Optional<String> sslBundle, Believed believed) {

    static final int MIN_SECRET_LENGTH = 16;

    /** What an application has set. @throws RefusedStart if strangers could speak as peers, or calls be sent in the clear by mistake */
    static PeerTrust of(Security security, NodeId self, List<Member> peers, Environment environment) {
        PeerTrust trust = new PeerTrust(
                secret(security),
                Optional.ofNullable(security.sslBundle()).filter(StringUtils::hasText),
                believed(security));
        trust.sslBundle().ifPresent(name -> {
            refuseInTheClear(name, peers);
            refuseToBelieveAnybody(security);
            trust.refuseUnlessCallersAreAsked(environment);
        });
        if (!trust.mayLeaveMachine()) {
            refuseBeyondLoopback(self, peers);
        }
        return trust;
    }

    private static Optional<String> secret(Security security) {
        Optional<String> secret = Optional.ofNullable(security.secret());
        secret.filter(value -> value.length() < MIN_SECRET_LENGTH).ifPresent(value -> {
            throw new RefusedStart(
                    "The property 'raft.security.secret' has " + value.length() + " characters, which is too short.",
                    "Write at least " + MIN_SECRET_LENGTH + " random characters, the same on all servers.");
        });
        return secret;
    }

    private static Believed believed(Security security) {
        if (security.mode() == SecurityMode.NONE) {
            return Believed.ANYBODY;
        }
        return StringUtils.hasText(security.sslBundle()) ? Believed.CERTIFIED : Believed.THIS_MACHINE;
    }

    /** Whether calls to other machines are signed or certified, or meant to be neither. */
    boolean mayLeaveMachine() {
        return secret.isPresent() || believed != Believed.THIS_MACHINE;
    }

    /** How a URL of this server begins if nobody has written one. */
    String scheme() {
        return sslBundle.isPresent() ? "https" : "http";
    }

    /** What is to be encrypted is not sent in the clear by a slip of the pen. */
    private static void refuseInTheClear(String sslBundle, List<Member> peers) {
        for (Member peer : peers) {
            if (!"https".equalsIgnoreCase(peer.url().getScheme())) {
                throw RefusedStart.property(
                        PeerUrls.property(peer.id().value()),
                        peer.url(),
                        "servers call each other with TLS here (raft.security.ssl-bundle=" + sslBundle + ")",
                        "Write an https URL, and set up the web server of each server for it (server.ssl.bundle).");
            }
        }
    }

    private static void refuseToBelieveAnybody(Security security) {
        if (security.mode() == SecurityMode.NONE) {
            throw RefusedStart.property(
                    "raft.security.mode",
                    "none",
                    "it would believe callers without a certificate, in spite of raft.security.ssl-bundle",
                    "Remove one of the two.");
        }
    }

    /** Certificates can stand in for a secret only if the web server asks for them. */
    private void refuseUnlessCallersAreAsked(Environment environment) {
        String asked = environment.getProperty("server.ssl.client-auth", "none");
        if (secret.isEmpty() && !List.of("want", "need").contains(asked.toLowerCase(Locale.ROOT))) {
            throw RefusedStart.property(
                    "server.ssl.client-auth",
                    asked,
                    "there is no raft.security.secret, and callers are not asked for a certificate instead",
                    "Write server.ssl.client-auth=want, or need, with server.ssl.bundle; or a raft.security.secret.");
        }
    }

    private static void refuseBeyondLoopback(NodeId self, List<Member> peers) {
        for (Member peer : peers) {
            if (!ServerUrls.isLoopback(peer.url())) {
                throw new RefusedStart(
                        "The property 'raft.security.secret' has no value, and "
                                + PeerUrls.property(peer.id().value())
                                + " (" + peer.url() + ") is beyond loopback: anybody on the network could speak as a"
                                + " peer of '" + self + "'.",
                        "Write raft.security.secret=<at least " + MIN_SECRET_LENGTH + " random characters>, the same on"
                                + " all servers; or raft.security.ssl-bundle=<name>, for mutual TLS. If the network itself keeps"
                                + " strangers out, write raft.security.mode=none.");
            }
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "PeerTrust[" + believed + ", " + sslBundle + "]";
    }
}
