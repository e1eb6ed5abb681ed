package io.raftboot.consensus;

import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Whether the members may change from one configuration to another while the cluster works. What makes a change safe is elsewhere;
 * this looks after availability: whoever is to vote has caught up, and enough voters answer (thesis §4.2).
 *
 * @param isReachable whether a server has answered lately
 * @param isCaughtUp whether a server has nearly all of the log
 * @param isLost whether a server lost entries it had acknowledged, so that it must never count again
 * @param isUninitiated whether a server may not have the log up to where it was added: it would vote for nobody, see {@link
 *     ServerState#isInitiated}, and if the leader were gone it would never get there
 */
record MembershipRules(
        Predicate<NodeId> isReachable,
        Predicate<NodeId> isCaughtUp,
        Predicate<NodeId> isLost,
        Predicate<NodeId> isUninitiated) {

    /** What a change would lead to once those who are to be promoted are: that is what an operator wants to know. */
    ChangeOutlook assess(Configuration current, Configuration target) {
        SortedSet<NodeId> promoted = new TreeSet<>(target.voters());
        promoted.removeAll(current.voters());
        String lost = named(promoted, isLost);
        String uninitiated = named(promoted, isUninitiated);
        String behind = named(promoted, isCaughtUp.negate());
        int quorum = quorum(target.voters());
        long reachable = target.voters().stream().filter(isReachable).count();
        if (!lost.isEmpty()) {
            return outlook(target, false, false, lost + " lost what was acknowledged and must not vote: remove it");
        }
        if (!uninitiated.isEmpty()) {
            return outlook(
                    target,
                    false,
                    false,
                    uninitiated
                            + " has not caught up, not even with what makes it a member: try again when it answers");
        }
        if (!behind.isEmpty()) {
            return outlook(target, false, true, behind + " has not caught up: try again when its lag is small");
        }
        if (reachable < quorum) {
            return outlook(
                    target,
                    false,
                    true,
                    quorum + " voters would be needed and only " + reachable + " answer: bring the others back first");
        }
        return outlook(target, true, true, current.equals(target) ? "it is so already" : "enough voters answer");
    }

    /** What a change would lead to that may not begin now, whatever it is. */
    ChangeOutlook refused(Configuration target, String reason) {
        return outlook(target, false, false, reason);
    }

    private ChangeOutlook outlook(Configuration target, boolean safe, boolean forcible, String reason) {
        SortedSet<NodeId> voters = new TreeSet<>(target.voters());
        voters.addAll(target.promotable());
        int quorum = quorum(voters);
        int reachable = (int) voters.stream().filter(isReachable).count();
        return new ChangeOutlook(safe, forcible, reason, voters.size(), quorum, voters.size() - quorum, reachable);
    }

    private static int quorum(SortedSet<NodeId> voters) {
        return voters.size() / 2 + 1;
    }

    private static String named(SortedSet<NodeId> servers, Predicate<NodeId> which) {
        return String.join(
                ", ", servers.stream().filter(which).map(NodeId::value).toList());
    }
}
