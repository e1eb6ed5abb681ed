package io.raftboot.spring;

/**
 * Application event: this server does not lead any more; a stop counts. {@link RaftLeadership} has said so before.
 *
 * @param term the term it was elected in
 */
public record RaftLeadershipLost(long term) {}
