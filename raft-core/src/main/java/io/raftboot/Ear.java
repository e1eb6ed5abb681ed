package io.raftboot;

import io.raftboot.model.Identity;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.Transport;
import java.util.concurrent.CompletableFuture;

/** Takes in what comes from the network during one run of the server, and gives the network what others download. Any thread. */
record Ear(RaftRun run, SnapshotStore snapshots) implements Transport.Receiver {

    @Override
    public boolean onMessage(Message message) {
        return run.inbox().offer(new Input.Received(message));
    }

    @Override
    public boolean dealWith(Message message) {
        return run.takeIn(new Input.Received(message));
    }

    @Override
    public void onUnreachable(NodeId peer) {
        run.inbox().offer(new Input.Unreachable(peer));
    }

    @Override
    public CompletableFuture<Identity> onInvited(String clusterId, long commitIndex) {
        CompletableFuture<Identity> result = new CompletableFuture<>();
        if (!run.inbox().offer(new Input.Invited(clusterId, commitIndex, result))) {
            result.completeExceptionally(new RaftException.Stopped("the server is not running"));
        }
        return result;
    }

    @Override
    public void onGone(NodeId server) {
        run.inbox().offer(new Input.Gone(server));
    }

    @Override
    public void onRemoved() {
        run.inbox().offer(new Input.Removed());
    }
}
