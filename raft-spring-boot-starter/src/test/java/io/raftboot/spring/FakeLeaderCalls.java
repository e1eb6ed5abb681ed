package io.raftboot.spring;

import io.raftboot.model.Consistency;
import io.raftboot.model.Member;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;

/** A way to the leader that writes down what goes along it. */
public final class FakeLeaderCalls implements LeaderCalls {

    /** What was passed on, in order. */
    public final List<String> calls = new CopyOnWriteArrayList<>();

    /** What the leader answers to the next calls, in order; after them it answers {@link #answer}. */
    public final Deque<CompletableFuture<Result>> answers = new ConcurrentLinkedDeque<>();

    /** What the leader answers. */
    public volatile CompletableFuture<Result> answer = CompletableFuture.completedFuture(new Result(2, 2, new byte[0]));

    @Override
    public CompletableFuture<Result> submit(
            Member leader, byte[] command, Optional<RequestId> requestId, Duration timeout) {
        calls.add("submit " + leader + " " + requestId.map(RequestId::value).orElse("-") + " " + timeout);
        return next();
    }

    /** What the leader answers to operators. */
    public volatile CompletableFuture<AdminAnswer> adminAnswer =
            CompletableFuture.completedFuture(new AdminAnswer(200, "{}"));

    /** What a server says that is to be added. */
    public volatile CompletableFuture<Void> invitation = CompletableFuture.completedFuture(null);

    @Override
    public CompletableFuture<AdminAnswer> administer(Member leader, AdminCall call, Duration timeout) {
        calls.add("administer " + leader + " " + call.method() + " " + call.path());
        return adminAnswer;
    }

    @Override
    public CompletableFuture<Void> invite(Member server, long commitIndex, Duration timeout) {
        calls.add("invite " + server + " behind " + commitIndex);
        return invitation;
    }

    @Override
    public CompletableFuture<Result> read(Member leader, byte[] query, Consistency consistency, Duration timeout) {
        calls.add("read " + leader + " " + consistency + " " + timeout);
        return next();
    }

    @Override
    public CompletableFuture<Long> readIndex(Member leader, Duration timeout) {
        calls.add("read index " + leader + " " + timeout);
        return next().thenApply(Result::index);
    }

    private CompletableFuture<Result> next() {
        return Optional.ofNullable(answers.poll()).orElse(answer);
    }
}
