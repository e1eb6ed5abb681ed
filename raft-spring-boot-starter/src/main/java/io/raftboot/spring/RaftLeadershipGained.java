package io.raftboot.spring;

/**
 * Application event: this server was elected. It may have lost leadership again by now: who is to act asks {@link RaftLeadership}.
 *
 * @param term in which term: a number that no other leader has, and later ones exceed
 */
public record RaftLeadershipGained(long term) {}
