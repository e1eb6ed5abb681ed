package io.raftboot.consensus;

import io.raftboot.model.NodeId;

/**
 * Leadership on its way to another server (thesis §3.10).
 *
 * @param target who is to take it
 * @param deadline the leader's tick at which it gives up and serves again
 * @param asked whether the target was told to start its election
 */
record LeadershipTransfer(NodeId target, long deadline, boolean asked) {

    LeadershipTransfer withAsked() {
        return new LeadershipTransfer(target, deadline, true);
    }
}
