package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.model.Identity;
import io.raftboot.model.LogPosition;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.Transport;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** Counts what reaches the raft thread: nothing must, of a call that is refused. */
final class FakeReceiver implements Transport.Receiver {

    final AtomicInteger removals = new AtomicInteger();
    final BlockingQueue<NodeId> gone = new LinkedBlockingQueue<>();

    /** What this server says when it is to be added to a cluster. */
    volatile Function<String, CompletableFuture<Identity>> invitation =
            clusterId -> CompletableFuture.failedFuture(new RaftException.ChangeRefused("not free"));

    final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<NodeId> unreachable = new LinkedBlockingQueue<>();
    volatile SnapshotStore snapshots =
            new MemoryDisk(TestNode.identity("any", "life")).open().snapshots();
    volatile boolean full;
    volatile Consumer<Message.Request> onRequest = request -> {};

    @Override
    public boolean onMessage(Message message) {
        if (full) {
            return false;
        }
        messages.add(message);
        if (message instanceof Message.Request request) {
            onRequest.accept(request);
        }
        return true;
    }

    @Override
    public boolean dealWith(Message message) {
        return onMessage(message);
    }

    @Override
    public void onUnreachable(NodeId peer) {
        unreachable.add(peer);
    }

    @Override
    public void onGone(NodeId server) {
        gone.add(server);
    }

    @Override
    public void onRemoved() {
        removals.incrementAndGet();
    }

    @Override
    public CompletableFuture<Identity> onInvited(String clusterId, long commitIndex) {
        return invitation.apply(clusterId);
    }

    @Override
    public SnapshotStore snapshots() {
        return snapshots;
    }

    Message nextMessage() throws InterruptedException {
        Message message = messages.poll(10, TimeUnit.SECONDS);
        assertThat(message).as("a message").isNotNull();
        return message;
    }

    NodeId nextUnreachable() throws InterruptedException {
        NodeId peer = unreachable.poll(10, TimeUnit.SECONDS);
        assertThat(peer).as("an unreachable peer").isNotNull();
        return peer;
    }

    /** A reply such as the core might give. */
    static Message.Reply replyTo(Message.Request request) {
        if (request instanceof Message.RequestVote vote) {
            return new Message.RequestVoteReply(
                    vote.to(), vote.from(), vote.term(), vote.round(), vote.preVote(), true);
        }
        if (request instanceof Message.AppendEntries append) {
            return append.prevLogIndex() > 100
                    ? Message.AppendEntriesReply.refused(append, append.term(), new LogPosition(7, 2))
                    : Message.AppendEntriesReply.accepted(append, append.term());
        }
        if (request instanceof Message.InstallSnapshot install) {
            return Message.InstallSnapshotReply.installed(install, install.term());
        }
        return new Message.TimeoutNowReply(request.to(), request.from(), request.term(), request.round());
    }
}
