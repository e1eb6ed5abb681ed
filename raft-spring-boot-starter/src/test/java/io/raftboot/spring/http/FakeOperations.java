package io.raftboot.spring.http;

import io.raftboot.RaftOperations;
import io.raftboot.Watch;
import io.raftboot.model.Consistency;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/** The server that carries out forwarded calls. */
final class FakeOperations implements RaftOperations {

    final List<byte[]> commands = new CopyOnWriteArrayList<>();
    final List<Optional<RequestId>> requestIds = new CopyOnWriteArrayList<>();
    final List<Duration> timeLimits = new CopyOnWriteArrayList<>();
    final List<byte[]> queries = new CopyOnWriteArrayList<>();
    volatile Consistency consistency = Consistency.LOCAL;
    final BlockingQueue<byte[]> arrivals = new LinkedBlockingQueue<>();
    volatile CompletableFuture<Result> next = CompletableFuture.completedFuture(new Result(7, 3, new byte[] {1, 2, 3}));
    volatile Function<byte[], CompletableFuture<Result>> answers = content -> next;

    @Override
    public CompletableFuture<Result> submit(byte[] command, Optional<RequestId> requestId) {
        throw new AssertionError("a forwarded call has a time limit");
    }

    @Override
    public CompletableFuture<Result> submit(byte[] command, Optional<RequestId> requestId, Duration timeLimit) {
        timeLimits.add(timeLimit);
        commands.add(command);
        requestIds.add(requestId);
        return arrived(command);
    }

    @Override
    public CompletableFuture<Result> read(byte[] query, Consistency wanted) {
        throw new AssertionError("a forwarded call has a time limit");
    }

    @Override
    public CompletableFuture<Result> read(byte[] query, Consistency wanted, Duration timeLimit) {
        timeLimits.add(timeLimit);
        queries.add(query);
        consistency = wanted;
        return arrived(query);
    }

    /** Who hears of an arrival may change the answers: this one has its own by then. */
    private CompletableFuture<Result> arrived(byte[] content) {
        try {
            return answers.apply(content);
        } finally {
            arrivals.add(content);
        }
    }

    @Override
    public CompletableFuture<Long> readIndex(Duration timeLimit) {
        timeLimits.add(timeLimit);
        return next.thenApply(Result::index);
    }

    void failWith(RuntimeException failure) {
        next = CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletableFuture<Result> readAtLeast(byte[] query, long minIndex, Duration timeLimit) {
        throw new AssertionError("what this server is to answer is not forwarded");
    }

    @Override
    public Watch watch(long fromIndex, Runnable whenThereIsMore) {
        throw new AssertionError("who watches is not forwarded");
    }
}
