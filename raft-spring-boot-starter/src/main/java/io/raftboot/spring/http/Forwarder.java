package io.raftboot.spring.http;

import io.raftboot.model.Consistency;
import io.raftboot.model.Member;
import io.raftboot.model.RaftException;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.spring.AdminAnswer;
import io.raftboot.spring.AdminCall;
import io.raftboot.spring.LeaderCalls;
import io.raftboot.spring.http.ForwardedCall.Size;
import io.raftboot.spring.http.HttpTransport.Active;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Has another server carry out commands and reads. A call is made once and never repeated, and what is not certain is said
 * to be unknown (API.md §5). All methods may be called by any thread and do not block; the futures fail with a {@link
 * RaftException} and complete on a thread of the lane to that server, on the calling one, or, when the time is up, on a common one.
 */
public final class Forwarder implements LeaderCalls {

    private final HttpTransport transport;
    private final long maxWaitingBytes;
    private final AtomicLong waitingBytes = new AtomicLong();

    /** @param transport whose connections and identity are used; nothing is forwarded unless it is started */
    public Forwarder(HttpTransport transport) {
        this(transport, transport.settings().maxPendingBytes());
    }

    Forwarder(HttpTransport transport, long maxWaitingBytes) {
        this.transport = transport;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    @Override
    public CompletableFuture<Result> submit(
            Member leader, byte[] command, Optional<RequestId> requestId, Duration timeout) {
        return forward(
                leader,
                Freight.COMMANDS,
                command.length,
                left -> ForwardedItem.of(new SubmitCall(command, requestId, Optional.of(left.toMillis()))),
                timeout);
    }

    /** {@inheritDoc} Fails with {@code NotLeader} where nobody knows what became of it, because a read may be asked again. */
    @Override
    public CompletableFuture<Result> read(Member leader, byte[] query, Consistency consistency, Duration timeout) {
        return read(leader, Freight.of(consistency), Optional.of(query), consistency, timeout);
    }

    /** {@inheritDoc} Fails as {@link #read} does. */
    @Override
    public CompletableFuture<Long> readIndex(Member leader, Duration timeout) {
        return read(leader, Freight.READS, Optional.empty(), Consistency.LINEARIZABLE, timeout)
                .thenApply(Result::index);
    }

    private CompletableFuture<Result> read(
            Member leader, Freight freight, Optional<byte[]> query, Consistency consistency, Duration timeout) {
        return forward(
                leader,
                freight,
                query.map(bytes -> bytes.length).orElse(0),
                left -> ForwardedItem.of(new ReadCall(query, consistency, Optional.of(left.toMillis()))),
                timeout);
    }

    @Override
    public CompletableFuture<AdminAnswer> administer(Member leader, AdminCall call, Duration timeout) {
        return transport
                .active()
                .flatMap(now -> now.peers().reach(leader))
                .map(peer -> PeerCall.make(peer, Route.ADMINISTER, call, timeout, transport.json(), AdminAnswer.class))
                .map(answer -> answer.exceptionallyCompose(
                        failure -> CompletableFuture.failedFuture(notAdministered(leader, call, failure))))
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new RaftException.Stopped("this server does not call " + leader.id())));
    }

    private static RaftException notAdministered(Member leader, AdminCall call, Throwable failure) {
        boolean isCertain = call.isRead()
                || (failure instanceof CallFailed failed && !failed.sent())
                || (failure instanceof Refused refused && refused.problem().says(RaftException.Outcome.NOT_APPLIED));
        String reason = leader.id() + ", the leader, did not answer: " + failure.getMessage();
        return isCertain ? new RaftException.Stopped(reason) : new RaftException.OutcomeUnknown(reason);
    }

    @Override
    public CompletableFuture<Void> invite(Member server, long commitIndex, Duration timeout) {
        Optional<Active> now = transport.active();
        if (now.isEmpty()) {
            return CompletableFuture.failedFuture(new RaftException.Stopped("the server is not running"));
        }
        Peer peer = now.get().peers().stranger(server);
        JoinCall call = new JoinCall(now.get().self().clusterName(), commitIndex);
        return PeerCall.make(peer, Route.JOIN, call, timeout, transport.json(), JoinReply.class)
                .whenComplete((reply, failure) -> peer.close())
                .<Void>thenApply(reply -> null)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(notInvited(server, failure)));
    }

    private static RaftException notInvited(Member server, Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        return new RaftException.ChangeRefused(
                cause instanceof Refused refused
                        ? server + " refuses to join: " + refused.getMessage()
                        : server + " does not answer (" + cause.getMessage() + "): start it there with raft.join=true, "
                                + "raft.node-id=" + server.id() + " and the cluster's name and secret");
    }

    private CompletableFuture<Result> forward(
            Member leader, Freight freight, int size, Function<Duration, ForwardedItem> content, Duration timeout) {
        int limit = transport.settings().maxCommandBytes();
        if (size > limit) {
            return CompletableFuture.failedFuture(new RaftException.CommandTooLarge(size, limit));
        }
        return transport
                .active()
                .flatMap(now -> now.peers().reach(leader))
                .map(peer -> offer(peer, freight, new Size(size, limit), content, timeout))
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new RaftException.Stopped("this server does not call " + leader.id())));
    }

    private CompletableFuture<Result> offer(
            Peer peer, Freight freight, Size size, Function<Duration, ForwardedItem> content, Duration timeout) {
        if (waitingBytes.addAndGet(size.bytes()) > maxWaitingBytes) {
            waitingBytes.addAndGet(-size.bytes());
            return CompletableFuture.failedFuture(
                    new RaftException.Overloaded(maxWaitingBytes + " bytes already wait to be forwarded"));
        }
        CompletableFuture<Result> result = new CompletableFuture<>();
        long deadline = System.nanoTime() + timeout.toNanos();
        Runnable done = () -> waitingBytes.addAndGet(-size.bytes());
        peer.forward(new ForwardedCall(peer.id(), freight, size, content, deadline, done, result));
        return result;
    }
}
