package io.raftboot;

import io.raftboot.Applier.Committed;
import io.raftboot.consensus.Consensus;
import io.raftboot.consensus.Ready;
import io.raftboot.model.Configuration;
import io.raftboot.model.KnownMembers;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.Result;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.Ticker;
import io.raftboot.spi.Transport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.TreeMap;

/**
 * What the raft thread does, a turn at a time: take the inputs, let time pass, carry out what is ready. A turn is one durable
 * write, so everything that came in meanwhile shares it. No thread of its own, so that whoever brings a message can take a turn in
 * the place of the raft thread, and a test by hand. For one thread at a time.
 */
final class RaftEventLoop {

    /** How many ticks a turn without inputs delivers at once, half a heartbeat interval: waking up is what an idle server costs. */
    static final int IDLE_TICKS = RaftConfig.TICKS_PER_HEARTBEAT / 2;

    private final Consensus consensus;
    private final RaftStorage storage;
    private final Snapshots snapshots;
    private final Transport transport;
    private final ReplicatedState state;
    private final ApplyQueue applyQueue;
    private final Answers answers;
    private final Ticker ticker;
    private final PendingRequests pending;
    private final PendingChanges changes;
    private final PendingTransfer transfer;
    private final Chronicle chronicle;
    private final Auditor auditor;
    private final Lease lease;
    private final Listeners listeners;
    private final Abstention abstention;
    private final long tickNanos;

    private long lastTickNanos;
    private long lastProbeNanos;
    private long leadingTerm;
    private KnownMembers known = KnownMembers.NOBODY;
    private Listeners.Standing standing = Listeners.Standing.UNKNOWN;
    private volatile View view;

    RaftEventLoop(
            RaftConfig config,
            Consensus consensus,
            RaftStorage storage,
            Snapshots snapshots,
            Transport transport,
            ReplicatedState state,
            ApplyQueue applyQueue,
            Answers answers,
            Ticker ticker,
            Lease lease,
            Listeners listeners) {
        this.consensus = consensus;
        this.storage = storage;
        this.snapshots = snapshots;
        this.transport = transport;
        this.state = state;
        this.applyQueue = applyQueue;
        this.answers = answers;
        this.ticker = ticker;
        this.pending = new PendingRequests(answers);
        this.changes = new PendingChanges(consensus, answers);
        this.transfer = new PendingTransfer(consensus, answers);
        this.chronicle = new Chronicle(config.nodeId());
        this.auditor = new Auditor(config.nodeId(), state.recentDigests(), config.electionTimeout());
        this.lease = lease;
        this.listeners = listeners;
        this.abstention = new Abstention(
                consensus.currentTerm() > 0,
                ticker.nanoTime() + config.electionTimeout().toNanos());
        this.tickNanos = config.tickInterval().toNanos();
        this.lastTickNanos = ticker.nanoTime();
        this.lastProbeNanos = lastTickNanos;
        this.view = View.of(consensus, new TreeMap<>(), ticker.nanoTime());
    }

    /** The server as it was after the last turn; any thread. */
    View view() {
        return view;
    }

    /**
     * One turn. Whatever it throws is fatal: the server must not take another one.
     *
     * @param inputs taken out one after the other, each when it is dealt with
     */
    void turn(Queue<Input> inputs) {
        applyQueue.failure().ifPresent(RaftEventLoop::rethrow);
        consensus.room(storage.room());
        // In this order: the index that a snapshot was taken at is published before the snapshot is.
        List<Input> outcomes = snapshots.outcomes();
        consensus.applied(state.applied().index());
        outcomes.forEach(this::accept);
        while (!inputs.isEmpty()) {
            accept(inputs.element());
            inputs.remove();
        }
        tick();
        carryOut();
        afterwards();
    }

    /** How long the next turn may wait for an input, in nanoseconds. */
    long nanosToNextTurn() {
        return Math.max(0, IDLE_TICKS * tickNanos - (ticker.nanoTime() - lastTickNanos));
    }

    /** The server stops: nobody who waits will get a result from it. */
    void stop() {
        pending.leadershipLost(Optional.empty());
        changes.leadershipLost();
        transfer.stop();
        answers.tell(listeners::stopped);
        answers.flush();
    }

    static void rethrow(Throwable failure) {
        throw new IllegalStateException("the state machine failed: " + failure, failure);
    }

