package io.raftboot.spring.autoconfigure;

import io.raftboot.model.Configuration;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
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
 * @param trust by what servers know each other
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
        PeerTrust trust,
        Optional<String> adminToken) {

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
        PeerTrust trust = PeerTrust.of(properties.security(), self, peers, environment);
        return new RaftSettings(
                Limits.config(self, properties),
                properties.join()
                        ? Configuration.empty()
                        : Configuration.ofVoters(
                                peers.isEmpty() ? List.of(alone(self, trust.scheme(), port, contextPath)) : peers),
                clusterName(properties),
                dataDirectory(properties, self),
                restoreFrom(properties, self, peers),
                Optional.ofNullable(properties.forceNewCluster())
                        .filter(value -> StringUtils.hasText(value) && !value.equals("false")),
                contextPath,
                basePath(properties),
                trust,
                adminToken(properties));
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

    private static Member alone(NodeId self, String scheme, int port, String contextPath) {
        return new Member(self, URI.create(scheme + "://127.0.0.1:" + port + contextPath));
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
