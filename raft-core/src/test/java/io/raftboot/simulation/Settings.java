package io.raftboot.simulation;

import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.SessionLimits;
import io.raftboot.model.SnapshotPolicy;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * What a seed decides before anything happens.
 *
 * @param servers how many voters the cluster begins with
 * @param spares how many servers wait beside them to be added
 * @param heartbeatsPerElection the election timeout, in heartbeats
 * @param faultTimeouts how long faults go on, in election timeouts
 * @param clients how many there are
 * @param paddingBytes how large some commands are made, 0 for none
 * @param applyTicks how long the state machine may lag, in ticks
 * @param faultGapTicks the longest pause between two faults, in ticks
 * @param crashPerMille how often a turn of a server ends in a crash
 * @param snapshotEntries how many entries are applied from one snapshot to the next
 * @param trailingEntries how many of them stay in the log
 * @param snapshotTicks how long writing a snapshot takes at most, in ticks
 * @param snapshotPieces how many pieces a snapshot has at most
 * @param pieceTicks how long the transfer of a piece takes at most, in ticks
 * @param sameBytes whether the same state gives the same bytes on every server, so that a snapshot can come from any of them
 * @param sessionIds how many request ids the servers remember at least, each another number
 * @param sessionTimeouts for how long they do at least, in election timeouts, each for another time
 * @param clockSkew how far the servers' wall clocks are apart, in parts of a tick
 * @param unusualServer the number of a voter of the beginning with the preference below
 * @param preference how eager that server is to lead
 * @param changesMembers whether the members change
 * @param tellsRemovedPerMille how often a removed server that calls is refused and told so, in a thousand; otherwise the call is taken
 */
record Settings(
        int servers,
        int spares,
        int heartbeatsPerElection,
        int faultTimeouts,
        int clients,
        int paddingBytes,
        int applyTicks,
        int faultGapTicks,
        int crashPerMille,
        int snapshotEntries,
        int trailingEntries,
        int snapshotTicks,
        int snapshotPieces,
        int pieceTicks,
        boolean sameBytes,
        int sessionIds,
        int sessionTimeouts,
        long clockSkew,
        int unusualServer,
        LeadershipPreference preference,
        boolean changesMembers,
        int tellsRemovedPerMille) {

    /** Two of these are more than a message of the leader takes, so that its log goes out in pieces. */
    private static final int LARGE_COMMAND_BYTES = 600_000;

    /** More than there are in any run. */
    private static final int NO_SNAPSHOTS = 100_000;

    /** Taking over a whole state may take so much longer than applying a few entries. */
    private static final int RESTORE_TIMES = 12;

    private static final int MAX_SPARES = 3;

    private static final int MANY = 100_000;

    static Settings throwDice(Dice dice) {
        int servers = dice.pickInt(3, 3, 3, 3, 3, 3, 3, 3, 3, 5, 5, 5, 5, 5, 5, 4, 4, 7, 2, 1);
        int heartbeats = dice.pickInt(3, 3, 3, 4, 5, 10);
        int electionTicks = heartbeats * RaftConfig.TICKS_PER_HEARTBEAT;
        LeadershipPreference preference = preference(dice, servers);
        // A server that never leads may be the only voter that is left.
        boolean changesMembers = preference != LeadershipPreference.NEVER && dice.chance(700);
        return new Settings(
                servers,
                changesMembers ? dice.between(0, MAX_SPARES) : 0,
                heartbeats,
                dice.between(12, 36),
                dice.between(2, 4),
                dice.chance(100) ? LARGE_COMMAND_BYTES : 0,
                dice.chance(250) ? dice.between(1, electionTicks) : 0,
                dice.pickInt(electionTicks / 3, electionTicks, 3 * electionTicks),
                dice.pickInt(0, 3, 15),
                dice.pickInt(3, 8, 8, 15, 30, NO_SNAPSHOTS),
                dice.pickInt(0, 0, 0, 2, 5, 15),
                dice.pickInt(1, 5, electionTicks, 2 * electionTicks),
                dice.pickInt(1, 3, 3, 6),
                dice.pickInt(2, 5, electionTicks / 2, electionTicks),
                dice.chance(850),
                dice.pickInt(MANY, MANY, MANY, 60, 25, 12, 5),
                dice.pickInt(MANY, MANY, 12, 4),
                dice.pickInt(0, 1, 3 * electionTicks, 9 * electionTicks) * EventQueue.TICK,
                dice.below(servers),
                preference,
                changesMembers,
                dice.pickInt(0, 300, 1000));
    }

    /**
     * Where one of two never leads, it may be the only one that has the last entry: the leader lost it with its power, having sent it
     * before its own disk was done. Then nobody can be elected, and that is what such a setting asks for.
     */
    private static LeadershipPreference preference(Dice dice, int servers) {
        if (servers == 1 || dice.chance(800)) {
            return LeadershipPreference.NORMAL;
        }
        return dice.flip() || servers == 2 ? LeadershipPreference.RELUCTANT : LeadershipPreference.NEVER;
    }

    LeadershipPreference preferenceOf(int server) {
        return server == unusualServer ? preference : LeadershipPreference.NORMAL;
    }

    RaftConfig configOf(int server, NodeId id) {
        Duration heartbeat = Duration.ofMillis(100);
        RaftConfig defaults = RaftConfig.defaults(id);
        return new RaftConfig(
                id,
                heartbeat.multipliedBy(heartbeatsPerElection),
                heartbeat,
                preferenceOf(server),
                defaults.requestTimeout(),
                defaults.maxCommandBytes(),
                defaults.maxPendingCommands(),
                defaults.maxPendingBytes(),
                new SnapshotPolicy(snapshotEntries, logBytes(), trailingEntries, OptionalLong.empty()),
                sessionLimitsOf(server),
                true);
    }

    /** Other ones on every server, so that it shows whose they are. */
    private SessionLimits sessionLimitsOf(int server) {
        long resultBytes = server == 1 ? sessionIds * (long) Long.BYTES : SessionLimits.DEFAULT_RESULT_BYTES;
        return new SessionLimits(sessionIds + 5 * server, (sessionTimeouts + server) * electionTimeout(), resultBytes);
    }

    private long logBytes() {
        return Math.max(snapshotEntries * 100L, 3L * paddingBytes);
    }

    /** The election timeout, in ticks. */
    int electionTicks() {
        return heartbeatsPerElection * RaftConfig.TICKS_PER_HEARTBEAT;
    }

    /** The election timeout, in parts of a tick. */
    long electionTimeout() {
        return electionTicks() * EventQueue.TICK;
    }

    /** How long a state machine takes at most to take over a whole state, in parts of a tick. */
    long longestRestore() {
        return EventQueue.TICK * applyTicks * RESTORE_TIMES;
    }

    /** How many servers there are, those that wait to be added among them. */
    int allServers() {
        return servers + spares;
    }
}
