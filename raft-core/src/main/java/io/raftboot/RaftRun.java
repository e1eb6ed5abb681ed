package io.raftboot;

import io.raftboot.consensus.Consensus;
import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
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
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a server, from start to stop: the body of the raft thread. It opens the storage, turns the loop, and closes the
 * storage. It is asked to stop and never interrupted, because an interrupt during I/O can close the file.
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
    private final Inbox inbox;
    private final CompletableFuture<Identity> started = new CompletableFuture<>();

    private volatile Optional<Snapshots> snapshots = Optional.empty();
    private volatile Optional<SnapshotTaker> snapshotTaker = Optional.empty();
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
            Ticker ticker) {
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

    /** The download that runs, and how far it is. */
    Optional<Download.Progress> downloading() {
        return snapshots.flatMap(Snapshots::downloading);
    }

    /** Who the server is, once it takes part; or why it does not. */
    CompletableFuture<Identity> started() {
        return started;
    }

    View view() {
        return view;
    }

    /** Why it stopped for good, if it did. */
    Optional<String> failure() {
        return failure;
    }

    @Override
    public void run() {
        try (RaftStorage storage = storageFactory.open()) {
            PersistedState persisted = load(storage);
            Optional<Snapshot> snapshot = new Recovery(config.nodeId(), persisted, storage.snapshots()).newest();
            Snapshots running = new Snapshots(config, storage.snapshots(), transport, snapshotThread, answerThread);
            CompletableFuture.runAsync(() -> begin(persisted, snapshot, running), applyThread)
                    .join();
            Consensus consensus = new Consensus(config, persisted, snapshot, state.lastApplied(), new Random());
            noteDifferences(consensus.configuration());
            RaftEventLoop loop = new RaftEventLoop(
                    config, consensus, storage, running, transport, state, applier, applyThread, answers, ticker);
            view = loop.view();
            transport.start(storage.identity(), new InboxReceiver(inbox, storage.snapshots()));
            started.complete(storage.identity());
            turn(loop);
        } catch (CompletionException e) {
            started.completeExceptionally(e.getCause());
        } catch (RuntimeException | Error e) {
            started.completeExceptionally(e);
        } finally {
            refuseTheRest();
        }
    }

    /** Brings the state machine to where the snapshot is, unless it is there already; on the apply thread. */
    private void begin(PersistedState persisted, Optional<Snapshot> snapshot, Snapshots running) {
        long snapshotIndex = snapshot.map(Snapshot::lastIncludedIndex).orElse(0L);
        if (state.lastApplied() < snapshotIndex) {
            applier.restore(snapshot.orElseThrow(), running.store());
            applier.failure().ifPresent(RaftEventLoop::rethrow);
        } else if (state.lastApplied() == 0) {
            state.begin(persisted.base().configuration());
        }
        SnapshotTaker taker = new SnapshotTaker(state, new SnapshotTrigger(config.snapshots(), snapshotIndex), running);
        applier.afterEvery(taker::applied);
        snapshots = Optional.of(running);
        snapshotTaker = Optional.of(taker);
    }

    private PersistedState load(RaftStorage storage) {
        return storage.load().orElseGet(() -> {
            storage.write(WriteBatch.bootstrap(initialConfiguration));
            return PersistedState.bootstrap(initialConfiguration);
        });
    }

    private void noteDifferences(Configuration current) {
        if (!initialConfiguration.members().equals(current.members())) {
            log.warn(
                    "{}: the configured peers {} are not the members {} of the log, which count",
                    config.nodeId(),
                    initialConfiguration.members().values(),
                    current.members().values());
        }
    }

    /** Turns the loop until a stop is asked for, or something happens that must not. */
    private void turn(RaftEventLoop loop) {
        try {
            while (!stopping) {
                loop.turn(inbox.drain(loop.nanosToNextTurn()));
                view = loop.view();
            }
            view = view.stopped(RaftRole.FOLLOWER);
        } catch (InterruptedException | RuntimeException | Error e) {
            fail(e);
        } finally {
            transport.stop();
            loop.stop();
        }
    }

    /** Not even an interrupt is survived: it may have closed the file of the storage. */
    private void fail(Throwable e) {
        log.error("{}: stopped for good, nothing is answered or voted for any more", config.nodeId(), e);
        view = view.stopped(RaftRole.FAILED);
        failure = Optional.of(e.toString());
    }

    private void refuseTheRest() {
        RaftException reason = new RaftException.Stopped("the server is stopping");
        for (Input input : inbox.close()) {
            if (input instanceof Input.Command command) {
                answers.fail(command.result(), reason);
            } else if (input instanceof Input.Read read) {
                answers.fail(read.result(), reason);
            } else if (input instanceof Input.Transfer request) {
                answers.fail(request.successor(), reason);
            }
        }
        answers.flush();
        applyThread.execute(() -> applier.cancelQueries(reason));
    }

    /** Puts what comes in from the network into the inbox, and gives the network what others download. */
    private record InboxReceiver(Inbox inbox, SnapshotStore store) implements Transport.Receiver {

        @Override
        public boolean onMessage(Message message) {
            return inbox.offer(new Input.Received(message));
        }

        @Override
        public void onUnreachable(NodeId peer) {
            inbox.offer(new Input.Unreachable(peer));
        }

        @Override
        public SnapshotStore snapshots() {
            return store;
        }
    }
}
