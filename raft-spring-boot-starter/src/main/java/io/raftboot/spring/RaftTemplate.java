package io.raftboot.spring;

import io.raftboot.RaftOperations;
import io.raftboot.Watch;
import io.raftboot.model.Consistency;
import io.raftboot.model.Member;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.spring.FollowedCall.Attempt;
import io.raftboot.spring.typed.RaftCommand;
import io.raftboot.spring.typed.RaftQuery;
import io.raftboot.spring.typed.Reply;
import io.raftboot.spring.typed.TypedCodec;
import io.raftboot.spring.typed.TypedOperations;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What an application asks of the cluster, in records or in bytes, on whichever server it runs: the leader answers by itself, any
 * other server passes the call on to the leader. It follows a change of leader within the time limit: an attempt that was refused, or
 * broke off, is made again at whoever leads then. A command takes effect once however many attempts it needs, because all of them
 * carry one request id, the caller's or one made up here. Callable from any thread.
 *
 * <p>What will not pass is not tried again: {@link RaftException.Overloaded}, {@link RaftException.CommandTooLarge}, {@link
 * RaftException.RequestIdConflict}, {@link RaftException.ResultForgotten}, {@link RaftException.OutcomeUnknown} of a request id that is
 * {@linkplain RaftException.OutcomeUnknown#isForgotten() forgotten}, and {@link RaftException.Stopped} of this very server. If the time is up, the last attempt's
 * failure is the answer, or {@link RaftException.OutcomeUnknown} if any of them may have been applied.
 */
public final class RaftTemplate implements RaftOperations, TypedOperations {

    /** How much longer than the request timeout a blocking call waits: the server's own answer knows more than a time-out here. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** How long a call waits for a leader: an election takes one to two election timeouts, and may have to be repeated. */
    private static final int ELECTION_TIMEOUTS_WITHOUT_LEADER = 4;

    private final RaftOperations local;
    private final Supplier<RaftStatus> status;
    private final LeaderCalls leaderCalls;
    private final Duration requestTimeout;
    private final Duration attemptLimit;
    private final Duration leaderPatience;
    private final Duration repeatLimit;
    private final Waiting waiting;
    private final Pauses pauses;
    private final AutomaticIds ids = new AutomaticIds();
    private final BoundedReads boundedReads;
    private final TypedCalls typed;

    /** When a leader was last known here, or this began. */
    private volatile long leaderSeenNanos;

    /**
     * A template over a server whose state machine takes bytes.
     *
     * @param local the server of this process
     * @param status its status; called on every attempt, so it must not block
     * @param leaderCalls the way to the leader if that is another server
     * @param config the server's settings
     */
    public RaftTemplate(RaftOperations local, Supplier<RaftStatus> status, LeaderCalls leaderCalls, RaftConfig config) {
        this(local, status, leaderCalls, config, Optional.empty());
    }

    /**
     * A template over a server.
     *
     * @param codec that of a {@link io.raftboot.spring.typed.TypedStateMachine}; without it typed calls are refused
     */
    public RaftTemplate(
            RaftOperations local,
            Supplier<RaftStatus> status,
            LeaderCalls leaderCalls,
            RaftConfig config,
            Optional<TypedCodec> codec) {
        this(local, status, leaderCalls, config, codec, new SystemTiming(), GRACE);
    }

    /** A template for a test that has time in its hand. */
    RaftTemplate(
            RaftOperations local,
            Supplier<RaftStatus> status,
            LeaderCalls leaderCalls,
            RaftConfig config,
            Optional<TypedCodec> codec,
            Timing timing,
            Duration grace) {
        this.local = local;
        this.status = status;
        this.leaderCalls = leaderCalls;
        this.requestTimeout = config.requestTimeout();
        // A leader that cannot be reached any more is replaced within that time.
        this.attemptLimit = config.electionTimeout().multipliedBy(2);
        this.leaderPatience = config.electionTimeout().multipliedBy(ELECTION_TIMEOUTS_WITHOUT_LEADER);
        // Half of it, since the clocks of two leaders may differ.
        this.repeatLimit = Duration.ofMillis(config.sessions().expiryMillis() / 2);
        this.waiting = new Waiting(grace);
        this.boundedReads = new BoundedReads(this, requestTimeout, timing::nanoTime);
        this.typed = new TypedCalls(this, boundedReads, codec);
        this.pauses = new Pauses(timing, config.maxPendingCommands(), config.maxPendingBytes());
        this.leaderSeenNanos = pauses.nanoTime();
    }

    /** This server's own view of the cluster; never blocks. */
    public RaftStatus status() {
        RaftStatus view = status.get();
        if (view.leaderId().isPresent()) {
            leaderSeenNanos = pauses.nanoTime();
        }
        return view;
    }

    @Override
    public CompletableFuture<Result> submit(byte[] command, Optional<RequestId> requestId) {
        return submit(command, requestId, requestTimeout);
    }

    /**
     * {@inheritDoc} A command without a request id gets one, so that it can be sent again; its result is never {@linkplain
     * Result#replayed() replayed}, since its caller has sent it once.
     */
    @Override
    public CompletableFuture<Result> submit(byte[] command, Optional<RequestId> requestId, Duration timeLimit) {
        return requestId
                .map(id -> submit(command, id, timeLimit, result -> result))
                .orElseGet(() -> submit(command, ids.next(), timeLimit, Result::first));
    }

    private CompletableFuture<Result> submit(
            byte[] command, RequestId requestId, Duration timeLimit, UnaryOperator<Result> seen) {
        Optional<RequestId> id = Optional.of(requestId);
        return follow(
                command.length,
                timeLimit,
                left -> local.submit(command, id, left).thenApply(seen),
                (leader, left) -> leaderCalls.submit(leader, command, id, left).thenApply(seen));
    }

    @Override
    public CompletableFuture<Result> read(byte[] query, Consistency consistency) {
        return read(query, consistency, requestTimeout);
    }

    /**
     * Asks the state machine a question. {@link Consistency#LOCAL} is answered by this server. Everything else is the leader's to
     * answer.
     */
    @Override
    public CompletableFuture<Result> read(byte[] query, Consistency consistency, Duration timeLimit) {
        if (consistency == Consistency.LOCAL) {
            return local.read(query, consistency, timeLimit);
        }
        return follow(
                query.length,
                timeLimit,
                left -> local.read(query, consistency, left),
                (leader, left) -> leaderCalls.read(leader, query, consistency, left));
    }

    @Override
    public CompletableFuture<Long> readIndex(Duration timeLimit) {
        return follow(
                        0,
                        timeLimit,
                        left -> local.readIndex(left).thenApply(RaftTemplate::indexOnly),
                        (leader, left) -> leaderCalls.readIndex(leader, left).thenApply(RaftTemplate::indexOnly))
                .thenApply(Result::index);
    }

    private static Result indexOnly(long index) {
        return new Result(index, 0, new byte[0]);
    }

    @Override
    public CompletableFuture<Result> readAtLeast(byte[] query, long minIndex, Duration timeLimit) {
        return local.readAtLeast(query, minIndex, shorter(requestTimeout, timeLimit));
    }

    /**
     * Asks this server, whether it leads or not, if its state is no older than that and has all up to an index; the leader otherwise.
     *
     * @param minIndex how far the state must be, the index of an earlier command or read; 0 for no matter
     * @param maxStaleness how old the state may be when the answer is handed out
     */
    public CompletableFuture<DatedResult> readWithin(byte[] query, long minIndex, Duration maxStaleness) {
        return boundedReads.readWithin(query, minIndex, maxStaleness);
    }

    /**
     * {@inheritDoc} To begin with what comes next, watch from {@code status().lastApplied() + 1} on. The watch ends when this server
     * stops or takes over a snapshot; whoever goes on at {@link Watch#nextIndex}, here or on another server, misses nothing.
     */
    @Override
    public Watch watch(long fromIndex, Runnable whenThereIsMore) {
        return local.watch(fromIndex, whenThereIsMore);
    }

    /**
     * The same as {@link #submit}, waiting for the result no longer than a little over {@code raft.request-timeout}.
     *
     * @throws RaftException if there is none; {@link RaftException.OutcomeUnknown} also if the thread is interrupted, which stays
     *     so
     */
    public Result submitAndWait(byte[] command, Optional<RequestId> requestId) {
        return waiting.forAnswer(submit(command, requestId), requestTimeout);
    }

    /** The same as {@link #read}, waiting and failing as {@link #submitAndWait(byte[], Optional)} does. */
    public Result readAndWait(byte[] query, Consistency consistency) {
        return waiting.forAnswer(read(query, consistency), requestTimeout);
    }

    @Override
    public <R> CompletableFuture<Reply<R>> submit(RaftCommand<R> command) {
        return typed.submit(command, Optional.empty(), requestTimeout);
    }

    @Override
    public <R> CompletableFuture<Reply<R>> submit(RaftCommand<R> command, RequestId requestId) {
        return typed.submit(command, Optional.of(requestId), requestTimeout);
    }

    @Override
    public <R> Reply<R> submitAndWait(RaftCommand<R> command, Duration timeLimit) {
        Duration limit = shorter(requestTimeout, timeLimit);
        return waiting.forAnswer(typed.submit(command, Optional.empty(), limit), limit);
    }

    @Override
    public <R> Reply<R> submitAndWait(RaftCommand<R> command, RequestId requestId, Duration timeLimit) {
        Duration limit = shorter(requestTimeout, timeLimit);
        return waiting.forAnswer(typed.submit(command, Optional.of(requestId), limit), limit);
    }

    @Override
    public <R> CompletableFuture<Reply<R>> query(RaftQuery<R> query, Consistency consistency) {
        return typed.query(query, consistency, requestTimeout);
    }

    @Override
    public <R> CompletableFuture<Reply<R>> queryAtLeast(RaftQuery<R> query, long minIndex) {
        return typed.queryAtLeast(query, minIndex);
    }

    @Override
    public <R> CompletableFuture<Reply<R>> queryWithin(RaftQuery<R> query, long minIndex, Duration maxStaleness) {
        return typed.queryWithin(query, minIndex, maxStaleness);
    }

    @Override
    public <R> Reply<R> queryAndWait(RaftQuery<R> query, Consistency consistency, Duration timeLimit) {
        Duration limit = shorter(requestTimeout, timeLimit);
        return waiting.forAnswer(typed.query(query, consistency, limit), limit);
    }

    private CompletableFuture<Result> follow(
            int size,
            Duration timeLimit,
            Function<Duration, CompletableFuture<Result>> here,
            BiFunction<Member, Duration, CompletableFuture<Result>> there) {
        Duration limit = shorter(requestTimeout, timeLimit);
        return new FollowedCall(
                        left -> attempt(left, here, there), pauses, this::mayWaitForLeader, size, limit, repeatLimit)
                .begin();
    }

    /** A server that knows no other leader says by itself that it does not lead, or that it stopped, and why. */
    private Attempt attempt(
            Duration left,
            Function<Duration, CompletableFuture<Result>> here,
            BiFunction<Member, Duration, CompletableFuture<Result>> there) {
        return leaderElsewhere()
                .map(leader -> new Attempt(there.apply(leader, shorter(left, attemptLimit)), false))
                .orElseGet(() -> new Attempt(here.apply(left), true));
    }

    /**
     * A leader that is lost is soon followed by another. Where there has been none for longer than elections take, there is no
     * majority, and whoever asks is told at once (scenario V4).
     */
    private boolean mayWaitForLeader() {
        return pauses.nanoTime() - leaderSeenNanos < leaderPatience.toNanos();
    }

    private Optional<Member> leaderElsewhere() {
        RaftStatus view = status();
        if (view.role() == RaftRole.LEADER || view.role() == RaftRole.FAILED) {
            return Optional.empty();
        }
        return view.leaderId()
                .filter(leader -> !leader.equals(view.identity().nodeId()))
                .flatMap(leader -> view.members().stream()
                        .filter(member -> member.id().equals(leader))
                        .findFirst())
                .map(member -> new Member(member.id(), member.url()));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
