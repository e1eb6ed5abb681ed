package io.raftboot.spring.http;

import io.raftboot.model.NodeId;

/** The receiver belongs to the cluster from now on. */
record JoinReply(NodeId nodeId) {}
