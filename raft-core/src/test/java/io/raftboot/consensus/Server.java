package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.bytes;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.term;
import static io.raftboot.consensus.Fixtures.voters;
import static io.raftboot.consensus.Rpc.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.InstallSnapshot;
import io.raftboot.model.Message.InstallSnapshotReply;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.RequestVoteReply;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import io.raftboot.model.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * A server under test, driven by hand: a consensus, its disk, and a record of all that it put out. Every turn checks that nothing
 * leaves the server before what it rests on is on the disk.
 */
public final class Server {

    public final NodeId id;
    public final Consensus consensus;
    final Disk disk;

    /** What the state machine was given since the start, in order. */
    final List<LogEntry> committed = new ArrayList<>();

    final List<Ready.ConfirmedRead> confirmedReads = new ArrayList<>();

    private Optional<Ready.Fetch> fetching = Optional.empty();
    private final List<AppendEntries> replicated = new ArrayList<>();

    private Server(RaftConfig config, Disk disk, RandomGenerator random) {
        this.id = config.nodeId();
        this.disk = disk;
        this.consensus = new Consensus(config, disk.load(), disk.snapshot(), restored(disk), random);
    }

    private static long restored(Disk disk) {
        return disk.snapshot().map(Snapshot::lastIncludedIndex).orElse(0L);
    }

    static Server start(RaftConfig config, PersistedState persisted) {
        return start(config, new Disk(persisted), 1);
    }

    /** A server whose rounds start at 1. */
    static Server start(RaftConfig config, Disk disk, long seed) {
        return start(config, disk, Fixtures.roundsAfter(0, seed));
    }

    public static Server start(RaftConfig config, Disk disk, RandomGenerator random) {
        return new Server(config, disk, random);
    }

    /** n1 of three voters, in that term and without a vote in it. */
    static Server follower(long term, List<LogEntry> log) {
        return start(config(N1), persisted(voters(3), term(term), log));
    }

    /** n1, just elected in that term: its no-op is appended, nothing is sent and nothing is written of it yet. */
    static Server leader(Configuration configuration, long term, List<LogEntry> log) {
        Server server = start(config(N1), persisted(configuration, term(term - 1), log));
        server.becomeLeader();
        return server;
    }

    /** What this server's disk would bring back after a power cut. */
    Server restart(long seed) {
        return start(config(id), disk, new Random(seed));
    }

    /** Lets ticks pass and carries out what each of them asks for. */
    Server ticks(int count) {
        for (int i = 0; i < count; i++) {
            consensus.tick();
            turn();
        }
        return this;
    }

    /** Lets ticks pass until this server has one of these roles; what it asks for then is not carried out yet. */
    int ticksUntil(RaftRole... roles) {
        for (int ticks = 1; ticks <= 20 * Fixtures.ELECTION_TICKS; ticks++) {
            consensus.tick();
            if (List.of(roles).contains(role())) {
                return ticks;
            }
            turn();
        }
        throw new AssertionError(this + " does not become " + List.of(roles));
    }

    /** Lets ticks pass until this server campaigns; what it asks for then is not carried out yet. */
    int ticksUntilCampaign() {
        return ticksUntil(RaftRole.PRE_CANDIDATE, RaftRole.CANDIDATE);
    }

    /** Campaigns and is granted everything it asks for, until it is a candidate whose vote requests are returned. */
    List<RequestVote> becomeCandidate() {
        ticksUntilCampaign();
        for (Message message : turn().messages()) {
            if (role() == RaftRole.PRE_CANDIDATE) {
                consensus.step(answer((RequestVote) message, consensus.currentTerm(), true));
            }
        }
        return turn().messages().stream().map(RequestVote.class::cast).toList();
    }

    void becomeLeader() {
        for (RequestVote request : becomeCandidate()) {
            if (role() == RaftRole.CANDIDATE) {
                consensus.step(answer(request, request.term(), true));
            }
        }
        assertThat(role()).isEqualTo(RaftRole.LEADER);
    }

    /** Takes a message and carries out what follows from it. */
    Ready step(Message message) {
        consensus.step(message);
        return turn();
    }

