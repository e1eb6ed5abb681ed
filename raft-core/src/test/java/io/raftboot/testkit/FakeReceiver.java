package io.raftboot.testkit;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.model.Identity;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.Transport;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** A server that takes down what it hears, and answers requests. */
final class FakeReceiver implements Transport.Receiver {

    final AtomicInteger removals = new AtomicInteger();
    final BlockingQueue<NodeId> gone = new LinkedBlockingQueue<>();

    /** What this server says when it is to be added to a cluster. */
    volatile Function<String, CompletableFuture<Identity>> invitation =
            clusterId -> CompletableFuture.failedFuture(new RaftException.ChangeRefused("not free"));

    /** How long a message may take before it is taken for lost. */
    private static final int LOST_AFTER_SECONDS = 10;

    private static final int ATTEMPTS = 3;

    final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<NodeId> unreachable = new LinkedBlockingQueue<>();
    private final RaftStorage disk = new MemoryDisk(new Identity("c", "test", NodeId.of("fake"), "i")).open();
    private volatile boolean refuses;
    private volatile Consumer<Message.Request> answer = request -> {};

    void refuse(boolean now) {
        refuses = now;
    }

    void answer(Consumer<Message.Request> how) {
        answer = how;
    }

    void forget() {
        messages.clear();
        unreachable.clear();
    }

    @Override
    public boolean onMessage(Message message) {
        if (refuses) {
            return false;
        }
        messages.add(message);
        if (message instanceof Message.Request request) {
            answer.accept(request);
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
        return disk.snapshots();
    }

    /** The next message, which is on its way. */
    Message next() throws InterruptedException {
        return awaitWhile(() -> {});
    }

    /** The next message, that something leads to which may have to be done again. */
    Message awaitWhile(Runnable attempt) throws InterruptedException {
        return await(messages, attempt, "no message");
    }

    /** The next server that is reported, after something which may have to be done again. */
    NodeId awaitUnreachableWhile(Runnable attempt) throws InterruptedException {
        return await(unreachable, attempt, "nobody is reported as unreachable");
    }

    private static <T> T await(BlockingQueue<T> queue, Runnable attempt, String otherwise) throws InterruptedException {
        for (int i = 0; i < ATTEMPTS; i++) {
            attempt.run();
            T found = queue.poll(LOST_AFTER_SECONDS, TimeUnit.SECONDS);
            if (found != null) {
                return found;
            }
        }
        throw new AssertionError(otherwise + " after " + ATTEMPTS * LOST_AFTER_SECONDS + " s");
    }
}
