package io.raftboot.consensus;

import static io.raftboot.model.BrokenInvariant.require;

import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.InstallSnapshot;
import io.raftboot.model.Message.InstallSnapshotReply;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RequestId;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Rules for leaders (§5.3, §5.4.2, §8): take commands, replicate them, and know when they are committed. */
final class Leader implements Role {

    /** The most entries and bytes in one message; a single larger entry still goes. */
    static final int MAX_ENTRIES_PER_MESSAGE = 1024;

    static final long MAX_BYTES_PER_MESSAGE = 1L << 20;

    private final ServerState state;
    private final SortedMap<NodeId, Progress> followers = new TreeMap<>();
    private final ReadIndexQueue reads = new ReadIndexQueue();

    /** The first entry of this leader's term: once it is committed, all earlier ones are (§8). */
    private final long termStart;

    /** Ticks since this leader was elected. */
    private long now;

    private boolean heartbeatIsDue;
    private Optional<LeadershipTransfer> transfer = Optional.empty();

    Leader(ServerState state) {
        this.state = state;
        this.termStart = state.log().lastIndex() + 1;
        for (Member member : state.configuration().others(state.self())) {
            followers.put(member.id(), new Progress(member.id(), termStart, now));
        }
        state.log()
                .append(new LogEntry.NoOp(
                        termStart, state.currentTerm(), state.config().sessions()));
    }

    @Override
    public RaftRole name() {
        return RaftRole.LEADER;
    }

    @Override
    public Optional<NodeId> leaderId() {
        return Optional.of(state.self());
    }

    @Override
    public boolean hearsLeader() {
        return true;
    }

    Collection<Progress> followers() {
        return Collections.unmodifiableCollection(followers.values());
    }

    /** How many ticks ago a follower last answered. */
    long ticksSinceContact(Progress follower) {
        return now - follower.lastContact();
    }

    Optional<NodeId> transferTarget() {
        return transfer.map(LeadershipTransfer::target);
    }

    @Override
    public Role tick() {
        now++;
        if (hasLostMajority()) {
            return new Follower(state);
        }
        transfer = transfer.filter(running -> now < running.deadline());
        for (Progress follower : followers.values()) {
            if (follower.isOverdue(now, state.config().electionTicks())) {
                follower.unreachable(state.round());
            }
        }
        heartbeatIsDue |= now % RaftConfig.TICKS_PER_HEARTBEAT == 0;
        return this;
    }

    /** Appends a command to the log (Figure 2). @throws RaftException.NotLeader while leadership is being handed over */
    LogPosition propose(long timestampMillis, Optional<RequestId> requestId, byte[] command) {
        if (transfer.isPresent()) {
            throw new RaftException.NotLeader(transferTarget());
        }
        long index = state.log().lastIndex() + 1;
        state.log().append(new LogEntry.Command(index, state.currentTerm(), timestampMillis, requestId, command));
        return new LogPosition(index, state.currentTerm());
    }

    /** Takes a read; reads that arrive while a round is under way share the next one. */
    void readIndex(long readId) {
        heartbeatIsDue |= reads.isEmpty();
        reads.add(readId, Math.max(state.commitIndex(), termStart), state.round());
        confirmReads();
    }

    /** Begins to hand leadership to a voter (thesis §3.10); a later request replaces an earlier one. */
    void transferTo(NodeId target) {
        transfer =
                Optional.of(new LeadershipTransfer(target, now + state.config().electionTicks(), false));
        advanceTransfer();
    }

    /** The voter that could take over soonest. */
    Optional<NodeId> bestSuccessor() {
        return followers.values().stream()
                .filter(follower -> state.configuration().isVoter(follower.id()) && !follower.isLost())
                .filter(follower -> ticksSinceContact(follower) < state.config().electionTicks())
                .max(Comparator.comparingLong(Progress::matchIndex))
                .map(Progress::id);
    }

    @Override
    public Role durable() {
        advanceCommitIndex();
        return this;
    }

    @Override
    public Role onAppendEntries(AppendEntries rpc) {
        require(false, "term %d has two leaders, %s and %s", state.currentTerm(), state.self(), rpc.from());
        return this;
    }

    @Override
    public Role onInstallSnapshot(InstallSnapshot rpc) {
        require(false, "term %d has two leaders, %s and %s", state.currentTerm(), state.self(), rpc.from());
        return this;
    }

    @Override
    public Role onAppendEntriesReply(AppendEntriesReply reply) {
        answeredBy(reply.from(), reply.round(), reply.matchIndex()).ifPresent(follower -> {
            if (reply.success()) {
                follower.accepted(reply, state.round(), now);
            } else {
                LogPosition match = state.log().lastPossibleMatch(reply.conflictIndex(), reply.conflictTerm());
                // Before the base nothing is known; such a follower gets the snapshot.
                follower.refused(reply, Math.min(match.index(), reply.conflictIndex()), now);
            }
            learned();
        });
        return this;
    }

    @Override
    public Role onInstallSnapshotReply(InstallSnapshotReply reply) {
        answeredBy(reply.from(), reply.round(), reply.matchIndex()).ifPresent(follower -> {
            follower.installed(reply, state.round(), now);
            learned();
        });
        return this;
    }

