package io.raftboot.consensus;

import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** The arithmetic of majorities; any thread. While the configuration is joint, both of its majorities are needed (§6). */
public final class Quorum {

    private Quorum() {}

    /**
     * The largest number that a majority of the voters has reached: the commit index over match indexes (§5.3), a confirmed
     * read over rounds (thesis §6.4), the last contact with a majority over times (thesis §6.2).
     *
     * @return 0 if there are no voters
     */
    public static long reachedByMajority(Configuration configuration, ToLongFunction<NodeId> reached) {
        long incoming = reachedByMajority(configuration.voters(), reached);
        return configuration.isJoint()
                ? Math.min(incoming, reachedByMajority(configuration.outgoingVoters(), reached))
                : incoming;
    }

    /** Whether a majority of the voters agrees. */
    public static boolean isMajority(Configuration configuration, Predicate<NodeId> agrees) {
        return reachedByMajority(configuration, voter -> agrees.test(voter) ? 1 : 0) == 1;
    }

    private static long reachedByMajority(Set<NodeId> voters, ToLongFunction<NodeId> reached) {
        if (voters.isEmpty()) {
            return 0;
        }
        long[] ascending = new long[voters.size()];
        int counted = 0;
        for (NodeId voter : voters) {
            ascending[counted++] = reached.applyAsLong(voter);
        }
        Arrays.sort(ascending);
        return ascending[(counted - 1) / 2];
    }
}
