package io.raftboot.consensus;

import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.RequestVoteReply;

/** Receiver implementation of RequestVote (Figure 2), with pre-vote (thesis §9.6) and loyalty to a working leader (§6). */
final class RequestVoteReceiver {

    private final ServerState state;

    RequestVoteReceiver(ServerState state) {
        this.state = state;
    }

    /**
     * Answers a request for this server's vote.
     *
     * @param role what this server is
     * @return what it is then
     */
    Role onRequestVote(RequestVote rpc, Role role) {
        if (role.hearsLeader() && !rpc.leadershipTransfer()) {
            reply(rpc, false);
            return role;
        }
        if (rpc.preVote()) {
            reply(rpc, rpc.term() > state.currentTerm() && isUpToDate(rpc));
            return role;
        }
        Role current = rpc.term() > state.currentTerm() ? role.onLaterTerm(rpc.term()) : role;
        boolean granted = rpc.term() == state.currentTerm() && isFree(rpc) && isUpToDate(rpc);
        if (granted) {
            state.voteFor(rpc.from());
        }
        reply(rpc, granted);
        return granted ? current.onVoteGranted() : current;
    }

    /** A repeated request is granted again. */
    private boolean isFree(RequestVote rpc) {
        return state.votedFor().isEmpty() || state.votedFor().get().equals(rpc.from());
    }

    /** A server that has not got its part of the log yet has nothing to compare with. */
    private boolean isUpToDate(RequestVote rpc) {
        return state.isInitiated() && state.log().isUpToDate(rpc.lastLogIndex(), rpc.lastLogTerm());
    }

    private void reply(RequestVote rpc, boolean voteGranted) {
        state.send(new RequestVoteReply(
                state.self(), rpc.from(), state.currentTerm(), rpc.round(), rpc.preVote(), voteGranted));
    }
}
