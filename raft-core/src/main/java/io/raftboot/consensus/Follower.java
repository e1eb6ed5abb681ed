package io.raftboot.consensus;

import static io.raftboot.model.BrokenInvariant.require;

import io.raftboot.model.Configuration;
import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.InstallSnapshot;
import io.raftboot.model.Message.InstallSnapshotReply;
import io.raftboot.model.Message.TimeoutNow;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import io.raftboot.model.Snapshot;
import java.util.Optional;

/** Rules for followers (§5.2, §5.3): take what the leader sends, and campaign when none is heard. */
final class Follower implements Role {

    /** How long a leader is silent that has missed two heartbeats, and a little for their way. */
    static final int SILENT_TICKS = 2 * RaftConfig.TICKS_PER_HEARTBEAT + 2;

    /**
     * How long each server waits for the one before it once the leader is gone: that one may notice a heartbeat interval later, take
     * half of one until its next turn, and the rest for an election, with its two writes.
     */
    static final int TICKS_APART = 2 * RaftConfig.TICKS_PER_HEARTBEAT;

    private final ServerState state;
    private final ElectionTimer timer;

    private Optional<NodeId> leaderId = Optional.empty();

    /** Whether there has been a leader that is not known to be gone; a later term alone does not end its lease. */
    private boolean hasLeader;

    private int ticksSinceLeader;

    Follower(ServerState state) {
        this.state = state;
        this.timer = state.newElectionTimer();
    }

    @Override
    public RaftRole name() {
        if (state.isRemoved()) {
            return RaftRole.REMOVED;
        }
        return state.isVoter() ? RaftRole.FOLLOWER : RaftRole.LEARNER;
    }

    @Override
    public Optional<NodeId> leaderId() {
        return leaderId;
    }

    @Override
    public boolean hearsLeader() {
        return hasLeader && ticksSinceLeader < state.config().electionTicks();
    }

    /** The timer runs on: a mere term is no sign of a leader. */
    @Override
    public Role onLaterTerm(long term) {
        state.adoptTerm(term);
        forgetLeader();
        return this;
    }

    private void forgetLeader() {
        leaderId = Optional.empty();
    }

    /** The candidate is given time to win (§5.2). */
    @Override
    public Role onVoteGranted() {
        timer.reset();
        return this;
    }

    @Override
    public Optional<NodeId> silentLeader() {
        return leaderId.filter(leader -> ticksSinceLeader >= SILENT_TICKS);
    }

    @Override
    public void onGone(NodeId server) {
        if (silentLeader().equals(Optional.of(server))) {
            timer.hasten(1 + TICKS_APART * rank());
            hasLeader = false;
            forgetLeader();
        }
    }

    /**
     * Which of the followers this one is. All of them notice at nearly the same moment that the leader is gone: what chance does for
     * them otherwise (§5.2), their order does here, because chance would need more time to keep them apart.
     */
    private int rank() {
        Configuration configuration = state.configuration();
        return (int) configuration.members().headMap(state.self()).keySet().stream()
                .filter(id -> configuration.isVoter(id) && !leaderId.equals(Optional.of(id)))
                .count();
    }

    @Override
    public Role tick() {
        ticksSinceLeader++;
        if (!timer.tick() && !isMajorityByItself()) {
            return this;
        }
        if (mayCampaign()) {
            return Candidate.preVote(state);
        }
        forgetLeader();
        timer.reset();
        return this;
    }

    /** Receiver implementation of AppendEntries, steps 2 to 5 of Figure 2. */
    @Override
    public Role onAppendEntries(AppendEntries rpc) {
        hear(rpc.from());
        RaftLog log = state.log();
        if (!log.matches(rpc.prevLogIndex(), rpc.prevLogTerm())) {
            LogPosition conflict = log.lastPossibleMatch(rpc.prevLogIndex(), rpc.prevLogTerm());
            state.send(AppendEntriesReply.refused(rpc, state.currentTerm(), conflict));
            return this;
        }
        int accepted = 0;
        while (accepted < rpc.entries().size() && accept(rpc.entries().get(accepted))) {
            accepted++;
        }
        long lastNewEntry = rpc.prevLogIndex() + accepted;
        // Not the own last index: behind the new entries the tail of another leader may still stand.
        state.commitThrough(Math.min(rpc.leaderCommit(), lastNewEntry));
        state.send(AppendEntriesReply.accepted(rpc, state.currentTerm(), accepted)
                .withRoom(state.room().ifLow()));
        return this;
    }

    /** Receiver implementation of InstallSnapshot (§7): whatever this server has committed already, it does not fetch. */
    @Override
    public Role onInstallSnapshot(InstallSnapshot rpc) {
        hear(rpc.from());
        Snapshot snapshot = rpc.snapshot();
        if (state.log().matches(snapshot.lastIncludedIndex(), snapshot.lastIncludedTerm())) {
            state.commitThrough(snapshot.lastIncludedIndex());
            state.send(InstallSnapshotReply.installed(rpc, state.currentTerm()));
        } else {
            state.fetch(snapshot, rpc.from());
            state.send(InstallSnapshotReply.notInstalled(rpc, state.currentTerm()));
        }
        return this;
    }

    @Override
    public Role onTimeoutNow(TimeoutNow rpc) {
        return mayCampaign() ? Candidate.election(state, true) : this;
    }

    private void hear(NodeId leader) {
        require(
                leaderId.isEmpty() || leaderId.get().equals(leader),
                "term %d has two leaders, %s and %s",
                state.currentTerm(),
                leaderId,
                leader);
        leaderId = Optional.of(leader);
        hasLeader = true;
        state.toldOfRemoval(false);
        ticksSinceLeader = 0;
        timer.reset();
    }

    /**
     * Truncates at a real conflict only: a late or repeated message must not take away what came after it (§5.3).
     *
     * @return whether the log has the entry, because there was room for it
     */
    private boolean accept(LogEntry entry) {
        RaftLog log = state.log();
        if (log.matches(entry.index(), entry.term())) {
            return true;
        }
        if (!state.room().take(entry)) {
            return false;
        }
        if (entry.index() <= log.lastIndex()) {
            state.truncateFrom(entry.index());
        }
        log.append(entry);
        return true;
    }

    /** Nobody else could lead, so there is nobody to wait for. */
    private boolean isMajorityByItself() {
        return Quorum.isMajority(state.configuration(), state.self()::equals);
    }

    private boolean mayCampaign() {
        return state.isVoter()
                && !state.isRemoved()
                && state.config().leadership() != LeadershipPreference.NEVER
                && !state.isCatchingUp();
    }

    @Override
    public String toString() {
        return name() + leaderId.map(id -> " of " + id).orElse("");
    }
}
