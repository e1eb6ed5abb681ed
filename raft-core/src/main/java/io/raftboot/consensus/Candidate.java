package io.raftboot.consensus;

import io.raftboot.model.Member;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.InstallSnapshot;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.RequestVoteReply;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Rules for candidates (§5.2). A campaign begins with a pre-vote, which costs nobody anything: only who would win raises the term
 * (thesis §9.6).
 */
final class Candidate implements Role {

    private final ServerState state;
    private final boolean preVote;
    private final boolean leadershipTransfer;
    private final ElectionTimer timer;

    /** The first round of this campaign: an answer to an earlier one, or to one of a former life, is no vote in it. */
    private final long firstRound;

    /** Who is not asked again. A refused pre-vote is no answer: the voter may only not have missed the leader yet. */
    private final Set<NodeId> answered = new TreeSet<>();

    private final Set<NodeId> granted = new TreeSet<>();
    private int ticks;

    private Candidate(ServerState state, boolean preVote, boolean leadershipTransfer) {
        this.state = state;
        this.preVote = preVote;
        this.leadershipTransfer = leadershipTransfer;
        this.timer = state.newElectionTimer();
        this.firstRound = state.round() + 1;
    }

    /** Asks whether an election could be won. */
    static Role preVote(ServerState state) {
        Candidate candidate = new Candidate(state, true, false);
        candidate.requestVotes();
        return candidate.count(state.self());
    }

    /** Starts an election. This server's own vote counts once it is durable, like any other. */
    static Role election(ServerState state, boolean leadershipTransfer) {
        state.adoptTerm(state.currentTerm() + 1);
        state.voteFor(state.self());
        Candidate candidate = new Candidate(state, false, leadershipTransfer);
        candidate.requestVotes();
        return candidate;
    }

    @Override
    public RaftRole name() {
        return preVote ? RaftRole.PRE_CANDIDATE : RaftRole.CANDIDATE;
    }

    @Override
    public Optional<NodeId> leaderId() {
        return Optional.empty();
    }

    @Override
    public boolean hearsLeader() {
        return false;
    }

    @Override
    public Role onLaterTerm(long term) {
        state.adoptTerm(term);
        return new Follower(state);
    }

    /** A pre-candidate: it has asked nobody to vote in this term, and gives up asking about the next one. */
    @Override
    public Role onVoteGranted() {
        return new Follower(state);
    }

    @Override
    public Role tick() {
        if (timer.tick()) {
            return preVote(state);
        }
        if (++ticks % RaftConfig.TICKS_PER_HEARTBEAT == 0) {
            requestVotes();
        }
        return this;
    }

    @Override
    public Role durable() {
        return preVote ? this : count(state.self());
    }

    /** There is a leader in this term, so the election is over (§5.2). */
    @Override
    public Role onAppendEntries(AppendEntries rpc) {
        return new Follower(state).onAppendEntries(rpc);
    }

    @Override
    public Role onInstallSnapshot(InstallSnapshot rpc) {
        return new Follower(state).onInstallSnapshot(rpc);
    }

    @Override
    public Role onRequestVoteReply(RequestVoteReply reply) {
        if (reply.preVote() != preVote || reply.round() < firstRound || reply.round() > state.round()) {
            return this;
        }
        if (!preVote) {
            answered.add(reply.from());
        }
        return reply.voteGranted() ? count(reply.from()) : this;
    }

    private Role count(NodeId voter) {
        answered.add(voter);
        granted.add(voter);
        if (!Quorum.isMajority(state.configuration(), granted::contains)) {
            return this;
        }
        return preVote ? election(state, false) : new Leader(state);
    }

    /** Asks every voter that has not answered; a message may have been lost (§5.5). */
    private void requestVotes() {
        long term = preVote ? state.currentTerm() + 1 : state.currentTerm();
        RaftLog log = state.log();
        for (Member member : state.configuration().others(state.self())) {
            if (state.configuration().isVoter(member.id()) && !answered.contains(member.id())) {
                state.send(new RequestVote(
                        state.self(),
                        member.id(),
                        term,
                        state.nextRound(),
                        log.lastIndex(),
                        log.lastTerm(),
                        preVote,
                        leadershipTransfer));
            }
        }
    }

    @Override
    public String toString() {
        return name() + " granted=" + granted;
    }
}
