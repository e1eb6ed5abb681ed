package io.raftboot.model;

/**
 * What a change of the members would lead to.
 *
 * @param safe whether it would be begun, and the cluster could go on with those voters that its leader reaches now
 * @param forcible whether it would be begun when forced: nothing committed could be lost, but the cluster may have to wait for
 *     servers that are out of reach
 * @param reason why, or why not
 * @param voters how many servers would vote
 * @param quorum how many of them make a majority
 * @param failuresTolerated how many of them may fail
 * @param reachableVoters how many of them the leader reaches
 */
public record ChangeOutlook(
        boolean safe,
        boolean forcible,
        String reason,
        int voters,
        int quorum,
        int failuresTolerated,
        int reachableVoters) {}
