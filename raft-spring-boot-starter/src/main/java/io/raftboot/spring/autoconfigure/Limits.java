package io.raftboot.spring.autoconfigure;

import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.SessionLimits;
import io.raftboot.model.SnapshotPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/** Makes the server's settings of the properties that are times and amounts, or says which is wrong. */
final class Limits {

    private static final Duration MAX_TIME = Duration.ofHours(1);
    private static final Duration MIN_EXPIRY = Duration.ofSeconds(1);
    private static final DataSize MAX_COMMAND = DataSize.ofMegabytes(512);

    private Limits() {}

    /** The settings. @throws RefusedStart if a time or an amount is wrong */
    static RaftConfig config(NodeId self, RaftProperties properties) {
        timing(properties);
        amounts(properties);
        return new RaftConfig(
                self,
                properties.electionTimeout(),
                properties.heartbeatInterval(),
                properties.leadership(),
                properties.requestTimeout(),
                (int) properties.maxCommandSize().toBytes(),
                properties.maxPendingCommands(),
                properties.maxPendingBytes().toBytes(),
                snapshots(properties.snapshot()),
                sessions(properties.sessions()),
                properties.membership().autoPromote());
    }

    private static SessionLimits sessions(RaftProperties.Sessions sessions) {
        if (sessions.max() < 1 || sessions.max() > SessionLimits.MOST_IDS) {
            throw RefusedStart.property(
                    "raft.sessions.max",
                    sessions.max(),
                    "1 to " + SessionLimits.MOST_IDS + " request ids are remembered",
                    "Write a number such as 100000.");
        }
        Duration expiry = sessions.expiry();
        if (expiry.compareTo(MIN_EXPIRY) < 0 || expiry.compareTo(SessionLimits.LONGEST_EXPIRY) > 0) {
            throw RefusedStart.property(
                    "raft.sessions.expiry",
                    text(expiry),
                    "it is at least " + text(MIN_EXPIRY) + " and at most 366 days",
                    "Write a time with its unit, such as 24h.");
        }
        return new SessionLimits(sessions.max(), expiry.toMillis(), SessionLimits.DEFAULT_RESULT_BYTES);
    }

    private static SnapshotPolicy snapshots(RaftProperties.Snapshot snapshot) {
        atLeast("raft.snapshot.entries", snapshot.entries(), 1, "Write a number such as 100000.");
        atLeast("raft.snapshot.trailing-entries", snapshot.trailingEntries(), 0, "Write a number such as 5000, or 0.");
        atLeastOneByte("raft.snapshot.log-size", snapshot.logSize(), "Write a size such as 64MB.");
        Optional<DataSize> maxRate = Optional.ofNullable(snapshot.maxRate());
        maxRate.ifPresent(rate -> atLeastOneByte(
                "raft.snapshot.max-rate", rate, "Write a size per second such as 10MB, or nothing for no limit."));
        return new SnapshotPolicy(
                snapshot.entries(),
                snapshot.logSize().toBytes(),
                snapshot.trailingEntries(),
                maxRate.map(rate -> OptionalLong.of(rate.toBytes())).orElse(OptionalLong.empty()));
    }

    private static void timing(RaftProperties properties) {
        Duration heartbeat = properties.heartbeatInterval();
        Duration election = properties.electionTimeout();
        between("raft.heartbeat-interval", heartbeat, RaftConfig.MIN_HEARTBEAT_INTERVAL);
        between("raft.election-timeout", election, RaftConfig.MIN_HEARTBEAT_INTERVAL.multipliedBy(3));
        between("raft.request-timeout", properties.requestTimeout(), Duration.ofMillis(1));
        if (heartbeat.multipliedBy(3).compareTo(election) > 0) {
            throw RefusedStart.property(
                    "raft.heartbeat-interval",
                    text(heartbeat),
                    "it is more than a third of raft.election-timeout, " + text(election)
                            + ", so that one lost heartbeat would cost the leader its leadership",
                    "Write at most " + text(Duration.ofMillis(election.toMillis() / 3))
                            + ", or raise raft.election-timeout to " + text(heartbeat.multipliedBy(3)) + ".");
        }
    }

    private static void amounts(RaftProperties properties) {
        DataSize command = properties.maxCommandSize();
        if (command.toBytes() < 1 || command.compareTo(MAX_COMMAND) > 0) {
            throw RefusedStart.property(
                    "raft.max-command-size", command, "a command has 1 byte to 512 MB", "Write a size such as 1MB.");
        }
        if (properties.maxPendingCommands() < 1) {
            throw RefusedStart.property(
                    "raft.max-pending-commands",
                    properties.maxPendingCommands(),
                    "at least one command has to be allowed to wait",
                    "Write a number such as 10000.");
        }
        if (properties.maxPendingBytes().compareTo(command) < 0) {
            throw RefusedStart.property(
                    "raft.max-pending-bytes",
                    properties.maxPendingBytes(),
                    "it does not hold one command of raft.max-command-size, " + command,
                    "Write several times that size, such as 64MB.");
        }
    }

    private static void atLeast(String property, long value, long least, String action) {
        if (value < least) {
            throw RefusedStart.property(property, value, "it is at least " + least, action);
        }
    }

    private static void atLeastOneByte(String property, DataSize value, String action) {
        if (value.toBytes() < 1) {
            throw RefusedStart.property(property, value, "it is at least 1 byte", action);
        }
    }

    private static void between(String property, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(MAX_TIME) > 0) {
            throw RefusedStart.property(
                    property,
                    text(value),
                    "it is at least " + text(least) + " and at most an hour",
                    "Write a time with its unit, such as 100ms or 5s.");
        }
    }

    private static String text(Duration duration) {
        return DurationStyle.SIMPLE.print(duration);
    }
}