    /** The answers to a message. */
    List<Message> answers(Message message) {
        return step(message).messages();
    }

    LogPosition propose(String command) {
        return consensus.propose(0, Optional.empty(), bytes(command));
    }

    /** Carries out one {@link Ready} in its order. */
    Ready turn() {
        Ready ready = begin();
        complete(ready);
        return ready;
    }

    /** Begins a turn: what may leave before the write can be sent now; no input may follow before {@link #complete}. */
    public Ready begin() {
        Ready ready = consensus.ready();
        ready.replicate().forEach(this::sendBeforeWrite);
        return ready;
    }

    /** Writes what a turn has to write, and so allows the rest of it. */
    public void complete(Ready ready) {
        disk.write(ready.writes());
        consensus.advance();
        ready.messages().forEach(this::restsOnTheDisk);
        committed.addAll(ready.committed());
        confirmedReads.addAll(ready.confirmedReads());
        fetching = ready.fetch().or(() -> fetching);
        ready.restore().ifPresent(snapshot -> consensus.applied(snapshot.lastIncludedIndex()));
        if (!ready.committed().isEmpty()) {
            consensus.applied(committed.get(committed.size() - 1).index());
        }
    }

    /** A snapshot of all that was applied since the start becomes durable. */
    public void takeSnapshot() {
        LogEntry last = committed.get(committed.size() - 1);
        Snapshot taken = Fixtures.snapshot(last.index(), last.term(), consensus.configuration());
        disk.save(taken);
        consensus.snapshotTaken(taken);
    }

    /** What this server was last told to download is complete and durable. */
    public void completeDownload() {
        Snapshot snapshot = fetching.orElseThrow().snapshot();
        disk.save(snapshot);
        consensus.snapshotFetched(snapshot);
    }

    /** Carries out turns until there is nothing left to do. */
    Server settle() {
        for (int turns = 0; turns < 1000; turns++) {
            if (turn().isEmpty()) {
                return this;
            }
        }
        throw new AssertionError(this + " does not come to rest");
    }

    /** The latest AppendEntries to that follower. */
    AppendEntries lastSentTo(NodeId follower) {
        return replicated.stream()
                .filter(message -> message.to().equals(follower))
                .reduce((earlier, later) -> later)
                .orElseThrow(() -> new AssertionError("nothing was sent to " + follower));
    }

    /** That follower takes the latest message it was sent. */
    Ready acceptedBy(NodeId follower) {
        return step(Rpc.accepted(lastSentTo(follower)));
    }

    public RaftRole role() {
        return consensus.role();
    }

    long commitIndex() {
        return consensus.commitIndex();
    }

    /** The whole log as it is on disk. */
    List<LogEntry> log() {
        return disk.entries();
    }

    /** The leader's own messages may overtake its writes, all but those of a term that is not durable. */
    private void sendBeforeWrite(Message message) {
        check(
                (message instanceof AppendEntries || message instanceof InstallSnapshot)
                        && disk.hardState().equals(Fixtures.votedFor(message.term(), id)),
                message);
        if (message instanceof AppendEntries append) {
            replicated.add(append);
        }
    }

    private void restsOnTheDisk(Message message) {
        boolean isPreVote = message instanceof RequestVote vote && vote.preVote();
        check(disk.hardState().currentTerm() >= message.term() - (isPreVote ? 1 : 0), message);
        if (message instanceof RequestVote && !isPreVote) {
            check(disk.hardState().votedFor().equals(Optional.of(id)), message);
        }
        if (message instanceof RequestVoteReply reply && reply.voteGranted() && !reply.preVote()) {
            check(disk.hardState().votedFor().equals(Optional.of(reply.to())), message);
        }
        if (message instanceof AppendEntriesReply reply) {
            check(reply.matchIndex() <= disk.lastIndex(), message);
        }
        if (message instanceof InstallSnapshotReply reply) {
            check(reply.matchIndex() <= disk.lastIndex(), message);
        }
    }

    private void check(boolean restsOnTheDisk, Message message) {
        if (!restsOnTheDisk) {
            throw new AssertionError(message + " rests on more than is on the disk of " + this);
        }
    }

    @Override
    public String toString() {
        return consensus.toString();
    }
}
