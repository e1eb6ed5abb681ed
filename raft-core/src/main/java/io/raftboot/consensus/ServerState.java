package io.raftboot.consensus;

import static io.raftboot.model.BrokenInvariant.require;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.Snapshot;
import io.raftboot.model.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The state that every server has, whatever its role (Figure 2, "State"), and what it has to say and do about it. */
final class ServerState {

    private final RaftConfig config;
    private final RandomGenerator random;
    private final RaftLog log;
    private final Room room;

    private HardState hardState;
    private boolean hardStateIsDurable = true;

    /** The last entry known to be committed; never falls. */
    private long commitIndex;

    /**
     * The last entry handed to the state machine, in a snapshot perhaps, and the last one it has applied: {@code lastApplied <=
     * applying <= commitIndex}.
     */
    private long applying;

    private long lastApplied;

    /**
     * The number of the latest request this server sent. It starts at random, in [0, 2⁶¹), because a late answer to a request of
     * its former life, before a restart, must not pass for an answer to one of this life.
     */
    private long round;

    /** The end of the cluster's log when this server was last asked to join it; 0 for one that has been there from the start. */
    private long joinedBehind;

    /** Whether others say that this server was removed; its own log may end before that. */
    private boolean toldOfRemoval;

    /** The newest snapshot on this server's disk; empty before the first. */
    private Optional<Snapshot> snapshot;

    /** What is being downloaded. */
    private Optional<Snapshot> fetching = Optional.empty();

    private List<Message> messages = new ArrayList<>();
    private Optional<Ready.Fetch> fetch = Optional.empty();
    private Optional<Snapshot> restore = Optional.empty();
    private List<Ready.ConfirmedRead> confirmedReads = new ArrayList<>();

    ServerState(
            RaftConfig config,
            PersistedState persisted,
            Optional<Snapshot> snapshot,
            long lastApplied,
            RandomGenerator random) {
        this.config = config;
        this.random = random;
        this.round = random.nextLong() >>> 3;
        this.log = new RaftLog(persisted);
        this.room = new Room(Math.max(Leader.MAX_BYTES_PER_MESSAGE, config.maxCommandBytes()));
        this.hardState = persisted.hardState();
        this.snapshot = snapshot;
        this.commitIndex = lastApplied;
        this.applying = lastApplied;
        this.lastApplied = lastApplied;
        require(
                log.base().lastIncludedIndex() <= lastApplied && lastApplied <= log.lastIndex(),
                "applied %d of a log from %d to %d",
                lastApplied,
                log.firstIndex(),
                log.lastIndex());
    }

    NodeId self() {
        return config.nodeId();
    }

    RaftConfig config() {
        return config;
    }

    RaftLog log() {
        return log;
    }

    Room room() {
        return room;
    }

    Configuration configuration() {
        return log.configuration();
    }

    /** The newest configuration that is committed. */
    Configuration committedConfiguration() {
        return log.configurationAt(commitIndex);
    }

    /** Whether the configuration in force is committed, so that another one may follow (§6). */
    boolean isConfigurationCommitted() {
        return log.configurationIndex() <= commitIndex;
    }

    /**
     * Whether this server's vote counts. As long as the entry that takes it away is not known to be committed it may still be
     * needed to get it committed (thesis §4.2.2). After a start little is known to be committed, and any configuration from there
     * on may be the committed one.
     */
    boolean isVoter() {
        return isInitiated() && log.isVoterFrom(commitIndex, self());
    }

    /**
     * Whether this server has its part of what was decided so far. One that was added may have been a member before, with another disk;
     * until its log is past that, it would take itself for the one that it was, and vote and campaign without what that one had.
     */
    boolean isInitiated() {
        return log.lastIndex() >= joinedBehind;
    }

    /** This server was added to a cluster whose log ended there. */
    void joined(long commitIndex) {
        joinedBehind = Math.max(joinedBehind, commitIndex);
    }

    /** Whether this server is known to have been taken out of the cluster. */
    boolean isRemoved() {
        return toldOfRemoval || (isConfigurationCommitted() && configuration().hasRemoved(self()));
    }

    /** Others say that it was; or it hears a leader, so that it is none any more. */
    void toldOfRemoval(boolean isRemoved) {
        toldOfRemoval = isRemoved;
    }

    long currentTerm() {
        return hardState.currentTerm();
    }

    Optional<NodeId> votedFor() {
        return hardState.votedFor();
    }

    long commitIndex() {
        return commitIndex;
    }

    long applying() {
        return applying;
    }

    long lastApplied() {
        return lastApplied;
    }

    long round() {
        return round;
    }

    long nextRound() {
        return ++round;
    }

    ElectionTimer newElectionTimer() {
        return new ElectionTimer(config.electionTicks(), config.leadership().patience(), random);
    }

    /** Takes over a later term, in which this server has not voted. */
    void adoptTerm(long term) {
        require(term > currentTerm(), "term %d cannot follow %d", term, currentTerm());
        hardState = new HardState(term, Optional.empty());
        hardStateIsDurable = false;
    }