    private void accept(Input input) {
        if (input instanceof Input.Received received) {
            receive(received.message());
        } else if (input instanceof Input.Command command) {
            propose(command);
        } else if (input instanceof Input.Read read) {
            readIndex(read);
        } else if (input instanceof Input.LeaseRead read) {
            readUnderLease(read);
        } else if (input instanceof Input.Unreachable unreachable) {
            consensus.unreachable(unreachable.peer());
        } else if (input instanceof Input.Gone gone) {
            consensus.gone(gone.server());
        } else if (input instanceof Input.Transfer request) {
            transfer.begin(request);
        } else if (input instanceof Input.Change change) {
            changes.begin(change);
        } else if (input instanceof Input.Foresee question) {
            changes.foresee(question);
        } else if (input instanceof Input.Invited invitation) {
            join(invitation);
        } else if (input instanceof Input.Removed) {
            consensus.removed();
        } else if (input instanceof Input.SnapshotTaken taken) {
            consensus.snapshotTaken(taken.snapshot());
        } else if (input instanceof Input.SnapshotFetched fetched) {
            consensus.snapshotFetched(fetched.snapshot());
        } else if (input instanceof Input.SnapshotNotFetched) {
            consensus.snapshotNotFetched();
        }
        // Input.Applied: how much is applied is looked at in every turn.
    }

    private void receive(Message message) {
        Optional<Message> refusal = abstention.answer(message, consensus.currentTerm(), ticker.nanoTime());
        if (refusal.isPresent()) {
            send(refusal.get());
            return;
        }
        consensus.step(message);
        auditor.received(message).filter(state::mayDiffer).ifPresent(applyQueue::compare);
    }

    /** A server that waits learns which cluster it is of; one that knows is not talked into another. */
    private void join(Input.Invited invitation) {
        String own = storage.identity().clusterId();
        if (!own.isEmpty() && !own.equals(invitation.clusterId())) {
            answers.fail(
                    invitation.result(),
                    new RaftException.ChangeRefused("this server belongs to another cluster: only a server that was"
                            + " started with an empty data directory and raft.join=true can be added"));
            return;
        }
        storage.join(invitation.clusterId(), invitation.commitIndex());
        consensus.joined(invitation.commitIndex());
        answers.succeed(invitation.result(), storage.identity());
    }

    /** What was given up while it waited in the inbox is not begun any more. */
    private void propose(Input.Command command) {
        if (command.result().isDone()) {
            return;
        }
        try {
            LogPosition position = consensus.propose(ticker.currentTimeMillis(), command.requestId(), command.bytes());
            pending.addCommand(position, command.result());
        } catch (RaftException refusal) {
            answers.fail(command.result(), refusal);
        }
    }

    private void readIndex(Input.Read read) {
        long readId = pending.addRead(read);
        try {
            consensus.readIndex(readId);
        } catch (RaftException refusal) {
            pending.takeRead(readId).ifPresent(refused -> answers.fail(refused.result(), refusal));
        }
    }

    /** The lease is looked at again when the state was read: the server may have been held up in between (bug R38). */
    private void readUnderLease(Input.LeaseRead read) {
        OptionalLong term = lease.term(ticker.nanoTime());
        if (term.isEmpty() || !consensus.hasCommittedInItsTerm()) {
            readIndex(new Input.Read(read.result(), read.query()));
            return;
        }
        Applier.Query query = new Applier.Query(
                consensus.commitIndex(),
                read.query(),
                read.result(),
                () -> lease.term(ticker.nanoTime()).equals(term),
                read.again());
        applyQueue.query(query);
    }

    /**
     * Delivers the ticks that are due, after the inputs: heartbeats that waited in the inbox through a pause have been heard by
     * now. However long the pause was, it counts as one heartbeat interval at most.
     */
    private void tick() {
        long due = (ticker.nanoTime() - lastTickNanos) / tickNanos;
        lastTickNanos += due * tickNanos;
        for (long i = Math.min(due, RaftConfig.TICKS_PER_HEARTBEAT); i > 0; i--) {
            consensus.tick();
        }
        if (due > 0) {
            consensus.silentLeader().ifPresent(this::probe);
        }
    }