    /** Who answered, unless the answer is to nothing this leader has asked. */
    private Optional<Progress> answeredBy(NodeId server, long round, long matchIndex) {
        return Optional.ofNullable(followers.get(server))
                .filter(follower ->
                        round <= state.round() && matchIndex <= state.log().lastIndex());
    }

    private void learned() {
        advanceCommitIndex();
        confirmReads();
        advanceTransfer();
    }

    @Override
    public void onUnreachable(NodeId peer) {
        Progress follower = followers.get(peer);
        if (follower != null) {
            follower.unreachable(state.round());
        }
    }

    @Override
    public void replicate(List<Message> out) {
        for (Progress follower : followers.values()) {
            if (needsSnapshot(follower)) {
                offerSnapshot(follower, out);
            } else if (follower.canSend(state.log().lastIndex())) {
                List<LogEntry> entries = state.log()
                        .slice(follower.nextIndex(), Long.MAX_VALUE, MAX_ENTRIES_PER_MESSAGE, MAX_BYTES_PER_MESSAGE);
                AppendEntries message = appendEntries(follower.id(), follower.nextIndex() - 1, entries);
                follower.sent(message.round(), entries.size(), now);
                out.add(message);
            } else if (heartbeatIsDue) {
                out.add(appendEntries(follower.id(), follower.heartbeatIndex(), List.of()));
            }
        }
        heartbeatIsDue = false;
    }

    /** Whether the entry after the last one the follower is known to have, or may have, is compacted away. */
    private boolean needsSnapshot(Progress follower) {
        return follower.heartbeatIndex() < state.log().base().lastIncludedIndex();
    }

    /** Tells of the newest snapshot, again with every heartbeat, until the follower has it (§7). */
    private void offerSnapshot(Progress follower, List<Message> out) {
        follower.unreachable(state.round());
        if (heartbeatIsDue || follower.canSend(state.log().lastIndex())) {
            InstallSnapshot message = new InstallSnapshot(
                    state.self(),
                    follower.id(),
                    state.currentTerm(),
                    state.nextRound(),
                    state.snapshot().orElseThrow());
            follower.sent(message.round(), 0, now);
            out.add(message);
        }
    }

    private AppendEntries appendEntries(NodeId follower, long prevLogIndex, List<LogEntry> entries) {
        return new AppendEntries(
                state.self(),
                follower,
                state.currentTerm(),
                state.nextRound(),
                prevLogIndex,
                state.log().term(prevLogIndex),
                entries,
                state.commitIndex());
    }

    /** Only an entry of this leader's own term is committed by counting; earlier ones are committed with it (§5.4.2). */
    private void advanceCommitIndex() {
        long reached = Quorum.reachedByMajority(state.configuration(), this::countedMatchIndex);
        if (reached > state.commitIndex() && state.log().term(reached) == state.currentTerm()) {
            state.commitThrough(reached);
            confirmReads();
        }
    }

    private long countedMatchIndex(NodeId server) {
        if (server.equals(state.self())) {
            return state.log().durableIndex();
        }
        Progress follower = followers.get(server);
        return follower == null || follower.isLost() ? 0 : follower.matchIndex();
    }

    private void confirmReads() {
        long confirmedRound = Quorum.reachedByMajority(
                state.configuration(), server -> fromFollower(server, Long.MAX_VALUE, Progress::answeredRound));
        List<Ready.ConfirmedRead> confirmed = reads.confirm(confirmedRound, state.commitIndex());
        state.confirm(confirmed);
        heartbeatIsDue |= !confirmed.isEmpty() && !reads.isEmpty();
    }

    /** Whether no majority has answered for an election timeout, so that another leader may be at work (thesis §6.2). */
    private boolean hasLostMajority() {
        long heardByMajority = Quorum.reachedByMajority(
                state.configuration(), server -> fromFollower(server, now, Progress::lastContact));
        return now - heardByMajority >= state.config().electionTicks();
    }

    private long fromFollower(NodeId server, long own, ToLongFunction<Progress> value) {
        if (server.equals(state.self())) {
            return own;
        }
        Progress follower = followers.get(server);
        return follower == null ? 0 : value.applyAsLong(follower);
    }

    private void advanceTransfer() {
        transfer = transfer.map(running -> {
            Progress target = followers.get(running.target());
            if (running.asked()
                    || target == null
                    || target.matchIndex() < state.log().lastIndex()) {
                return running;
            }
            state.send(new Message.TimeoutNow(state.self(), running.target(), state.currentTerm(), state.nextRound()));
            return running.withAsked();
        });
    }

    /**
     * Leadership on its way to another server.
     *
     * @param deadline the tick at which this leader gives up and serves again
     * @param asked whether the target was told to start its election
     */
    private record LeadershipTransfer(NodeId target, long deadline, boolean asked) {

        LeadershipTransfer withAsked() {
            return new LeadershipTransfer(target, deadline, true);
        }
    }

    @Override
    public String toString() {
        return name() + " followers=" + followers.values();
    }
}
