package io.raftboot.spring.http;

/**
 * The leader wants to add the receiver to its cluster, whose id stands in the headers.
 *
 * @param lastLogIndex how much of the log a server has to have before it votes: so much is committed
 */
record JoinCall(String clusterName, long lastLogIndex) {}
