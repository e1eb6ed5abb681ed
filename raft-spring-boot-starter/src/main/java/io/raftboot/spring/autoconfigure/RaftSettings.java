package io.raftboot.spring.autoconfigure;

import io.raftboot.model.Configuration;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.spring.ServerUrls;
import io.raftboot.spring.http.PeerHttpSettings.Believed;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The properties after every check across them: what the beans are made of.
 *
 * @param config the settings of the server
 * @param initialConfiguration the voters to begin with
 * @param clusterName what the operator calls the cluster
 * @param dataDirectory where the log is kept
 * @param restoreFrom the backup that the very first start makes a new cluster of
 * @param forceNewCluster what the operator wrote to make this server a cluster of its own
 * @param contextPath this application's own, empty for none
 * @param basePath where the peer and admin endpoints live; begins with a slash and does not end with one
 * @param secret what signs the calls between servers
 * @param sslBundle with which other servers are called
 * @param believed whose calls are believed without a secret
 * @param adminToken what a caller of the admin endpoints presents
 */
record RaftSettings(
        RaftConfig config,
        Configuration initialConfiguration,
        String clusterName,
        Path dataDirectory,
        Optional<Path> restoreFrom,
        Optional<String> forceNewCluster,
        String contextPath,
        String basePath,
        Optional<String> secret,
        Optional<String> sslBundle,
        Believed believed,
        Optional<String> adminToken) {

    static final int MIN_SECRET_LENGTH = 16;

    private static final String PATH_ALLOWED = "(/[A-Za-z0-9_-][A-Za-z0-9._-]*){1,8}";
    private static final int MAX_CLUSTER_NAME = 64;

    /** The settings of an application. @throws RefusedStart if a property is wrong */
    static RaftSettings of(RaftProperties properties, Environment environment) {
        int port = environment.getProperty("server.port", Integer.class, 8080);
        String contextPath = environment.getProperty("server.servlet.context-path", "");
        refuseToJoinRestored(properties);
        List<Member> peers = properties.join() ? List.of() : PeerUrls.members(properties.peers(), contextPath);
        NodeId self = self(properties, peers);
        PeerUrls.refuseOwnPort(peers, self, port);
        Optional<String> sslBundle = sslBundle(properties, peers);
        refuseUnlessCallersAreAsked(properties, environment);
        Optional<String> secret = secret(properties, self, peers);
        return new RaftSettings(
                Limits.config(self, properties),
                properties.join()
                        ? Configuration.empty()
                        : Configuration.ofVoters(
                                peers.isEmpty() ? List.of(alone(self, sslBundle, port, contextPath)) : peers),
                clusterName(properties),
                dataDirectory(properties, self),
                restoreFrom(properties, self, peers),
                Optional.ofNullable(properties.forceNewCluster())
                        .filter(value -> StringUtils.hasText(value) && !value.equals("false")),
                contextPath,
                basePath(properties),
                secret,
                sslBundle,
                believed(properties),
                adminToken(properties));
    }

    private static Believed believed(RaftProperties properties) {
        if (properties.security().mode() == RaftProperties.SecurityMode.NONE) {
            return Believed.ANYBODY;
        }
        return StringUtils.hasText(properties.security().sslBundle()) ? Believed.CERTIFIED : Believed.THIS_MACHINE;
    }

    /** Certificates can stand in for a secret only if the web server asks for them. */
    private static void refuseUnlessCallersAreAsked(RaftProperties properties, Environment environment) {
        RaftProperties.Security security = properties.security();
        if (!StringUtils.hasText(security.sslBundle())) {
            return;
        }
        if (security.mode() == RaftProperties.SecurityMode.NONE) {
            throw RefusedStart.property(
                    "raft.security.mode",
                    "none",
                    "it would believe callers without a certificate, in spite of raft.security.ssl-bundle",
                    "Remove one of the two.");
        }
        String asked = environment.getProperty("server.ssl.client-auth", "none");
        if (security.secret() == null && !List.of("want", "need").contains(asked.toLowerCase(Locale.ROOT))) {
            throw RefusedStart.property(
                    "server.ssl.client-auth",
                    asked,
                    "there is no raft.security.secret, and callers are not asked for a certificate instead",
                    "Write server.ssl.client-auth=want, or need, with server.ssl.bundle; or a raft.security.secret.");
        }
    }

    /** Whether calls to other machines are signed or certified, or meant to be neither. */
    boolean mayLeaveMachine() {
        return secret.isPresent() || believed != Believed.THIS_MACHINE;
    }

    private static Optional<String> adminToken(RaftProperties properties) {
        String token = properties.admin().token();
        if (!StringUtils.hasText(token)) {
            return Optional.empty();
        }
        String stripped = token.strip();
        if (!stripped.chars().allMatch(character -> character > ' ' && character < 127)) {
            throw new RefusedStart(
                    "The property 'raft.admin.token' has characters that no Authorization header can carry.",
                    "Write one word of ASCII letters, digits and signs.");
        }
        return Optional.of(stripped);
    }

    /** The id with this value. @throws RefusedStart naming the property if the value is not allowed */
    static NodeId nodeId(String property, String value) {
        try {
            return NodeId.of(value);
        } catch (IllegalArgumentException e) {
            throw RefusedStart.property(
                    property,
                    value,
                    "" + e.getMessage(),
                    "Write an id of 1 to 64 characters of [A-Za-z0-9._-], such as n1.");
        }
    }

    private static NodeId self(RaftProperties properties, List<Member> peers) {
        String value = properties.nodeId();
        List<NodeId> ids = peers.stream().map(Member::id).sorted().toList();
        if (!StringUtils.hasText(value)) {
            if (properties.join()) {
                throw new RefusedStart(
                        "The property 'raft.node-id' has no value, and this server is to join a cluster (raft.join).",
                        "Write an id that no other server has or had, such as raft.node-id=n4.");
            }
            if (ids.isEmpty()) {
                return NodeId.of("node");
            }
            throw new RefusedStart(
                    "The property 'raft.node-id' has no value, and there are peers " + ids + ".",
                    "Write which of them this server is, such as raft.node-id=" + ids.get(0) + ".");
        }
        NodeId self = nodeId("raft.node-id", value);
        if (!ids.isEmpty() && !ids.contains(self)) {
            throw RefusedStart.property(
                    "raft.node-id",
                    self,
                    "it is not among the peers " + ids,
                    "Write one of them, or add this server: raft.peers." + self + "=http://<host>:<port>.");
        }
        return self;
    }

    private static void refuseToJoinRestored(RaftProperties properties) {
        if (properties.join() && StringUtils.hasText(properties.restoreFrom())) {
            throw RefusedStart.property(
                    "raft.join",
                    true,
                    "a server that is restored from a backup (raft.restore-from) begins a cluster of its own",
                    "Set one of the two.");
        }
    }

    private static Member alone(NodeId self, Optional<String> sslBundle, int port, String contextPath) {
        String scheme = sslBundle.isPresent() ? "https" : "http";
        return new Member(self, URI.create(scheme + "://127.0.0.1:" + port + contextPath));
    }

    /** What is to be encrypted is not sent in the clear by a slip of the pen. */
    private static Optional<String> sslBundle(RaftProperties properties, List<Member> peers) {
        Optional<String> name =
                Optional.ofNullable(properties.security().sslBundle()).filter(StringUtils::hasText);
        for (Member peer : peers) {
            if (name.isPresent() && !"https".equalsIgnoreCase(peer.url().getScheme())) {
                throw RefusedStart.property(
                        PeerUrls.property(peer.id().value()),
                        peer.url(),
                        "servers call each other with TLS here (raft.security.ssl-bundle=" + name.get() + ")",
                        "Write an https URL, and set up the web server of each server for it (server.ssl.bundle).");
            }
        }
        return name;
    }

    private static Optional<String> secret(RaftProperties properties, NodeId self, List<Member> peers) {
        String secret = properties.security().secret();
        if (secret == null) {
            if (believed(properties) == Believed.THIS_MACHINE) {
                refuseWithoutSecret(self, peers);
            }
            return Optional.empty();
        }
        if (secret.length() < MIN_SECRET_LENGTH) {
            throw new RefusedStart(
                    "The property 'raft.security.secret' has " + secret.length() + " characters, which is too short.",
                    "Write at least " + MIN_SECRET_LENGTH + " random characters, the same on all servers.");
        }
        return Optional.of(secret);
    }

    private static void refuseWithoutSecret(NodeId self, List<Member> peers) {
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

    private static String clusterName(RaftProperties properties) {
        String name = properties.clusterName();
        if (!StringUtils.hasText(name)
                || name.length() > MAX_CLUSTER_NAME
                || name.chars().anyMatch(Character::isISOControl)) {
            throw RefusedStart.property(
                    "raft.cluster-name",
                    name,
                    "a name has 1 to " + MAX_CLUSTER_NAME + " printable characters",
                    "Write a short name, the same on all servers.");
        }
        return name;
    }

    private static Path dataDirectory(RaftProperties properties, NodeId self) {
        String directory = Optional.ofNullable(properties.dataDir())
                .filter(StringUtils::hasText)
                .orElse("./data/" + self);
        return path("raft.data-dir", directory, "Write the path of a directory of this server.");
    }

    private static Path path(String property, String value, String action) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw RefusedStart.property(property, value, "" + e.getMessage(), action);
        }
    }

    private static Optional<Path> restoreFrom(RaftProperties properties, NodeId self, List<Member> peers) {
        String file = properties.restoreFrom();
        if (!StringUtils.hasText(file)) {
            return Optional.empty();
        }
        List<NodeId> others =
                peers.stream().map(Member::id).filter(id -> !id.equals(self)).toList();
        if (!others.isEmpty()) {
            throw RefusedStart.property(
                    "raft.restore-from",
                    file,
                    "a backup becomes a new cluster of this server alone, and there are other peers " + others
                            + " (raft.peers)",
                    "To restore, leave no peer but raft.peers." + self
                            + ", start this server alone, and add others to the"
                            + " new cluster afterwards. If this server was restored before, remove raft.restore-from.");
        }
        return Optional.of(path("raft.restore-from", file, "Write the path of a backup on this server."));
    }

    private static String basePath(RaftProperties properties) {
        String path = properties.http().basePath();
        if (!path.matches(PATH_ALLOWED)) {
            throw RefusedStart.property(
                    "raft.http.base-path",
                    path,
                    "a path begins with a slash, does not end with one and has no characters but [A-Za-z0-9._-]",
                    "Write a path such as /raft, the same on all servers.");
        }
        return path;
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "RaftSettings[" + config + ", " + initialConfiguration + ", " + clusterName + ", " + dataDirectory + ", "
                + basePath + "]";
    }
}
