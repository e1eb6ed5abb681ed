package io.raftboot;

import io.raftboot.model.Message;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.RequestVoteReply;
import java.util.Optional;

/**
 * What a server does that was started again and does not know any more which leader it heard before: for an election timeout it votes
 * for nobody, as it would had it gone on (§6). A {@link Lease} rests on that. Whoever was told to take over needs no such loyalty.
 * Used by the raft thread.
 */
final class Abstention {

    private final long untilNanos;
    private boolean isOver;

    /**
     * An abstention that begins.
     *
     * @param hadTerm whether the server took part before
     */
    Abstention(boolean hadTerm, long untilNanos) {
        this.isOver = !hadTerm;
        this.untilNanos = untilNanos;
    }

    /** What a candidate is answered; empty if the rules of the paper say that. */
    Optional<Message> answer(Message message, long currentTerm, long nowNanos) {
        isOver = isOver || nowNanos - untilNanos >= 0;
        if (isOver || !(message instanceof RequestVote rpc) || rpc.leadershipTransfer()) {
            return Optional.empty();
        }
        return Optional.of(new RequestVoteReply(rpc.to(), rpc.from(), currentTerm, rpc.round(), rpc.preVote(), false));
    }
}
