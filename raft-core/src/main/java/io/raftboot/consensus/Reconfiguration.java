package io.raftboot.consensus;

import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
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
    private final Followers followers;

    /** The first entry of this leader's term. */
    private final long termStart;

    Reconfiguration(ServerState state, Followers followers, long termStart) {
        this.state = state;
        this.followers = followers;
        this.termStart = termStart;
    }

    /** What a change of the members would lead to. @throws RaftException if it is about an unknown server, or makes no sense */
    ChangeOutlook outlook(MembershipChange change) {
        Configuration current = settled();
        Configuration target = change.from(current);
        MembershipRules rules = new MembershipRules(
                server -> holdsOf(server, followers::isReachable),
                server -> holdsOf(server, followers::isCaughtUp),
                server -> followers.find(server).filter(Progress::isLost).isPresent(),
                server ->
                        followers.find(server).filter(this::lacksConfiguration).isPresent());
        Optional<String> obstacle = target.equals(current) ? Optional.empty() : obstacle();
        return obstacle.map(reason -> rules.refused(target, reason)).orElseGet(() -> rules.assess(current, target));
    }

    private boolean lacksConfiguration(Progress follower) {
        return follower.matchIndex() < state.log().configurationIndex();
    }

    /** Of this server it does, and of a stranger, which is to catch up before it counts. */
    private boolean holdsOf(NodeId server, Predicate<Progress> is) {
        return followers.find(server).filter(is.negate()).isEmpty();
    }

    /**
     * Begins to change the members, unless they are so already or are on the way there.
     *
     * @param force whether to begin also if the cluster may then have to wait for servers that are out of reach
     * @return the entry that the change begins with
     */
    long begin(MembershipChange change, boolean force) {
        Configuration current = settled();
        Configuration target = change.from(current);
        if (target.equals(current)) {
            return state.log().configurationIndex();
        }
        if (!state.configuration().members().keySet().containsAll(target.voters())) {
            throw new RaftException.ChangeRefused("a server that is no member yet cannot vote");
        }
        ChangeOutlook outlook = outlook(change);
        if (!outlook.safe() && !(force && outlook.forcible())) {
            throw new RaftException.ChangeRefused(outlook.reason());
        }
        return begin(target);
    }

    /** The configuration that the change under way leads to, or the one in force if there is none. */
    private Configuration settled() {
        Configuration current = state.configuration();
        return current.isJoint() ? current.settled() : current;
    }

    /**
     * Why no change may begin now. An earlier leader's configuration may still be replaced by another one until an entry of this
     * term is committed: a second change beside it could make two majorities that do not overlap (bug R40).
     */
    private Optional<String> obstacle() {
        if (state.commitIndex() < termStart) {
            return Optional.of("the leader is new and has not committed anything yet: try again in a moment");
        }
        if (state.configuration().isJoint() || !state.isConfigurationCommitted()) {
            return Optional.of("another change is in progress: try again when it is over");
        }
        return Optional.empty();
    }

    /**
     * Does what follows by itself: leaves a joint configuration that is committed, or promotes those who have caught up.
     *
     * @return whether there is another configuration now
     */
    boolean goOn() {
        Configuration current = state.configuration();
        if (current.isJoint() && state.isConfigurationCommitted()) {
            append(current.settled());
            return true;
        }
        SortedSet<NodeId> ready = new TreeSet<>(current.promotable());
        ready.removeIf(id -> followers.find(id).filter(followers::isCaughtUp).isEmpty());
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

    private long begin(Configuration target) {
        return append(state.configuration().towards(target));
    }

    private long append(Configuration next) {
        long index = state.log().lastIndex() + 1;
        state.log().append(new LogEntry.Membership(index, state.currentTerm(), next));
        followers.follow();
        return index;
    }
}
