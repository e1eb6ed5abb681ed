package io.raftboot;

import io.raftboot.consensus.Consensus;
import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import io.raftboot.spi.RaftListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is told of leaders and members, and what they were told last. Used by the answer thread while the server runs. */
final class Listeners {

    /** What there is to tell of a server. */
    record Standing(Optional<NodeId> leaderId, long term, boolean leads, Configuration members) {

        /** What those know who were told nothing. */
        static final Standing UNKNOWN = new Standing(Optional.empty(), 0, false, Configuration.empty());

        static Standing of(Consensus consensus) {
            return new Standing(
                    consensus.leaderId(),
                    consensus.currentTerm(),
                    consensus.role() == RaftRole.LEADER,
                    consensus.committedConfiguration());
        }

        private boolean leadsLike(Standing other) {
            return leads && other.leads && term == other.term;
        }

        private boolean hasLeaderOf(Standing other) {
            return leaderId.equals(other.leaderId) && (leaderId.isEmpty() || term == other.term);
        }
    }

    private static final Logger log = LoggerFactory.getLogger("io.raftboot");

    private final List<RaftListener> listeners = new ArrayList<>();
    private Standing told = Standing.UNKNOWN;

    /** One more; it is told how things are. */
    void add(RaftListener listener) {
        listeners.add(listener);
        tell(listener, Standing.UNKNOWN, told);
    }

    /** Things are like this now. */
    void learn(Standing now) {
        Standing before = told;
        told = now;
        listeners.forEach(listener -> tell(listener, before, now));
    }

    /** The server has stopped: nobody leads any more, as far as it knows. */
    void stopped() {
        learn(new Standing(Optional.empty(), told.term(), false, told.members()));
    }

    private static void tell(RaftListener listener, Standing before, Standing now) {
        if (before.leads() && !before.leadsLike(now)) {
            safely(() -> listener.onLeadershipLost(before.term()));
        }
        if (!now.hasLeaderOf(before)) {
            now.leaderId().ifPresent(leader -> safely(() -> listener.onLeaderElected(leader, now.term())));
        }
        if (now.leads() && !now.leadsLike(before)) {
            safely(() -> listener.onLeadershipGained(now.term()));
        }
        if (!now.members().equals(before.members())) {
            safely(() -> listener.onMembersChanged(now.members()));
        }
    }

    private static void safely(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            log.error("a listener failed", e);
        }
    }
}
