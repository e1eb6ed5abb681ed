package io.raftboot.spring.http;

/** The leader wants to add the receiver to its cluster, whose id stands in the headers. */
record JoinCall(String clusterName) {}
