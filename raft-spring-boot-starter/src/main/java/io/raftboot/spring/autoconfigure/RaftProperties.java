package io.raftboot.spring.autoconfigure;

import io.raftboot.model.LeadershipPreference;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties under {@code raft}, as they were written. They are checked where they are used, in {@link RaftSettings}. The peers
 * are text and no URIs: of a key with a dot, such as {@code raft.peers.n.1}, Spring Boot makes a map entry only if the value is of a
 * type in {@code java.lang}, and drops it silently otherwise, so that this server would lead a cluster of its own.
 *
 * @param enabled Whether this application takes part in a Raft cluster.
 * @param nodeId Stable name of this server, 1 to 64 characters of [A-Za-z0-9._-], never reused. Required with peers.
 * @param peers Base URL of every initial voter by its id, this server included. Read on the very first start only.
 * @param join Whether this server starts empty and waits to be added to a cluster. Peers are not looked at then.
 * @param clusterName Name of the cluster, equal on all servers, 1 to 64 characters.
 * @param dataDir Directory of the log, locked against a second process.
 * @param restoreFrom File of a backup that a new cluster is made of, on an empty data directory. This server is its only member.
 * @param forceNewCluster Makes this server a cluster of its own when the majority is gone for good. "true" prints what would be
 *     lost and the value to confirm it with.
 * @param electionTimeout Least time without a leader before this server campaigns. The random timeout lies in [1, 2) times this.
 *     At least three heartbeat intervals, at most an hour.
 * @param heartbeatInterval How often a leader makes itself heard. At least 10 ms, at most a third of the election timeout.
 * @param leadership How eager this server is to lead.
 * @param requestTimeout How long a submitted command or read may wait before it is answered with an error. 1 ms to 1 h.
 * @param maxCommandSize Largest command. Larger ones are refused before they reach the log. At most 512 MB.
 * @param maxPendingCommands How many commands and reads may wait on this server before new ones are refused at once.
 * @param maxPendingBytes How much data of commands may wait on this server before new ones are refused at once.
 * @param snapshot When this server takes snapshots, and what it keeps.
 * @param membership How servers join.
 * @param sessions How many request ids the servers remember, and for how long.
 * @param http How peers and operators reach this server.
 * @param security How peers trust each other.
 * @param admin Who may use the admin endpoints.
 */
@ConfigurationProperties("raft")
public record RaftProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String nodeId,
        @DefaultValue Map<String, String> peers,
        @DefaultValue("false") boolean join,
        @DefaultValue("default") String clusterName,
        @Nullable String dataDir,
        @Nullable String restoreFrom,
        @Nullable String forceNewCluster,
        @DefaultValue("1s") Duration electionTimeout,
        @DefaultValue("100ms") Duration heartbeatInterval,
        @DefaultValue("normal") LeadershipPreference leadership,
        @DefaultValue("5s") Duration requestTimeout,
        @DefaultValue("1MB") DataSize maxCommandSize,
        @DefaultValue("10000") int maxPendingCommands,
        @DefaultValue("64MB") DataSize maxPendingBytes,
        @DefaultValue Snapshot snapshot,
        @DefaultValue Membership membership,
        @DefaultValue Sessions sessions,
        @DefaultValue Http http,
        @DefaultValue Security security,
        @DefaultValue Admin admin) {

    /**
     * Properties under {@code raft.snapshot}.
     *
     * @param entries How many log entries are applied from one snapshot to the next. At least 1.
     * @param logSize How much data of log entries is applied from one snapshot to the next, whichever is reached first.
     * @param trailingEntries How many entries stay in the log behind a snapshot, so that a follower that was briefly away needs no
     *     snapshot. May be 0.
     * @param maxRate How much data of a snapshot this server downloads per second. Unlimited by default.
     */
    public record Snapshot(
            @DefaultValue("100000") long entries,
            @DefaultValue("64MB") DataSize logSize,
            @DefaultValue("5000") long trailingEntries,
            @Nullable DataSize maxRate) {}

    /**
     * Properties under {@code raft.membership}.
     *
     * @param autoPromote Whether a learner that was added as a voter becomes one by itself once it has caught up. What the leader
     *     is set to counts.
     */
    public record Membership(@DefaultValue("true") boolean autoPromote) {}

    /**
     * Properties under {@code raft.sessions}. All servers go by those of the server that leads.
     *
     * @param max How many request ids are remembered; as many again of those that servers make up themselves. 1 to 1000000.
     * @param expiry How long a request id is remembered, by the timestamps in the log. 1 s to 366 d.
     */
    public record Sessions(
            @DefaultValue("100000") int max,
            @DefaultValue("24h") Duration expiry) {}

    /**
     * Properties under {@code raft.http}.
     *
     * @param basePath Path below which the peer and admin endpoints live, within the application's context path.
     */
    public record Http(@DefaultValue("/raft") String basePath) {}

    /**
     * Properties under {@code raft.security}.
     *
     * @param secret Shared secret that signs peer RPC, at least 16 characters, equal on all servers.
     * @param sslBundle Name of the SSL bundle with which other servers are called, at https URLs. Without a secret, a caller has to
     *     show a certificate that the bundle trusts: server.ssl.client-auth=want, or need.
     * @param mode What to do without a secret.
     */
    public record Security(
            @Nullable String secret,
            @Nullable String sslBundle,
            @DefaultValue("signed") SecurityMode mode) {

        @Override
        public String toString() {
            return "Security[secret=" + hidden(secret) + ", sslBundle=" + sslBundle + ", mode=" + mode + "]";
        }
    }

    /** What to do without a secret. A secret that is set is always used. */
    public enum SecurityMode {
        /** Refuse to start with peers beyond loopback. */
        SIGNED,
        /** Believe every call: whoever reaches the port can speak as a peer. */
        NONE
    }

    /**
     * Properties under {@code raft.admin}.
     *
     * @param token Bearer token for the admin endpoints. Without one they answer 403.
     */
    public record Admin(@Nullable String token) {

        @Override
        public String toString() {
            return "Admin[token=" + hidden(token) + "]";
        }
    }

    private static String hidden(@Nullable String secret) {
        return secret == null ? "none" : "******";
    }
}
