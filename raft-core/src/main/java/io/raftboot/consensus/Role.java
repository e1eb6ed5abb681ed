package io.raftboot.consensus;

import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.InstallSnapshot;
import io.raftboot.model.Message.InstallSnapshotReply;
import io.raftboot.model.Message.RequestVoteReply;
import io.raftboot.model.Message.TimeoutNow;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.util.List;
import java.util.Optional;

/**
 * What a server does differently as a follower, a candidate or a leader (Figure 2, "Rules for Servers"). Each owns only its own
 * state. A method that may end the role returns the role that follows, or itself. Messages arrive here with the server's current
 * term; {@link Consensus} has dealt with all others.
 */
sealed interface Role permits Follower, Candidate, Leader {

    RaftRole name();

    /** Who leads the current term, as far as this server knows. */
    Optional<NodeId> leaderId();

    /** Whether this server knows of a working leader, so that nobody needs its vote (§6). */
    boolean hearsLeader();

    /** Lets a tick pass. */
    Role tick();

    /** A later term exists (§5.1): whatever this server was, it is a follower that does not know the leader. */
    Role onLaterTerm(long term);

    /** This server has voted for another one. */
    Role onVoteGranted();

    /** What this server wrote is durable, so that its own vote and its own log count. */
    default Role durable() {
        return this;
    }

    Role onAppendEntries(AppendEntries rpc);

    Role onInstallSnapshot(InstallSnapshot rpc);

    default Role onTimeoutNow(TimeoutNow rpc) {
        return this;
    }

    default Role onRequestVoteReply(RequestVoteReply reply) {
        return this;
    }

    default Role onAppendEntriesReply(AppendEntriesReply reply) {
        return this;
    }

    default Role onInstallSnapshotReply(InstallSnapshotReply reply) {
        return this;
    }

    /** The leader, if it has not been heard for so long that it is worth a look whether it is still there. */
    default Optional<NodeId> silentLeader() {
        return Optional.empty();
    }

    /** The process of that server has ended. */
    default void onGone(NodeId server) {}

    /** A request to that server got no answer. */
    default void onUnreachable(NodeId peer) {}

    /** Adds what may be sent before this server's own disk is done. */
    default void replicate(List<Message> out) {}
}
