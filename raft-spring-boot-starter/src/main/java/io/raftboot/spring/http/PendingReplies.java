package io.raftboot.spring.http;

import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** The calls that are not answered yet, each on the web server's thread that received it. */
final class PendingReplies {

    private final Map<Key, CompletableFuture<Optional<Message.Reply>>> waiting = new ConcurrentHashMap<>();

    /** What a reply has in common with its request. */
    private record Key(NodeId peer, Route route, long round) {}

    /**
     * Hands a request over and waits for its reply.
     *
     * @param deliver takes the request, and may have it answered before it returns; or says that it is lost
     * @return empty if it is lost, or not answered in time, or the same request is being answered already
     */
    Optional<Message.Reply> exchange(Message.Request request, Predicate<Message> deliver, Duration timeout) {
        Key key = new Key(request.from(), Route.of(request), request.round());
        CompletableFuture<Optional<Message.Reply>> reply = new CompletableFuture<>();
        if (waiting.putIfAbsent(key, reply) != null) {
            return Optional.empty();
        }
        try {
            return deliver.test(request) ? await(reply, timeout) : Optional.empty();
        } finally {
            waiting.remove(key, reply);
        }
    }

    private static Optional<Message.Reply> await(CompletableFuture<Optional<Message.Reply>> reply, Duration timeout) {
        try {
            return reply.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a waiting call was failed, which nobody does", e);
        }
    }

    /** Answers the call this belongs to, if somebody still waits. Never blocks. */
    void complete(Message.Reply reply) {
        CompletableFuture<Optional<Message.Reply>> call =
                waiting.remove(new Key(reply.to(), Route.of(reply), reply.round()));
        if (call != null) {
            call.complete(Optional.of(reply));
        }
    }

    /** Sends everybody away who waits. */
    void abandon() {
        waiting.values().forEach(call -> call.complete(Optional.empty()));
    }
}