    /** Looks whether a silent leader is still there, once in a heartbeat interval. */
    private void probe(NodeId leader) {
        if (lastTickNanos - lastProbeNanos >= tickNanos * RaftConfig.TICKS_PER_HEARTBEAT) {
            lastProbeNanos = lastTickNanos;
            transport.probe(leader);
        }
    }

    private void carryOut() {
        while (true) {
            lease.renew(consensus, ticker.nanoTime());
            Ready ready = consensus.ready();
            ready.replicate().forEach(this::send);
            int durable = committedAndDurable(ready);
            apply(ready.committed().subList(0, durable));
            answer(ready.confirmedReads());
            if (!ready.writes().isEmpty()) {
                storage.write(ready.writes());
            }
            ready.messages().forEach(this::send);
            ready.fetch()
                    .ifPresent(fetch -> snapshots.fetch(fetch, state.applied().index()));
            ready.restore().ifPresent(snapshot -> applyQueue.restore(snapshot, snapshots.store()));
            apply(ready.committed().subList(durable, ready.committed().size()));
            consensus.advance();
            if (ready.isEmpty()) {
                return;
            }
        }
    }

    private void send(Message message) {
        transport.send(auditor.stamped(message));
    }

    /**
     * How many of the committed entries this server's disk has already: they rest on nothing that is written now, and whoever waits
     * for them need not wait for that. The others follow behind the write, because no snapshot may be ahead of the log.
     */
    private int committedAndDurable(Ready ready) {
        if (ready.committed().isEmpty() || ready.restore().isPresent()) {
            return 0;
        }
        long durable = consensus.durableIndex() - ready.committed().get(0).index() + 1;
        return (int) Math.max(0, Math.min(durable, ready.committed().size()));
    }

    private void apply(List<LogEntry> entries) {
        if (!entries.isEmpty()) {
            List<Committed> committed = entries.stream()
                    .map(entry -> new Committed(entry, pending.takeCommand(entry)))
                    .toList();
            applyQueue.apply(committed, entries.get(entries.size() - 1).index() < consensus.commitIndex());
        }
    }

    private void answer(List<Ready.ConfirmedRead> confirmedReads) {
        for (Ready.ConfirmedRead confirmed : confirmedReads) {
            pending.takeRead(confirmed.readId()).ifPresent(read -> answer(read, confirmed.readIndex()));
        }
    }

    private void answer(Input.Read read, long readIndex) {
        if (read.query().isEmpty()) {
            answers.succeed(read.result(), new Result(readIndex, consensus.currentTerm(), new byte[0]));
            return;
        }
        Applier.Query query = new Applier.Query(readIndex, read.query().get(), read.result());
        applyQueue.query(query);
    }

    private void afterwards() {
        boolean leads = consensus.role() == RaftRole.LEADER;
        changes.goOn(ticker.nanoTime());
        if (leadingTerm != 0 && (!leads || consensus.currentTerm() != leadingTerm)) {
            pending.leadershipLost(consensus.leaderId());
            changes.leadershipLost();
        }
        leadingTerm = leads ? consensus.currentTerm() : 0;
        transfer.goOn(ticker.nanoTime());
        audit();
        chronicle.note(consensus, state.applied().divergedAt(), auditor.diverged());
        connect();
        tellListeners();
        view = View.of(consensus, auditor.diverged(), ticker.nanoTime());
        answers.flush();
    }

    /** Tells the network of another configuration, whether it is in force or committed. */
    private void connect() {
        Configuration inForce = consensus.configuration();
        Configuration committed = consensus.committedConfiguration();
        if (!inForce.equals(known.inForce()) || !committed.equals(known.committed())) {
            known = new KnownMembers(inForce, consensus.configurationIndex(), committed, consensus.commitIndex());
            transport.connect(known);
        }
    }

    private void tellListeners() {
        Listeners.Standing now = Listeners.Standing.of(consensus);
        if (!now.equals(standing)) {
            standing = now;
            answers.tell(() -> listeners.learn(now));
        }
    }

    private void audit() {
        if (leadingTerm == 0) {
            auditor.follow();
        } else {
            auditor.lead(consensus.configuration(), state.applied(), ticker.nanoTime())
                    .ifPresent(applyQueue::compare);
            auditor.takeSuccessor(consensus.configuration(), consensus.followers())
                    .ifPresent(successor -> consensus.transferLeadership(Optional.of(successor)));
        }
    }
}
