package io.raftboot.consensus;

import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.NodeId;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * How a leader changes the configuration (§6, thesis §4.3): one change at a time, through a joint configuration whenever the voters
 * change, and out of it by itself, also out of one that an earlier leader left behind.
 */
final class Reconfiguration {

    private final ServerState state;

    /** The first entry of this leader's term. */
    private final long termStart;

    Reconfiguration(ServerState state, long termStart) {
        this.state = state;
        this.termStart = termStart;
    }

    /** The configuration that the change under way leads to, or the one in force if there is none. */
    Configuration settled() {
        Configuration current = state.configuration();
        return current.isJoint() ? current.settled() : current;
    }

    /**
     * Why no change may begin now. An earlier leader's configuration may still be replaced by another one until an entry of this
     * term is committed: a second change beside it could make two majorities that do not overlap (bug R40).
     */
    Optional<String> obstacle() {
        if (state.commitIndex() < termStart) {
            return Optional.of("the leader is new and has not committed anything yet: try again in a moment");
        }
        if (state.configuration().isJoint() || !state.isConfigurationCommitted()) {
            return Optional.of("another change is in progress: try again when it is over");
        }
        return Optional.empty();
    }

    /** Appends what leads to this configuration. @return where it stands */
    long begin(Configuration target) {
        return append(state.configuration().towards(target));
    }

    /**
     * Does what follows by itself: leaves a joint configuration that is committed, or promotes those who have caught up.
     *
     * @return whether there is another configuration now
     */
    boolean goOn(Predicate<NodeId> isCaughtUp) {
        Configuration current = state.configuration();
        if (current.isJoint() && state.isConfigurationCommitted()) {
            append(current.settled());
            return true;
        }
        SortedSet<NodeId> ready = new TreeSet<>(current.promotable());
        ready.removeIf(isCaughtUp.negate());
        if (ready.isEmpty() || obstacle().isPresent() || !state.config().autoPromote()) {
            return false;
        }
        Configuration target = current;
        for (NodeId id : ready) {
            target = new MembershipChange.Promote(id).from(target);
        }
        begin(target);
        return true;
    }

    private long append(Configuration next) {
        long index = state.log().lastIndex() + 1;
        state.log().append(new LogEntry.Membership(index, state.currentTerm(), next));
        return index;
    }
}
