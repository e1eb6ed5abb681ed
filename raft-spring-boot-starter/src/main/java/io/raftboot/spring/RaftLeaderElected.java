package io.raftboot.spring;

import io.raftboot.model.NodeId;

/**
 * Application event: a server leads, this one perhaps. Comes from a thread of its own, in order with the other events.
 *
 * @param leader which one
 * @param term in which term, in which there is no other
 */
public record RaftLeaderElected(NodeId leader, long term) {}
