package io.raftboot;

import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.Configuration;
import io.raftboot.model.Consistency;
import io.raftboot.model.Identity;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.RaftListener;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.StateMachine;
import io.raftboot.spi.Ticker;
import io.raftboot.spi.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A server of the cluster. It has four threads: the raft thread owns the consensus and the storage, or lends them to a thread that
 * brings a message ({@link Transport.Receiver#dealWith}), the apply thread owns the state machine, the snapshot thread writes and
 * downloads snapshots, and the answer thread completes futures. Its methods may be called from any thread. What it is asked is
 * answered by this server alone: a command is refused with {@link RaftException.NotLeader} unless it leads.
 */
public final class RaftNode implements RaftOperations {

    private final RaftConfig config;
    private final Configuration initialConfiguration;
    private final RaftStorage.Factory storage;
    private final Transport transport;
    private final ReplicatedState state;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final Threads.Start starter;
    private final Admission admission;
    private final Listeners listeners = new Listeners();

    private volatile Optional<Threads> threads = Optional.empty();

    /** Those of the last run. Under the lock of this object. */
    private Optional<Threads> stopped = Optional.empty();

    private volatile Identity identity;
    private volatile View lastView = View.STOPPED;
    private final LastStatus lastStatus = new LastStatus();

    /**
     * A server that is not started yet.
     *
     * @param config its settings
     * @param initialConfiguration the voters to begin with; looked at on the very first start only
     * @param storage opens its disk, on the raft thread
     * @param transport its network
     * @param stateMachine the application's state, as it is before the first command
     * @param ticker its clocks
     */
    public RaftNode(
            RaftConfig config,
            Configuration initialConfiguration,
            RaftStorage.Factory storage,
            Transport transport,
            StateMachine stateMachine,
            Ticker ticker) {
        this(config, initialConfiguration, storage, transport, stateMachine, ticker, new Random(), RaftThreads::start);
    }

    /**
     * A server for a test that wants to see every step.
     *
     * @param random where its election timeouts come from
     * @param starter what it runs on
     */
    RaftNode(
            RaftConfig config,
            Configuration initialConfiguration,
            RaftStorage.Factory storage,
            Transport transport,
            StateMachine stateMachine,
            Ticker ticker,
            RandomGenerator random,
            Threads.Start starter) {
        this.config = config;
        this.initialConfiguration = initialConfiguration;
        this.storage = storage;
        this.transport = transport;
        this.state = new ReplicatedState(stateMachine);
        this.ticker = ticker;
        this.random = random;
        this.starter = starter;
        this.admission = new Admission(config);
        this.identity = new Identity("", "", config.nodeId(), "");
    }

    /**
     * Opens the storage and starts the threads; returns when the server takes part in the cluster. Does nothing if it runs.
     *
     * @throws RuntimeException what {@link RaftStorage.Factory#open} threw; the server can be started again
     * @throws io.raftboot.model.LostState if the snapshot its log begins behind is missing or damaged
     * @throws IllegalStateException if it has failed before: only a new process may look at its disk again; or as long as a
     *     thread of its last run hangs, which could go on at any time with the same state machine
     */
    public synchronized void start() {
        if (threads.isPresent()) {
            threads.get().run().failure().ifPresent(reason -> {
                throw new IllegalStateException("the server has failed, start a new process: " + reason);
            });
            return;
        }
        if (stopped.filter(last -> !last.hasEnded()).isPresent()) {
            throw new IllegalStateException("a thread of the last run has not ended, start a new process");
        }
        Threads starting = starter.start(
                config.nodeId(),
                (applyThread, snapshotThread, answerThread) -> new RaftRun(
                        config,
                        initialConfiguration,
                        storage,
                        transport,
                        state,
                        applyThread,
                        snapshotThread,
                        answerThread,
                        ticker,
                        random,
                        listeners),
                () -> admission.expire(ticker.nanoTime()));
        identity = starting.awaitStart();
        threads = Optional.of(starting);
    }

    /**
     * Ends the threads and closes the storage. A command in the log is answered with {@link RaftException.OutcomeUnknown}, what
     * has not got there with {@link RaftException.Stopped}. Does nothing if it does not run; may be started again.
     */
    public synchronized void stop() {
        if (threads.isEmpty() || threads.get().run().failure().isPresent()) {
            return;
        }
        threads.get().stop();
        stopped = threads;
        lastView = threads.get().run().view();
        identity = threads.get().run().identity();
        threads = Optional.empty();
    }

    /** The server's own view. Never blocks. */
    public RaftStatus status() {
        Optional<Threads> current = threads;
        View view = current.map(running -> viewOf(running.run())).orElse(lastView);
        Optional<String> failure = current.flatMap(running -> running.run().failure());
        Optional<Download.Progress> download =
                current.flatMap(running -> running.run().downloading());
        Identity who = current.map(running -> running.run().identity()).orElse(identity);
        ReplicatedState.Applied applied = state.applied();
        Supplier<RaftStatus> status = () -> view.status(who, config, applied, download, failure);
        return download.isEmpty() && failure.isEmpty() ? lastStatus.of(view, applied, who, status) : status.get();
    }

    @Override
    public CompletableFuture<Result> submit(byte[] command, Optional<RequestId> requestId) {
        return submit(command, requestId, config.requestTimeout());
    }

    @Override
    public CompletableFuture<Result> submit(byte[] command, Optional<RequestId> requestId, Duration timeLimit) {
        if (command.length > config.maxCommandBytes()) {
            return CompletableFuture.failedFuture(
                    new RaftException.CommandTooLarge(command.length, config.maxCommandBytes()));
        }
        return admit(
                command.length,
                timeLimit,
                () -> new RaftException.OutcomeUnknown("the command was not committed and applied in time"),
                (running, result) -> running.run().inbox().offer(new Input.Command(result, requestId, command)));
    }

    @Override
    public CompletableFuture<Result> read(byte[] query, Consistency consistency) {
        return read(query, consistency, config.requestTimeout());
    }

    @Override
    public CompletableFuture<Result> read(byte[] query, Consistency consistency, Duration timeLimit) {
        return admit(
                query.length,
                timeLimit,
                () -> new RaftException.NotLeader(Optional.empty()),
                (running, result) -> switch (consistency) {
                    case LOCAL -> running.query(new Applier.Query(0, query, result));
                    case LEASE -> running.run().inbox().offer(leaseRead(running, query, result));
                    case LINEARIZABLE -> running.run().inbox().offer(new Input.Read(result, query));
                });
    }

    @Override
    public CompletableFuture<Long> readIndex(Duration timeLimit) {
        return admit(
                        0,
                        timeLimit,
                        () -> new RaftException.NotLeader(Optional.empty()),
                        (running, result) -> running.run().inbox().offer(new Input.Read(result, Optional.empty())))
                .thenApply(Result::index);
    }

    private Input leaseRead(Threads running, byte[] query, CompletableFuture<Result> result) {
        return new Input.LeaseRead(result, query, () -> {
            if (!running.run().inbox().offer(new Input.Read(result, query))) {
                result.completeExceptionally(stopped());
            }
        });
    }

    @Override
    public CompletableFuture<Result> readAtLeast(byte[] query, long minIndex, Duration timeLimit) {
        return admit(
                query.length,
                timeLimit,
                () -> new RaftException.NotLeader(status().leaderId()),
                (running, result) -> running.query(new Applier.Query(minIndex, query, result)));
    }

    @Override
    public Watch watch(long fromIndex, Runnable whenThereIsMore) {
        return running().orElseThrow(this::stopped).run().applier().watchers().open(fromIndex, whenThereIsMore);
    }

    /**
     * Hands leadership over (thesis §3.10).
     *
     * @param target a voter, or empty for the most up-to-date one
     * @return who leads when it is over: the target, or if that did not take it within an election timeout this server, rarely a
     *     third one. Fails with {@link RaftException.NotLeader} if this server does not lead, with {@link
     *     RaftException.ChangeRefused} if a later request replaces this one, and with {@link IllegalArgumentException} if the
     *     target is not a voter
     */
    public CompletableFuture<NodeId> transferLeadership(Optional<NodeId> target) {
        CompletableFuture<NodeId> successor = new CompletableFuture<>();
        Input.Transfer request = new Input.Transfer(
                target, successor, ticker.nanoTime() + config.requestTimeout().toNanos());
        offer(request, successor);
        return successor;
    }

    /**
     * Changes the members of the cluster (§6, thesis §4).
     *
     * @param force whether to begin also if the cluster may then have to wait for servers that are out of reach
     * @param patience how long servers that are new and are to vote at once may take to catch up
     * @return the configuration once it is committed. Fails with {@link RaftException.NotLeader} if this server does not lead, with
     *     {@link RaftException.ChangeRefused} or {@link RaftException.UnknownMember} if nothing was begun, and with {@link
     *     RaftException.OutcomeUnknown} if leadership was lost meanwhile: the next leader may finish the change
     */
    public CompletableFuture<Configuration> changeMembers(MembershipChange change, boolean force, Duration patience) {
        CompletableFuture<Configuration> result = new CompletableFuture<>();
        offer(new Input.Change(change, force, result, ticker.nanoTime() + patience.toNanos()), result);
        return result;
    }

    /**
     * What a change of the members would lead to; changes nothing.
     *
     * @return fails like {@link #changeMembers}
     */
    public CompletableFuture<ChangeOutlook> foresee(MembershipChange change) {
        CompletableFuture<ChangeOutlook> result = new CompletableFuture<>();
        offer(new Input.Foresee(change, result), result);
        return result;
    }

    /**
     * Whether this server leads at this moment. It does not as soon as another one may: it was elected, and a majority has answered
     * something that it sent less than 0.8 election timeouts ago, by a clock that never goes back. So a process that was
     * stopped, or whose raft thread hangs, says no without having heard of another leader; a machine that was suspended as a whole,
     * with its clocks, can be late. Never blocks.
     *
     * @return the term, which no other leader has and later ones exceed: a fencing token. Empty if it does not lead or is handing
     *     leadership over
     */
    public OptionalLong leadership() {
        Optional<Threads> running = running();
        return running.isPresent() ? running.get().run().lease().term(ticker.nanoTime()) : OptionalLong.empty();
    }

    /** Tells a listener from now on; one that comes late first learns how things are. Waits while the server starts or stops. */
    public synchronized void addListener(RaftListener listener) {
        Optional<Threads> current = threads;
        if (current.isPresent()) {
            current.get().run().tell(() -> listeners.add(listener));
        } else {
            listeners.add(listener);
        }
    }

    private void offer(Input input, CompletableFuture<?> result) {
        if (running().filter(current -> current.run().inbox().offer(input)).isEmpty()) {
            result.completeExceptionally(stopped());
        }
    }

    /**
     * Takes a snapshot of this server's state now (§7), after the one that is being taken, if any.
     *
     * @return the snapshot, once it is durable. Fails with {@link RaftException.Stopped} if the server does not run or has applied
     *     nothing yet, and with an {@link java.io.IOException} if the disk does not take it
     */
    public CompletableFuture<Snapshot> takeSnapshot() {
        CompletableFuture<Snapshot> result = new CompletableFuture<>();
        Optional<Threads> running = running();
        if (running.isEmpty() || !running.get().takeSnapshot(result)) {
            result.completeExceptionally(stopped());
        }
        return result;
    }

    /**
     * The snapshots on this server's disk, to be looked at and read.
     *
     * @throws RaftException.Stopped if the server does not run
     */
    public SnapshotStore snapshots() {
        return running().flatMap(running -> running.run().snapshots()).orElseThrow(this::stopped);
    }

    private CompletableFuture<Result> admit(
            int size, Duration timeLimit, Supplier<RaftException> whenLate, Entrance entrance) {
        Optional<Threads> running = running();
        if (running.isEmpty()) {
            return CompletableFuture.failedFuture(stopped());
        }
        if (isStalled(running.get().run())) {
            return CompletableFuture.failedFuture(
                    new RaftException.Stopped("the raft thread hangs, in its disk most likely"));
        }
        Optional<CompletableFuture<Result>> result = admission.enter(size, ticker.nanoTime(), timeLimit, whenLate);
        if (result.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new RaftException.Overloaded("too many commands and reads are waiting on this server"));
        }
        if (!entrance.pass(running.get(), result.get())) {
            result.get().completeExceptionally(stopped());
        }
        return result.get();
    }

    /** A server whose raft thread hangs neither leads nor follows: the others go on without it. */
    private View viewOf(RaftRun run) {
        View view = run.view();
        return isStalled(run) ? view.stopped(RaftRole.FOLLOWER) : view;
    }

    private boolean isStalled(RaftRun run) {
        return run.failure().isEmpty() && run.view().isStalled(ticker.nanoTime(), config);
    }

    /** Empty also if the server is stopping or has failed. */
    private Optional<Threads> running() {
        return threads.filter(current ->
                current.run().failure().isEmpty() && !current.run().inbox().isClosed());
    }

    private RaftException stopped() {
        return new RaftException.Stopped("the server is not running");
    }

    @FunctionalInterface
    private interface Entrance {

        /** Hands a request to the server. @return false if it does not take it */
        boolean pass(Threads running, CompletableFuture<Result> result);
    }
}
