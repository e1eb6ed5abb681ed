package io.raftboot.spring.http;

/**
 * The leader wants to add the receiver to its cluster, whose id stands in the headers.
 *
 * @param lastLogIndex where the log of the cluster ends
 */
record JoinCall(String clusterName, long lastLogIndex) {}