    /** Gives this server's one vote of the current term; giving it to the same candidate again changes nothing. */
    void voteFor(NodeId candidate) {
        require(
                votedFor().isEmpty() || votedFor().get().equals(candidate),
                "the vote of term %d is given to %s and cannot go to %s",
                currentTerm(),
                votedFor(),
                candidate);
        if (votedFor().isEmpty()) {
            hardState = new HardState(currentTerm(), Optional.of(candidate));
            hardStateIsDurable = false;
        }
    }

    /** Learns that everything up to an index is committed. */
    void commitThrough(long index) {
        require(index <= log.lastIndex(), "committed %d of a log that ends at %d", index, log.lastIndex());
        commitIndex = Math.max(commitIndex, index);
    }

    /** Learns how far the state machine is. */
    void appliedThrough(long index) {
        require(
                index >= lastApplied && index <= applying,
                "applied %d, and was given %d to %d",
                index,
                lastApplied + 1,
                applying);
        lastApplied = index;
    }

    Optional<Snapshot> snapshot() {
        return snapshot;
    }

    Optional<Snapshot> fetching() {
        return fetching;
    }

    /**
     * Whether the state machine is behind the start of the log, or is to be: such a server waits for a snapshot and does not
     * campaign. One whose log has got there meanwhile waits no longer, whatever becomes of the download.
     */
    boolean isCatchingUp() {
        return isRestoring()
                || fetching.filter(snapshot -> snapshot.lastIncludedIndex() > commitIndex)
                        .isPresent();
    }

    private boolean isRestoring() {
        return lastApplied < log.base().lastIncludedIndex();
    }

    /** Has a snapshot downloaded, unless one is on its way already, up to the state machine: so files and restores do not pile up. */
    void fetch(Snapshot offered, NodeId leaderId) {
        if (fetching.isEmpty() && !isRestoring()) {
            fetching = Optional.of(offered);
            fetch = Optional.of(new Ready.Fetch(offered, leaderId));
        }
    }

    void fetchEnded() {
        fetching = Optional.empty();
    }

    /** A snapshot of what is applied is durable, so the log may lose all but the entries kept for followers that are a little behind. */
    void snapshotTaken(Snapshot taken) {
        require(taken.lastIncludedIndex() <= lastApplied, "%s was taken when %d was applied", taken, lastApplied);
        if (!adopt(taken)) {
            return;
        }
        long through = taken.lastIncludedIndex() - config.snapshots().trailingEntries();
        if (through > log.base().lastIncludedIndex()) {
            log.compactThrough(through);
        }
    }

    /**
     * Takes note of a snapshot on the disk. One of the same entry stands where another one was, whose bytes had rotted.
     *
     * @return whether it is newer than what there was
     */
    boolean adopt(Snapshot other) {
        long newest = snapshot.map(Snapshot::lastIncludedIndex).orElse(0L);
        if (other.lastIncludedIndex() >= newest) {
            snapshot = Optional.of(other);
        }
        return other.lastIncludedIndex() > newest;
    }

    /** Puts a snapshot in the place of the log and of the state: it is ahead of both (§7). */
    void install(Snapshot fetched) {
        require(
                fetched.lastIncludedIndex() > commitIndex,
                "%s would take back what is committed up to %d",
                fetched,
                commitIndex);
        log.restartBehind(fetched.metadata());
        commitIndex = fetched.lastIncludedIndex();
        applying = commitIndex;
        adopt(fetched);
        restore = Optional.of(fetched);
    }

    /** Removes entries that conflict with the leader's (§5.3); a committed one never does. */
    void truncateFrom(long index) {
        require(index > commitIndex, "the leader wants to replace entry %d, and %d is committed", index, commitIndex);
        log.truncateFrom(index);
    }

    /** Sends a message once what it rests on is durable. */
    void send(Message message) {
        messages.add(message);
    }

    void confirm(List<Ready.ConfirmedRead> reads) {
        confirmedReads.addAll(reads);
    }

    /** Hands out all that has gathered. */
    Ready ready(List<Message> replicate) {
        Ready ready = new Ready(replicate, writes(), messages, fetch, restore, takeCommitted(), confirmedReads);
        messages = new ArrayList<>();
        fetch = Optional.empty();
        restore = Optional.empty();
        confirmedReads = new ArrayList<>();
        return ready;
    }

    /** What {@link #ready} handed out to be written is durable. */
    void durable() {
        hardStateIsDurable = true;
        log.stable();
    }

    private WriteBatch writes() {
        if (hardStateIsDurable && !log.hasUnstable()) {
            return WriteBatch.EMPTY;
        }
        return new WriteBatch(
                log.unstableBase(),
                hardStateIsDurable ? Optional.empty() : Optional.of(hardState),
                log.unstableTruncation(),
                log.unstable());
    }

    private List<LogEntry> takeCommitted() {
        long through = Math.min(commitIndex, lastApplied + Ready.MAX_APPLYING_ENTRIES);
        if (through <= applying) {
            return List.of();
        }
        List<LogEntry> committed = log.slice(applying + 1, through, Ready.MAX_APPLYING_ENTRIES, Long.MAX_VALUE);
        applying = through;
        return committed;
    }
}
