package io.raftboot.consensus;

import static io.raftboot.model.BrokenInvariant.require;

import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.MembershipChange;
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
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Rules for leaders (§5.3, §5.4.2, §8): take commands, replicate them, and know when they are committed. */
final class Leader implements Role {

    /** The most entries and bytes in one message; a single larger entry still goes. */
    static final int MAX_ENTRIES_PER_MESSAGE = 1024;

    static final long MAX_BYTES_PER_MESSAGE = 1L << 20;

    private final ServerState state;
    private final Followers followers;
    private final ReadIndexQueue reads = new ReadIndexQueue();
    private final Reconfiguration reconfiguration;
    private final Backlog backlog;

    /** The first entry of this leader's term: once it is committed, all earlier ones are (§8). */
    private final long termStart;

    private boolean heartbeatIsDue;

    private Optional<LeadershipTransfer> transfer = Optional.empty();

    /**
     * Who was told to take over. However late that arrives, it may do so in the term that follows, and needs nobody's
     * loyalty for it. So this leader does not go on in its term if the transfer fails, but has itself elected in that one.
     */
    private Optional<NodeId> toldSuccessor = Optional.empty();

    Leader(ServerState state) {
        this.state = state;
        this.termStart = state.log().lastIndex() + 1;
        this.followers = new Followers(state);
        this.reconfiguration = new Reconfiguration(state, followers, termStart);
        state.log()
                .append(new LogEntry.NoOp(
                        termStart, state.currentTerm(), state.config().sessions()));
        this.backlog = new Backlog(state.log(), state.commitIndex());
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

    Followers followers() {
        return followers;
    }

    /** Whether an entry of this leader's own term is committed, and with it all that came before (§5.4.2). */
    boolean hasCommittedInItsTerm() {
        return state.commitIndex() >= termStart;
    }

    Optional<NodeId> transferTarget() {
        return transfer.map(LeadershipTransfer::target);
    }

    @Override
    public Role tick() {
        followers.tick();
        if (followers.isMajorityLost()) {
            return new Follower(state);
        }
        transfer = transfer.filter(running -> followers.now() < running.deadline());
        if (transfer.isEmpty() && mustResign()) {
            return new Follower(state);
        }
        if (transfer.isEmpty() && toldSuccessor.isPresent()) {
            state.room().notTakenOverBy(toldSuccessor.get());
            return Candidate.election(state, true);
        }
        followers.giveUpOverdue();
        if (followers.now() % RaftConfig.TICKS_PER_HEARTBEAT == 0) {
            heartbeatIsDue = true;
            handOverIfFull();
        }
        return this;
    }

    /** Who has room for commands is to lead, if that helps: a majority must have it (scenario P9). */
    private void handOverIfFull() {
        if (state.room().isLow() && transfer.isEmpty() && followers.isMajority(Progress::isRoomy)) {
            followers
                    .bestSuccessor(
                            follower -> follower.isRoomy() && state.room().mayBeTakenOverBy(follower.id()))
                    .ifPresent(this::transferTo);
        }
    }

    /**
     * Appends a command to the log (Figure 2).
     *
     * @throws RaftException.NotLeader while leadership is being handed over
     * @throws RaftException.Overloaded if there is no room for it
     */
    LogPosition propose(long timestampMillis, Optional<RequestId> requestId, byte[] command) {
        requireNoTransfer();
        long index = state.log().lastIndex() + 1;
        LogEntry entry = new LogEntry.Command(index, state.currentTerm(), timestampMillis, requestId, command);
        requireRoom(entry);
        state.log().append(entry);
        return new LogPosition(index, state.currentTerm());
    }

    private void requireRoom(LogEntry entry) {
        backlog.doneThrough(Math.max(state.lastApplied(), Math.min(state.commitIndex(), termStart - 1)));
        if (!backlog.hasRoomFor(entry, state.config())) {
            throw new RaftException.Overloaded(
                    "too many commands wait for a majority of the servers or for the state machine");
        }
        if (isMajorityFull() || !state.room().take(entry)) {
            throw RaftException.Overloaded.diskFull("there is too little room on the disks for commands");
        }
    }

    /** Whether this server or too many others have too little room for commands, so that none would be committed. */
    private boolean isMajorityFull() {
        return state.room().isLow() || !followers.isMajority(Predicate.not(Progress::isFull));
    }

    private void requireNoTransfer() {
        if (transfer.isPresent()) {
            throw new RaftException.NotLeader(transferTarget());
        }
    }

    /** What a change of the members would lead to. @throws RaftException if it is about an unknown server, or makes no sense */
    ChangeOutlook outlook(MembershipChange change) {
        return reconfiguration.outlook(change);
    }

    /** Begins to change the members, see {@link Reconfiguration#begin}. */
    long change(MembershipChange change, boolean force) {
        requireNoTransfer();
        return reconfiguration.begin(change, force);
    }

    /**
     * Takes a read; reads that arrive while a round is under way share the next one.
     *
     * @throws RaftException.Overloaded if as many wait as may. Their callers may have given up long ago; they stay for as long as a
     *     majority answers and nothing is committed in this term, because the disks are full
     */
    void readIndex(long readId) {
        if (reads.size() >= state.config().maxPendingCommands()) {
            throw new RaftException.Overloaded("too many reads wait for a majority of the servers");
        }
        heartbeatIsDue |= reads.isEmpty();
        reads.add(readId, Math.max(state.commitIndex(), termStart), state.round());
        confirmReads();
    }

    /** Begins to hand leadership to a voter (thesis §3.10); a later request replaces an earlier one. */
    void transferTo(NodeId target) {
        transfer = Optional.of(
                new LeadershipTransfer(target, followers.now() + state.config().electionTicks(), false));
        advanceTransfer();
    }

    /** The voter that could take over soonest. */
    Optional<NodeId> bestSuccessor() {
        return followers.bestSuccessor(follower -> true);
    }

    @Override
    public Role onLaterTerm(long term) {
        state.adoptTerm(term);
        return new Follower(state);
    }

    @Override
    public Role onVoteGranted() {
        require(false, "the leader %s of term %d has voted for another server", state.self(), state.currentTerm());
        return this;
    }

    @Override
    public Role durable() {
        return learned();
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
        Optional<Progress> answered = followers.answeredBy(reply.from(), reply.round(), reply.matchIndex());
        answered.ifPresent(follower -> {
            if (reply.success()) {
                follower.accepted(reply, state.round(), followers.now());
                catchUp(follower);
            } else {
                LogPosition match = state.log().lastPossibleMatch(reply.conflictIndex(), reply.conflictTerm());
                // Before the base nothing is known; such a follower gets the snapshot.
                follower.refused(reply, Math.min(match.index(), reply.conflictIndex()), followers.now());
            }
        });
        return answered.isPresent() ? learned() : this;
    }

    @Override
    public Role onInstallSnapshotReply(InstallSnapshotReply reply) {
        Optional<Progress> answered = followers.answeredBy(reply.from(), reply.round(), reply.matchIndex());
        answered.ifPresent(follower -> {
            follower.installed(reply, state.round(), followers.now());
            catchUp(follower);
        });
        return answered.isPresent() ? learned() : this;
    }

    private void catchUp(Progress follower) {
        follower.goOnCatchingUp(
                followers.lastIndexFor(follower),
                followers.now(),
                state.config().electionTicks());
    }

    private Role learned() {
        advanceCommitIndex();
        confirmReads();
        advanceTransfer();
        return reconfigure();
    }

    /** Brings changes of the members on; a leader that does not vote any more looks for another one (thesis §4.2.2). */
    private Role reconfigure() {
        if (transfer.isPresent()) {
            return this;
        }
        if (!reconfiguration.goOn() && mustResign()) {
            Optional<NodeId> successor = bestSuccessor();
            successor.ifPresent(this::transferTo);
            return successor.isPresent() ? this : new Follower(state);
        }
        return this;
    }

    private boolean mustResign() {
        return state.isConfigurationCommitted() && !state.configuration().isVoter(state.self());
    }

    @Override
    public void onUnreachable(NodeId peer) {
        followers.find(peer).ifPresent(follower -> follower.unreachable(state.round()));
    }

    @Override
    public void replicate(List<Message> out) {
        for (Progress follower : followers.all()) {
            long lastIndex = followers.lastIndexFor(follower);
            if (needsSnapshot(follower)) {
                offerSnapshot(follower, lastIndex, out);
            } else if (follower.canSend(lastIndex) && (heartbeatIsDue || !follower.isFull())) {
                out.add(nextEntries(follower, lastIndex));
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
    private void offerSnapshot(Progress follower, long lastIndex, List<Message> out) {
        follower.unreachable(state.round());
        if (heartbeatIsDue || follower.canSend(lastIndex)) {
            InstallSnapshot message = new InstallSnapshot(
                    state.self(),
                    follower.id(),
                    state.currentTerm(),
                    state.nextRound(),
                    state.snapshot().orElseThrow());
            follower.sent(message.round(), 0, followers.now());
            out.add(message);
        }
    }

    private AppendEntries nextEntries(Progress follower, long lastIndex) {
        int limit = follower.isFull() ? 1 : MAX_ENTRIES_PER_MESSAGE;
        List<LogEntry> entries = state.log().slice(follower.nextIndex(), lastIndex, limit, MAX_BYTES_PER_MESSAGE);
        AppendEntries message = appendEntries(follower.id(), follower.nextIndex() - 1, entries);
        follower.sent(message.round(), entries.size(), followers.now());
        return message;
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
        long reached = followers.matchIndex();
        if (reached > state.commitIndex() && state.log().term(reached) == state.currentTerm()) {
            state.commitThrough(reached);
            confirmReads();
        }
    }

    private void confirmReads() {
        if (reads.isEmpty()) {
            return;
        }
        List<Ready.ConfirmedRead> confirmed = reads.confirm(followers.answeredRound(), state.commitIndex());
        state.confirm(confirmed);
        heartbeatIsDue |= !confirmed.isEmpty() && !reads.isEmpty();
    }

    private void advanceTransfer() {
        transfer = transfer.map(running -> {
            boolean hasAll = followers
                    .find(running.target())
                    .filter(target -> target.matchIndex() >= state.log().lastIndex())
                    .isPresent();
            if (running.asked() || !hasAll) {
                return running;
            }
            toldSuccessor = Optional.of(running.target());
            state.send(new Message.TimeoutNow(state.self(), running.target(), state.currentTerm(), state.nextRound()));
            return running.withAsked();
        });
    }

    @Override
    public String toString() {
        return name() + " followers=" + followers;
    }
}
