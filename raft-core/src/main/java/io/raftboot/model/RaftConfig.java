package io.raftboot.model;

import java.time.Duration;

/**
 * The settings of one server.
 *
 * @param nodeId its name
 * @param electionTimeout the least time without a leader before it campaigns; the random timeout lies in [1, 2) times this
 * @param heartbeatInterval how often a leader makes itself heard; at most a third of the election timeout
 * @param leadership how eager it is to lead
 * @param requestTimeout how long a command or a read may wait before it is answered with an error
 * @param maxCommandBytes the largest command, in bytes
 * @param maxPendingCommands how many commands and reads may wait on this server, and how many entries of a leader may be not yet
 *     applied; more are refused with {@link RaftException.Overloaded}
 * @param maxPendingBytes how many bytes of commands may wait on this server, and how many of entries be not yet applied; more are
 *     refused likewise
 * @param snapshots when it takes snapshots
 * @param sessions how many request ids all servers remember once this one leads
 * @param autoPromote whether as a leader it promotes learners that are to vote and have caught up
 */
public record RaftConfig(
        NodeId nodeId,
        Duration electionTimeout,
        Duration heartbeatInterval,
        LeadershipPreference leadership,
        Duration requestTimeout,
        int maxCommandBytes,
        int maxPendingCommands,
        long maxPendingBytes,
        SnapshotPolicy snapshots,
        SessionLimits sessions,
        boolean autoPromote) {

    /** How many ticks a heartbeat interval is divided into: fine enough that two servers seldom campaign in the same tick. */
    public static final int TICKS_PER_HEARTBEAT = 10;

    /** The shortest heartbeat interval: a tick is a tenth of it. */
    public static final Duration MIN_HEARTBEAT_INTERVAL = Duration.ofMillis(10);

    /** @throws IllegalArgumentException if a value is impossible or the heartbeats are too rare for the election timeout */
    public RaftConfig {
        require(
                heartbeatInterval.compareTo(MIN_HEARTBEAT_INTERVAL) >= 0,
                "the heartbeat interval is at least " + MIN_HEARTBEAT_INTERVAL.toMillis() + " ms");
        require(
                heartbeatInterval.multipliedBy(3).compareTo(electionTimeout) <= 0,
                "the heartbeat interval is at most a third of the election timeout");
        require(electionTimeout.compareTo(Duration.ofHours(1)) <= 0, "the election timeout is at most an hour");
        require(requestTimeout.toMillis() > 0, "the request timeout is at least a millisecond");
        require(maxCommandBytes > 0, "the largest command has at least one byte");
        require(maxPendingCommands > 0, "at least one command may wait");
        require(maxPendingBytes >= maxCommandBytes, "the bytes that may wait hold at least one command");
    }

    /** The settings of a server that nobody has tuned. */
    public static RaftConfig defaults(NodeId nodeId) {
        return new RaftConfig(
                nodeId,
                Duration.ofSeconds(1),
                Duration.ofMillis(100),
                LeadershipPreference.NORMAL,
                Duration.ofSeconds(5),
                1 << 20,
                10_000,
                64L << 20,
                SnapshotPolicy.DEFAULT,
                SessionLimits.DEFAULT,
                true);
    }

    /** The same with another eagerness to lead. */
    public RaftConfig with(LeadershipPreference preference) {
        return new RaftConfig(
                nodeId,
                electionTimeout,
                heartbeatInterval,
                preference,
                requestTimeout,
                maxCommandBytes,
                maxPendingCommands,
                maxPendingBytes,
                snapshots,
                sessions,
                autoPromote);
    }

    /** The same with other limits on what may wait. */
    public RaftConfig withLimits(int commandBytes, int pendingCommands, long pendingBytes) {
        return new RaftConfig(
                nodeId,
                electionTimeout,
                heartbeatInterval,
                leadership,
                requestTimeout,
                commandBytes,
                pendingCommands,
                pendingBytes,
                snapshots,
                sessions,
                autoPromote);
    }

    /** The same with another policy for snapshots. */
    public RaftConfig with(SnapshotPolicy policy) {
        return new RaftConfig(
                nodeId,
                electionTimeout,
                heartbeatInterval,
                leadership,
                requestTimeout,
                maxCommandBytes,
                maxPendingCommands,
                maxPendingBytes,
                policy,
                sessions,
                autoPromote);
    }

    /** The same with or without promotion by itself. */
    public RaftConfig withAutoPromote(boolean promotes) {
        return new RaftConfig(
                nodeId,
                electionTimeout,
                heartbeatInterval,
                leadership,
                requestTimeout,
                maxCommandBytes,
                maxPendingCommands,
                maxPendingBytes,
                snapshots,
                sessions,
                promotes);
    }

    /** The same with other limits on remembered request ids. */
    public RaftConfig with(SessionLimits limits) {
        return new RaftConfig(
                nodeId,
                electionTimeout,
                heartbeatInterval,
                leadership,
                requestTimeout,
                maxCommandBytes,
                maxPendingCommands,
                maxPendingBytes,
                snapshots,
                limits,
                autoPromote);
    }

    /** How much time one tick stands for. */
    public Duration tickInterval() {
        return Duration.ofNanos(heartbeatInterval.toNanos() / TICKS_PER_HEARTBEAT);
    }

    /** The election timeout in ticks. */
    public int electionTicks() {
        return Math.toIntExact(electionTimeout.toNanos() / tickInterval().toNanos());
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
