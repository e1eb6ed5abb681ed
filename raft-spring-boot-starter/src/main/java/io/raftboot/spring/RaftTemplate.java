package io.raftboot.spring;

import io.raftboot.RaftOperations;
import io.raftboot.model.Consistency;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What an application asks of the cluster, on whichever server it runs: the leader answers by itself, any other server passes the
 * call on to the leader, once. A guess at the leader that turns out to be stale is not corrected here: the refusal, {@link
 * RaftException.NotLeader}, says that the command is certainly not applied, and who leads. Callable from any thread.
 */
public final class RaftTemplate implements RaftOperations {

    /** How much longer than the request timeout a blocking call waits: the server's own answer knows more than a time-out here. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final RaftOperations local;
    private final Supplier<RaftStatus> status;
    private final LeaderCalls leaderCalls;
    private final Duration requestTimeout;

    /**
     * A template over a server.
     *
     * @param local the server of this process
     * @param status its status; called on every request, so it must not block
     * @param leaderCalls the way to the leader if that is another server
     * @param requestTimeout how long a call that is passed on may take
     */
    public RaftTemplate(
            RaftOperations local, Supplier<RaftStatus> status, LeaderCalls leaderCalls, Duration requestTimeout) {
        this.local = local;
        this.status = status;
        this.leaderCalls = leaderCalls;
        this.requestTimeout = requestTimeout;
    }

    /** This server's own view of the cluster; never blocks. */
    public RaftStatus status() {
        return status.get();
    }

    @Override
    public CompletableFuture<Result> submit(byte[] command, Optional<RequestId> requestId) {
        return onLeader(
                () -> local.submit(command, requestId),
                leader -> leaderCalls.submit(leader, command, requestId, requestTimeout));
    }

    /**
     * Asks the state machine a question. {@link Consistency#LOCAL} is answered by this server. Everything else is the leader's to
     * answer.
     */
    @Override
    public CompletableFuture<Result> read(byte[] query, Consistency consistency) {
        if (consistency == Consistency.LOCAL) {
            return local.read(query, consistency);
        }
        return onLeader(
                () -> local.read(query, consistency),
                leader -> leaderCalls.read(leader, query, consistency, requestTimeout));
    }

    /**
     * The same as {@link #submit}, waiting for the result no longer than a little over {@code raft.request-timeout}.
     *
     * @throws RaftException if there is none; {@link RaftException.OutcomeUnknown} also if the thread is interrupted, which stays
     *     so
     */
    public Result submitAndWait(byte[] command, Optional<RequestId> requestId) {
        return await(submit(command, requestId));
    }

    /**
     * The same as {@link #read}, waiting for the answer no longer than a little over {@code raft.request-timeout}.
     *
     * @throws RaftException if there is none; {@link RaftException.OutcomeUnknown} also if the thread is interrupted, which stays
     *     so
     */
    public Result readAndWait(byte[] query, Consistency consistency) {
        return await(read(query, consistency));
    }

    private CompletableFuture<Result> onLeader(
            Supplier<CompletableFuture<Result>> here, Function<Member, CompletableFuture<Result>> there) {
        RaftStatus view = status.get();
        // A failed server says by itself that it stopped, and why.
        if (view.role() == RaftRole.LEADER || view.role() == RaftRole.FAILED) {
            return here.get();
        }
        return view.leaderId()
                .filter(leader -> !leader.equals(view.identity().nodeId()))
                .flatMap(leader -> member(view, leader))
                .map(there)
                .orElseGet(() -> CompletableFuture.failedFuture(new RaftException.NotLeader(view.leaderId())));
    }

    private static Optional<Member> member(RaftStatus view, NodeId id) {
        return view.members().stream()
                .filter(member -> member.id().equals(id))
                .findFirst()
                .map(member -> new Member(member.id(), member.url()));
    }

    private Result await(CompletableFuture<Result> answer) {
        try {
            return answer.get(requestTimeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RaftException refused ? refused : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw unknown("there was no answer within " + requestTimeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown("the thread that waited was interrupted", e);
        }
    }

    private static RaftException unknown(String reason, Exception cause) {
        RaftException unknown = new RaftException.OutcomeUnknown(reason);
        unknown.initCause(cause);
        return unknown;
    }
}
