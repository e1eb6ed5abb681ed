package io.raftboot.consensus;

import static io.raftboot.model.BrokenInvariant.require;

import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogPosition;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.InstallSnapshot;
import io.raftboot.model.Message.InstallSnapshotReply;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.RequestVoteReply;
import io.raftboot.model.Message.TimeoutNow;
import io.raftboot.model.Message.TimeoutNowReply;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RequestId;
import io.raftboot.model.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One server of the Raft consensus algorithm (Figure 2, "All Servers"). Its inputs are its methods, its only output is {@link
 * Ready}: the caller takes it, carries it out in the order it states, and calls {@link #advance} before the next input. Not
 * thread-safe. An input that breaks an invariant throws {@link io.raftboot.model.BrokenInvariant}, and the server is then not to
 * be used any more.
 */
public final class Consensus {

    private final ServerState state;
    private final RequestVoteReceiver voting;
    private final Invariants invariants = new Invariants();
    private Role role;
    private boolean isAdvancing;

    /**
     * A server as it is after a start: a follower that knows of no leader.
     *
     * @param persisted what its disk holds
     * @param snapshot the newest snapshot on its disk, not older than where the log begins
     * @param lastApplied the last entry its state machine has applied already, in a snapshot perhaps; 0 for none
     * @param random for election timeouts; a seeded one makes the server replay
     */
    public Consensus(
            RaftConfig config,
            PersistedState persisted,
            Optional<Snapshot> snapshot,
            long lastApplied,
            RandomGenerator random) {
        this.state = new ServerState(config, persisted, snapshot, lastApplied, random);
        this.voting = new RequestVoteReceiver(state);
        this.role = new Follower(state);
        invariants.check(state, role);
    }

    /** Lets {@link RaftConfig#tickInterval} pass. */
    public void tick() {
        role = role.tick();
        check();
    }

    /** Takes a message that is for this server. Late, repeated and reordered ones do no harm; every request is answered. */
    public void step(Message message) {
        require(message.to().equals(state.self()), "%s is not for %s", message, state.self());
        if (message instanceof RequestVote rpc) {
            role = voting.onRequestVote(rpc, role);
        } else {
            if (message.term() > state.currentTerm()) {
                role = role.onLaterTerm(message.term());
            }
            dispatch(message);
        }
        check();
    }

    /**
     * Appends a command to the leader's log.
     *
     * @param timestampMillis the wall clock, in milliseconds since 1970
     * @return where it stands; it is committed when an entry with this index <em>and</em> term is handed out
     * @throws RaftException.NotLeader if this server does not lead or is handing leadership over
     * @throws RaftException.Overloaded if too much is not applied yet, or the disks are full
     */
    public LogPosition propose(long timestampMillis, Optional<RequestId> requestId, byte[] command) {
        LogPosition position = leader().propose(timestampMillis, requestId, command);
        check();
        return position;
    }

    /**
     * Begins a linearizable read (§8, thesis §6.4). It is lost when this server stops leading.
     *
     * @param readId comes back in {@link Ready#confirmedReads}
     * @throws RaftException.NotLeader if this server does not lead
     * @throws RaftException.Overloaded if as many reads wait as may
     */
    public void readIndex(long readId) {
        leader().readIndex(readId);
        check();
    }

    /**
     * Begins to hand leadership over (thesis §3.10); gives up after an election timeout.
     *
     * @param target a voter, or empty for the most up-to-date one
     * @return the server that is to take over; this one itself if it is the target or there is no other
     * @throws RaftException.NotLeader if this server does not lead
     * @throws IllegalArgumentException if the target is not a voter
     */
    public NodeId transferLeadership(Optional<NodeId> target) {
        Leader leader = leader();
        if (target.isPresent() && !state.configuration().isVoter(target.get())) {
            throw new IllegalArgumentException(target.get() + " is not a voter");
        }
        NodeId successor = target.or(leader::bestSuccessor).orElse(state.self());
        if (!successor.equals(state.self())) {
            leader.transferTo(successor);
        }
        check();
        return successor;
    }

    /**
     * What a change of the members would lead to; nothing is changed.
     *
     * @throws RaftException.NotLeader if this server does not lead
     * @throws RaftException.UnknownMember if it is about a server that is none
     * @throws RaftException.ChangeRefused if it makes no sense
     */
    public ChangeOutlook outlook(MembershipChange change) {
        return leader().outlook(change);
    }

    /**
     * Begins to change the members (§6, thesis §4); what follows, such as leaving a joint configuration, happens by itself. Does
     * nothing if it is so already.
     *
     * @param force whether to begin also if the cluster may then have to wait for servers that are out of reach
     * @return the entry it begins with; see {@link #isChangeOver}
     * @throws RaftException.NotLeader if this server does not lead or is handing leadership over
     * @throws RaftException.UnknownMember if it is about a server that is none
     * @throws RaftException.ChangeRefused if it is not possible now, or not at all
     */
    public long change(MembershipChange change, boolean force) {
        long index = leader().change(change, force);
        check();
        return index;
    }

    /** Whether the change that began with this entry is committed, and no joint configuration is left of it. */
    public boolean isChangeOver(long index) {
        return state.log().hasSettled(index, state.commitIndex());
    }

    /**
     * This server is asked to join a cluster. Its name may have been another server's, or its own with another disk: until its log
     * is past what was decided then, it neither votes nor campaigns (bug R43). To be told again after each start.
     *
     * @param commitIndex what was committed when it was invited. No more than that: what is not committed may never come
     */
    public void joined(long commitIndex) {
        state.joined(commitIndex);
        check();
    }

    /** Others say that this server was removed from the cluster. */
    public void removed() {
        state.toldOfRemoval(true);
        role = role instanceof Follower ? role : new Follower(state);
        check();
    }

    /** A request to that server got no answer: what was sent is taken for lost. */
    public void unreachable(NodeId peer) {
        role.onUnreachable(peer);
        check();
    }

    /**
     * The leader, if it has missed two heartbeats: then it is worth a look whether it is still there, see {@link #gone}.
     */
    public Optional<NodeId> silentLeader() {
        return role.silentLeader();
    }

    /**
     * The process of that server has ended: nothing listens where it was. If it is the silent leader, there is no reason to wait
     * out the election timeout. Only a hint: a pre-vote finds out whether the others think so too (thesis §9.6).
     */
    public void gone(NodeId server) {
        role.onGone(server);
        check();
    }

    /**
     * How many bytes of commands the disk still takes, until this is called again. If that is little, a follower says so and is set
     * aside once there is no room at all; a leader takes no commands any more, and hands leadership over if a majority has room;
     * otherwise it goes on leading, so that reads are answered (scenario P9).
     *
     * @param bytes any number if nobody knows
     */
    public void room(long bytes) {
        state.room().set(bytes);
    }

    /** Whether there is little room on the disk, see {@link #room}. */
    public boolean isShortOfRoom() {
        return state.room().isLow();
    }

    /** The state machine has applied everything up to this index. */
    public void applied(long index) {
        state.appliedThrough(index);
        check();
    }

    /** A snapshot that this server took of its own state is durable, so that the log may be shortened (§7). */
    public void snapshotTaken(Snapshot snapshot) {
        state.snapshotTaken(snapshot);
        check();
    }

    /** The snapshot that {@link Ready#fetch} asked for is on this server's disk, complete and verified. */
    public void snapshotFetched(Snapshot snapshot) {
        state.fetchEnded();
        if (state.log().matches(snapshot.lastIncludedIndex(), snapshot.lastIncludedTerm())) {
            state.commitThrough(snapshot.lastIncludedIndex());
            state.adopt(snapshot);
        } else {
            state.install(snapshot);
        }
        check();
    }

    /** The download that {@link Ready#fetch} asked for has ended without success; it is asked for again when it is offered again. */
    public void snapshotNotFetched() {
        state.fetchEnded();
        check();
    }

    /** What is to be done now; {@link #advance} must follow before any other input. */
    public Ready ready() {
        require(!isAdvancing, "the last Ready is not carried out yet");
        List<Message> replicate = new ArrayList<>();
        role.replicate(replicate);
        Ready ready = state.ready(replicate);
        isAdvancing = true;
        return ready;
    }

    /** What the last {@link #ready} asked for is done: its writes are durable. */
    public void advance() {
        require(isAdvancing, "there is no Ready to be carried out");
        isAdvancing = false;
        state.durable();
        role = role.durable();
        check();
    }

    /** What this server is. */
    public RaftRole role() {
        return role.name();
    }

    /** Who leads the current term, as far as this server knows. */
    public Optional<NodeId> leaderId() {
        return role.leaderId();
    }

    /** Whether this server has heard a leader within an election timeout, so that it votes for nobody else (§6). */
    public boolean hearsLeader() {
        return role.hearsLeader();
    }

    /** The latest term this server has seen. */
    public long currentTerm() {
        return state.currentTerm();
    }

    /** The last entry known to be committed. */
    public long commitIndex() {
        return state.commitIndex();
    }

    /** The first entry in the log, or where it will be. */
    public long firstLogIndex() {
        return state.log().firstIndex();
    }

    /** The last entry in the log: its index and term. */
    public LogPosition lastLogPosition() {
        return new LogPosition(state.log().lastIndex(), state.log().lastTerm());
    }

    /** The last entry that is on this server's disk as it is in its log. */
    public long durableIndex() {
        return state.log().durableIndex();
    }

    /** The configuration in force. */
    public Configuration configuration() {
        return state.configuration();
    }

    /** Where the configuration in force stands in the log; where the log begins, if it is as old as that. */
    public long configurationIndex() {
        return state.log().configurationIndex();
    }

    /** The newest configuration that is known to be committed. */
    public Configuration committedConfiguration() {
        return state.committedConfiguration();
    }

    /** The newest snapshot on this server's disk. */
    public Optional<Snapshot> snapshot() {
        return state.snapshot();
    }

    /** The snapshot that this server waits for, or for its state machine to take over. */
    public Optional<Snapshot> catchingUpWith() {
        return state.isCatchingUp() ? state.fetching().or(state::snapshot) : Optional.empty();
    }

    /** The number of this server's latest request: those to come have larger ones. */
    public long lastRound() {
        return state.round();
    }

    /** Whether this server leads and has committed an entry of its own term, so that it knows all that is committed (§8). */
    public boolean hasCommittedInItsTerm() {
        return role instanceof Leader leader && leader.hasCommittedInItsTerm();
    }

    /** The latest round that a majority has answered this leader in its term; 0 on every other server. */
    public long answeredRound() {
        return role instanceof Leader leader ? leader.followers().answeredRound() : 0;
    }

    /** To whom leadership is being handed over. */
    public Optional<NodeId> transferTarget() {
        return role instanceof Leader leader ? leader.transferTarget() : Optional.empty();
    }

    /** What a leader knows of its followers, in the order of ids; empty on every other server. */
    public List<FollowerProgress> followers() {
        if (!(role instanceof Leader leader)) {
            return List.of();
        }
        Followers followers = leader.followers();
        return followers.all().stream()
                .map(follower -> new FollowerProgress(
                        follower.id(), follower.matchIndex(), followers.ticksSinceContact(follower), follower.isLost()))
                .toList();
    }

    /**
     * What a leader knows of a follower.
     *
     * @param matchIndex the last entry known to be in its log
     * @param ticksSinceContact how many ticks ago it last answered
     * @param lost whether it lost entries it had acknowledged, so that nothing it says is counted
     */
    public record FollowerProgress(NodeId id, long matchIndex, long ticksSinceContact, boolean lost) {}

    private Leader leader() {
        require(!isAdvancing, "the last Ready is not carried out yet");
        if (role instanceof Leader leader) {
            return leader;
        }
        throw new RaftException.NotLeader(role.leaderId());
    }

    private void dispatch(Message message) {
        boolean isStale = message.term() < state.currentTerm();
        if (message instanceof AppendEntries rpc) {
            if (isStale) {
                state.send(AppendEntriesReply.refused(rpc, state.currentTerm(), new LogPosition(0, 0)));
            } else {
                role = role.onAppendEntries(rpc);
            }
        } else if (message instanceof InstallSnapshot rpc) {
            if (isStale) {
                state.send(InstallSnapshotReply.notInstalled(rpc, state.currentTerm()));
            } else {
                role = role.onInstallSnapshot(rpc);
            }
        } else if (message instanceof TimeoutNow rpc) {
            state.send(new TimeoutNowReply(state.self(), rpc.from(), state.currentTerm(), rpc.round()));
            role = isStale ? role : role.onTimeoutNow(rpc);
        } else if (message instanceof RequestVoteReply reply) {
            // A voter in an earlier term may well grant a pre-vote; the round ties its answer to this campaign.
            role = isStale && !reply.preVote() ? role : role.onRequestVoteReply(reply);
        } else if (message instanceof AppendEntriesReply reply) {
            role = isStale ? role : role.onAppendEntriesReply(reply);
        } else if (message instanceof InstallSnapshotReply reply) {
            role = isStale ? role : role.onInstallSnapshotReply(reply);
        }
    }

    private void check() {
        require(!isAdvancing, "the last Ready is not carried out yet");
        invariants.check(state, role);
    }

    @Override
    public String toString() {
        return state.self() + " " + role + " term=" + state.currentTerm() + " last=" + lastLogPosition() + " commit="
                + state.commitIndex();
    }
}
