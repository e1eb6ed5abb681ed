package io.raftboot;

import io.raftboot.consensus.Consensus;
import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.Snapshot;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.Ticker;
import io.raftboot.spi.Transport;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a server, from start to stop: the body of the raft thread. It opens the storage, turns the loop, and closes the
 * storage. It is asked to stop and never interrupted, because an interrupt during I/O can close the file. Its three steps can be
 * taken by hand, on one thread, instead of {@link #run}.
 */
final class RaftRun implements Runnable {

    /** Room in the inbox beside the commands and reads that may wait: messages of other servers always find a place. */
    static final int INBOX_RESERVE = 4096;

    private static final Logger log = LoggerFactory.getLogger("io.raftboot");

    private final RaftConfig config;
    private final Configuration initialConfiguration;
    private final RaftStorage.Factory storageFactory;
    private final Transport transport;
    private final ReplicatedState state;
    private final Applier applier;
    private final Executor applyThread;
    private final Executor snapshotThread;
    private final Executor answerThread;
    private final Answers answers;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final Listeners listeners;
    private final Lease lease;
    private final Inbox inbox;
    private final CompletableFuture<Identity> started = new CompletableFuture<>();

    private volatile Optional<Snapshots> snapshots = Optional.empty();
    private volatile Optional<SnapshotTaker> snapshotTaker = Optional.empty();
    private volatile Optional<RaftStorage> storage = Optional.empty();

    /** For whoever has the turn. */
    private Optional<RaftEventLoop> loop = Optional.empty();

    /** Taken out of the inbox and not dealt with; between turns that is what a turn has left that failed. For whoever has the turn. */
    private final Queue<Input> inputs = new ArrayDeque<>();

    private volatile View view = View.STOPPED;
    private volatile boolean stopping;
    private volatile Optional<String> failure = Optional.empty();

    RaftRun(
            RaftConfig config,
            Configuration initialConfiguration,
            RaftStorage.Factory storageFactory,
            Transport transport,
            ReplicatedState state,
            Executor applyThread,
            Executor snapshotThread,
            Executor answerThread,
            Ticker ticker,
            RandomGenerator random,
            Listeners listeners) {
        this.config = config;
        this.initialConfiguration = initialConfiguration;
        this.storageFactory = storageFactory;
        this.transport = transport;
        this.state = state;
        this.applier = new Applier(state, new Answers(answerThread));
        this.applyThread = applyThread;
        this.snapshotThread = snapshotThread;
        this.answerThread = answerThread;
        this.answers = new Answers(answerThread);
        this.ticker = ticker;
        this.random = random;
        this.listeners = listeners;
        this.lease = new Lease(config);
        this.inbox = new Inbox(config.maxPendingCommands() + INBOX_RESERVE);
    }

    Inbox inbox() {
        return inbox;
    }

    Applier applier() {
        return applier;
    }

    /** Takes snapshots, on the apply thread; once the server takes part. */
    SnapshotTaker snapshotTaker() {
        return snapshotTaker.orElseThrow();
    }

    /** Asks the raft thread to end, which it does within a turn, and ends a download. */
    void stop() {
        stopping = true;
        snapshots.ifPresent(Snapshots::stop);
    }

    /** The snapshots on the disk; once the server takes part. */
    Optional<SnapshotStore> snapshots() {
        return snapshots.map(Snapshots::store);
    }

    /** The download that runs, and how far it is. */
    Optional<Download.Progress> downloading() {
        return snapshots.flatMap(Snapshots::downloading);
    }

    /** Who the server is; once it takes part. Any thread. */
    Identity identity() {
        return storage.orElseThrow().identity();
    }

    /** Who the server is, once it takes part; or why it does not. */
    CompletableFuture<Identity> started() {
        return started;
    }

    View view() {
        return view;
    }

    /** Whether it leads; any thread. */
    Lease lease() {
        return lease;
    }

    /** Has something done on the answer thread; nothing if the server is stopping. */
    void tell(Runnable task) {
        answerThread.execute(task);
    }

    /** Why it stopped for good, if it did. */
    Optional<String> failure() {
        return failure;
    }

    /** The life of the raft thread. It has the turn while the run begins, and keeps it when that has ended: nobody else is at it then. */
    @Override
    public void run() {
        begin();
        while (isRunning()) {
            inbox.pass();
            awaitTurn();
            turn();
        }
        end();
    }

    /** Takes part from now on, or says in {@link #started} why it cannot. */
    void begin() {
        try {
            RaftStorage opened = storageFactory.open();
            storage = Optional.of(opened);
            PersistedState persisted = load(opened);
            Optional<Snapshot> snapshot = new Recovery(config.nodeId(), persisted, opened.snapshots()).newest();
            Snapshots running = new Snapshots(config, opened.snapshots(), transport, snapshotThread, answerThread);
            CompletableFuture.runAsync(() -> prepare(persisted, snapshot, running), applyThread)
                    .join();
            Consensus consensus = new Consensus(config, persisted, snapshot, state.lastApplied(), random);
            consensus.joined(opened.joinedBehind());
            noteDifferences(consensus.configuration());
            RaftEventLoop made = new RaftEventLoop(
                    config,
                    consensus,
                    opened,
                    running,
                    transport,
                    state,
                    new ApplyQueue(applier, applyThread, () -> inbox.offer(new Input.Applied())),
                    answers,
                    ticker,
                    lease,
                    listeners);
            view = made.view();
            transport.start(opened.identity(), new Ear(this, opened.snapshots()));
            loop = Optional.of(made);
            started.complete(opened.identity());
        } catch (CompletionException e) {
            started.completeExceptionally(e.getCause());
        } catch (RuntimeException | Error e) {
            started.completeExceptionally(e);
        }
    }

    /** Whether there are turns to come: it takes part, nobody has asked it to stop, and nothing has happened that must not. */
    boolean isRunning() {
        return loop.isPresent() && !stopping && failure.isEmpty();
    }

    private void awaitTurn() {
        try {
            inbox.awaitTurn(loop.orElseThrow()::nanosToNextTurn);
        } catch (InterruptedException e) {
            awaitTurn();
            fail(e);
        }
    }

    /**
     * A turn with all that has come in; for whoever has it.
     *
     * @return whether there was an input
     */
    boolean turn() {
        inputs.addAll(inbox.drain());
        return dealWithInputs();
    }

    /**
     * Takes in what the calling thread brings: in a turn of its own if nobody has it, disk and all, so that neither the raft thread
     * need be woken nor whoever waits for what it sends. An interrupt would close the storage.
     *
     * @return false if it will not be seen
     */
    boolean takeIn(Input input) {
        if (Thread.currentThread().isInterrupted() || !inbox.tryTurn()) {
            return inbox.offer(input);
        }
        try {
            inputs.add(input);
            return dealWithInputs();
        } finally {
            inbox.pass();
        }
    }

    /** Nothing if it does not run any more, for whoever has the turn too late. */
    private boolean dealWithInputs() {
        if (!isRunning()) {
            return false;
        }
        try {
            RaftEventLoop turning = loop.orElseThrow();
            boolean hasInputs = !inputs.isEmpty();
            turning.turn(inputs);
            view = turning.view();
            return hasInputs;
        } catch (RuntimeException | Error e) {
            fail(e);
            return false;
        }
    }

    /** Takes part no longer; everybody who waits is told. */
    void end() {
        try {
            loop.ifPresent(this::leave);
        } finally {
            storage.ifPresent(RaftStorage::close);
            refuseTheRest();
        }
    }

    /** Brings the state machine to where the snapshot is, unless it is there already; on the apply thread. */
    private void prepare(PersistedState persisted, Optional<Snapshot> snapshot, Snapshots running) {
        long snapshotIndex = snapshot.map(Snapshot::lastIncludedIndex).orElse(0L);
        if (state.lastApplied() < snapshotIndex) {
            applier.restore(snapshot.orElseThrow(), running.store());
            applier.failure().ifPresent(RaftEventLoop::rethrow);
        } else if (state.lastApplied() == 0) {
            state.begin(persisted.base().configuration());
        }
        SnapshotTaker taker = new SnapshotTaker(state, new SnapshotTrigger(config.snapshots(), snapshotIndex), running);
        applier.afterEvery(taker::applied, taker::restored);
        snapshots = Optional.of(running);
        snapshotTaker = Optional.of(taker);
    }

    private PersistedState load(RaftStorage opened) {
        return opened.load().orElseGet(() -> {
            opened.write(WriteBatch.bootstrap(initialConfiguration));
            return PersistedState.bootstrap(initialConfiguration);
        });
    }

    private void noteDifferences(Configuration current) {
        if (!initialConfiguration.members().isEmpty()
                && !initialConfiguration.members().equals(current.members())) {
            log.warn(
                    "{}: the configured peers {} are not the members {} of the log, which count",
                    config.nodeId(),
                    initialConfiguration.members().values(),
                    current.members().values());
        }
    }

    private void leave(RaftEventLoop left) {
        lease.end();
        if (failure.isEmpty()) {
            view = view.stopped(RaftRole.FOLLOWER);
        }
        transport.stop();
        left.stop();
    }

    /** Not even an interrupt is survived: it may have closed the file of the storage. */
    private void fail(Throwable e) {
        log.error("{}: stopped for good, nothing is answered or voted for any more", config.nodeId(), e);
        lease.end();
        view = view.stopped(RaftRole.FAILED);
        failure = Optional.of(e.toString());
    }

    private void refuseTheRest() {
        RaftException reason = new RaftException.Stopped("the server is stopping");
        inputs.forEach(input -> refuse(input, reason));
        inbox.close().forEach(input -> refuse(input, reason));
        answers.flush();
        applyThread.execute(() -> applier.close(reason));
    }

    private void refuse(Input input, RaftException reason) {
        if (input instanceof Input.Awaited awaited) {
            answers.fail(awaited.result(), reason);
        }
    }
}
