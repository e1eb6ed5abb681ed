package io.raftboot.spring;

import io.raftboot.RaftOperations;
import io.raftboot.Watch;
import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.Configuration;
import io.raftboot.model.Consistency;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spring.admin.AdminServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A server that does nothing, says so, and has whatever status a test gives it. */
public final class FakeServer implements RaftOperations, RaftLifecycle.Server, AdminServer {

    /** What was asked of it, in order. */
    public final List<String> calls = new CopyOnWriteArrayList<>();

    /** The request ids and time limits of the commands among them. */
    public final List<String> requests = new CopyOnWriteArrayList<>();

    /** What it answers to a handover. */
    public volatile CompletableFuture<NodeId> handover = CompletableFuture.completedFuture(NodeId.of("n2"));

    /** What it answers to commands and reads. */
    public volatile CompletableFuture<Result> answer = CompletableFuture.completedFuture(new Result(1, 1, new byte[0]));

    /** What it answers when a snapshot is to be taken. */
    public volatile Supplier<CompletableFuture<Snapshot>> snapshot =
            () -> CompletableFuture.failedFuture(new RaftException.Stopped("the server is not running"));

    /** What it has on its disk; nothing if it does not run. */
    public volatile Optional<SnapshotStore> snapshots = Optional.empty();

    /** What it says of itself. */
    public volatile RaftStatus status = Statuses.leader();

    /** A lifecycle for it. */
    public RaftLifecycle lifecycle(Duration handoverLimit) {
        return new RaftLifecycle(this, handoverLimit);
    }

    @Override
    public void start() {
        calls.add("start");
    }

    @Override
    public void stop() {
        calls.add("stop");
    }

    @Override
    public RaftStatus status() {
        return status;
    }

    @Override
    public CompletableFuture<Snapshot> takeSnapshot() {
        calls.add("snapshot");
        return snapshot.get();
    }

    @Override
    public SnapshotStore snapshots() {
        return snapshots.orElseThrow(() -> new RaftException.Stopped("the server is not running"));
    }

    @Override
    public CompletableFuture<NodeId> transferLeadership(Optional<NodeId> target) {
        calls.add("transfer");
        return handover;
    }

    /** What it says of a change of the members. */
    public volatile ChangeOutlook outlook = new ChangeOutlook(true, true, "enough voters answer", 3, 2, 1, 3);

    /** What it answers to one. */
    public volatile CompletableFuture<Configuration> change = CompletableFuture.completedFuture(Configuration.empty());

    @Override
    public CompletableFuture<Configuration> changeMembers(MembershipChange wanted, boolean force, Duration patience) {
        calls.add(wanted + (force ? " forced" : ""));
        return change;
    }

    @Override
    public CompletableFuture<ChangeOutlook> foresee(MembershipChange wanted) {
        return CompletableFuture.completedFuture(outlook);
    }

    @Override
    public CompletableFuture<Result> submit(byte[] command, Optional<RequestId> requestId) {
        return submit(command, requestId, Duration.ofSeconds(5));
    }

    @Override
    public CompletableFuture<Result> submit(byte[] command, Optional<RequestId> requestId, Duration timeLimit) {
        calls.add("submit");
        requests.add(requestId.map(RequestId::value).orElse("-") + " " + timeLimit);
        return answer;
    }

    @Override
    public CompletableFuture<Result> read(byte[] query, Consistency consistency) {
        return read(query, consistency, Duration.ofSeconds(5));
    }

    @Override
    public CompletableFuture<Result> read(byte[] query, Consistency consistency, Duration timeLimit) {
        calls.add("read " + consistency);
        return answer;
    }

    @Override
    public CompletableFuture<Long> readIndex(Duration timeLimit) {
        calls.add("read index");
        return answer.thenApply(Result::index);
    }

    @Override
    public CompletableFuture<Result> readAtLeast(byte[] query, long minIndex, Duration timeLimit) {
        calls.add("read at least " + minIndex);
        return answer;
    }

    @Override
    public Watch watch(long fromIndex, Runnable whenThereIsMore) {
        calls.add("watch " + fromIndex);
        throw new RaftException.HistoryGone(fromIndex, fromIndex + 1);
    }
}
