package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.consensus.Consensus;
import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.RaftRole;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The properties of Figure 3 over the whole cluster. Every change is checked when it happens, against what is known of all
 * servers, so that no event needs a look at whole logs: two logs match if every entry that was ever written had the same content
 * and the same predecessor wherever it was written.
 */
final class SafetyChecker {

    private record Known(LogEntry entry, long previousTerm) {}

    /** What was last seen of a server. */
    private static final class View {
        private RaftRole role = RaftRole.FOLLOWER;
        private long term;
        private long commitIndex;
        private Configuration configuration = Configuration.empty();
        private long configurationIndex;
    }

    private final World world;
    private final View[] views;
    private final Map<Long, Integer> leaders = new HashMap<>();
    private final Map<LogPosition, Known> written = new HashMap<>();

    /** Every entry that was ever committed, and a state machine's digest behind it, from index 1 on. */
    private final List<LogEntry> committed = new ArrayList<>();

    /** By which configuration it was. */
    private final List<Configuration> committedBy = new ArrayList<>();

    private final List<Long> digests = new ArrayList<>();

    /** How far the leader of a term has committed. */
    private final TreeMap<Long, Long> committedInTerm = new TreeMap<>();

    SafetyChecker(World world) {
        this.world = world;
        this.views = new View[world.settings.allServers()];
        for (int i = 0; i < views.length; i++) {
            views[i] = new View();
        }
    }

    /** The last entry that is committed anywhere. */
    long lastCommitted() {
        return committed.size();
    }

    /** The term of a committed entry. */
    long committedTerm(long index) {
        return index == 0 ? 0 : committed.get(Math.toIntExact(index - 1)).term();
    }

    /** The term of an entry that is on a disk, or that its snapshot stands for; {@link SimulatedDisk#NO_ENTRY} if it is not. */
    long term(SimulatedDisk disk, long index) {
        return index < disk.baseIndex() ? committedTerm(index) : disk.term(index);
    }

    /** A server starts with what its disk and its state machine hold. */
    void started(SimulatedServer server) {
        View view = views[server.number()];
        view.role = RaftRole.FOLLOWER;
        view.term = server.disk().hardState().currentTerm();
        view.commitIndex = 0;
        observe(server);
    }

    /** What a wiped server knew is gone; what it said before still counts. */
    void wiped(SimulatedServer server) {
        views[server.number()] = new View();
    }

    /** Looks at a server after it did something. */
    void observe(SimulatedServer server) {
        View view = views[server.number()];
        RaftRole role = server.consensus().role();
        long term = server.consensus().currentTerm();
        long commitIndex = server.consensus().commitIndex();
        checkPointers(server, commitIndex);
        Configuration configuration = server.consensus().configuration();
        if (role == view.role
                && term == view.term
                && commitIndex == view.commitIndex
                && configuration.equals(view.configuration)) {
            return;
        }
        require(!server.isWiped() || role != RaftRole.LEADER, "the wiped %s leads", server);
        require(term >= view.term, "%s: the term fell from %d", server, view.term);
        require(commitIndex >= view.commitIndex, "%s: the commit index fell from %d", server, view.commitIndex);
        if (world.trace.isOn() && (role != view.role || term != view.term)) {
            world.trace(server.id() + " " + role + " term=" + term);
        }
        if (role == RaftRole.LEADER && (view.role != RaftRole.LEADER || view.term != term)) {
            elected(server, term);
        } else if (view.role == RaftRole.LEADER && role != RaftRole.LEADER) {
            world.coverage.saw(Seen.LEADER_DEPOSED);
        } else if (view.role == RaftRole.PRE_CANDIDATE && role == RaftRole.FOLLOWER && term == view.term) {
            world.coverage.saw(Seen.PRE_VOTE_WITHOUT_ELECTION);
        }
        boolean ledBefore = view.role == RaftRole.LEADER && view.term == term;
        view.role = role;
        view.term = term;
        if (commitIndex > committed.size()) {
            committed(server, term, commitIndex);
        }
        view.commitIndex = commitIndex;
        if (ledBefore && !configuration.equals(view.configuration)) {
            world.memberships.changed(server, view.configuration, view.configurationIndex);
        }
        view.configuration = configuration;
        view.configurationIndex = server.consensus().configurationIndex();
    }

    /** What is applied is committed, and what is committed is in the log. */
    private static void checkPointers(SimulatedServer server, long commitIndex) {
        long applied = server.registers().lastApplied();
        long last = server.consensus().lastLogPosition().index();
        require(
                applied <= commitIndex && commitIndex <= last,
                "%s: applied %d <= committed %d <= last %d",
                server,
                applied,
                commitIndex,
                last);
    }

    /** Election Safety, by the votes of a majority, and Leader Completeness. */
    private void elected(SimulatedServer server, long term) {
        Integer other = leaders.putIfAbsent(term, server.number());
        require(other == null, "Election Safety: term %d has the leaders %s and %s", term, server.id(), other);
        boolean hasOwnVote = server.disk().hardState().equals(new HardState(term, Optional.of(server.id())));
        boolean isElected = Majorities.agree(
                server.consensus().configuration(),
                voter -> voter.equals(server.id())
                        ? hasOwnVote
                        : world.server(voter).watch().hasVotedFor(server.id(), term));
        require(isElected, "%s leads term %d without the votes for it", server, term);
        Map.Entry<Long, Long> before = committedInTerm.lowerEntry(term);
        if (before != null) {
            requireHolds(server, before.getValue());
        }
    }

    private void requireHolds(SimulatedServer leader, long index) {
        LogEntry entry = committed.get(Math.toIntExact(index - 1));
        require(
                term(leader.disk(), index) == entry.term(),
                "Leader Completeness: %s leads term %d without the committed entry %s",
                leader.id(),
                leader.consensus().currentTerm(),
                entry);
    }

    /**
     * A leader commits what is durable on a majority and, by counting, only entries of its own term (§5.4.2). An acknowledged entry
     * that a wiped server had counts: no majority votes without somebody else who has it.
     */
    private void committed(SimulatedServer server, long term, long commitIndex) {
        require(
                server.consensus().role() == RaftRole.LEADER,
                "%s commits %d, and no leader has committed more than %d",
                server,
                commitIndex,
                committed.size());
        long entryTerm = term(server.disk(), commitIndex);
        // What a leader commits, it has counted by the configuration that was in force before it drew its conclusions.
        Configuration counted = views[server.number()].configuration;
        require(
                entryTerm != SimulatedDisk.NO_ENTRY && world.majorities.hold(counted, commitIndex, entryTerm),
                "%s commits %d, which is not durable on a majority of %s",
                server,
                commitIndex,
                counted);
        require(entryTerm == term, "§5.4.2: %s commits %d of term %d by counting", server, commitIndex, entryTerm);
        for (long index = lastCommitted() + 1; index <= commitIndex; index++) {
            LogEntry entry = server.disk().entry(index);
            committed.add(entry);
            committedBy.add(counted);
            world.localReads.committed(entry);
            if (entry instanceof LogEntry.Membership membership) {
                world.memberships.committed(server, membership);
            }
        }
        committedInTerm.put(term, commitIndex);
        for (SimulatedServer any : world.servers) {
            if (any.leads() && any.consensus().currentTerm() > term) {
                requireHolds(any, commitIndex);
            }
        }
    }

    /** A batch is about to be durable: Log Matching, Leader Append-Only, and that terms, votes and committed entries stay. */
    void write(SimulatedServer server, WriteBatch batch) {
        batch.hardState().ifPresent(next -> checkHardState(server, server.disk().hardState(), next));
        batch.base().ifPresent(base -> world.snapshots.base(server, batch));
        if (batch.truncateFrom().isPresent()) {
            checkTruncation(server, batch.truncateFrom().getAsLong());
        }
        checkAppend(server, batch);
    }

    private void checkAppend(SimulatedServer server, WriteBatch batch) {
        long last = batch.truncateFrom().orElse(server.disk().lastIndex() + 1) - 1;
        Optional<SnapshotMetadata> base = batch.base().filter(behind -> behind.lastIncludedIndex() >= last);
        long previousIndex = base.map(SnapshotMetadata::lastIncludedIndex).orElse(last);
        long previousTerm = base.map(SnapshotMetadata::lastIncludedTerm).orElseGet(() -> term(server.disk(), last));
        for (LogEntry entry : batch.append()) {
            require(entry.index() == previousIndex + 1, "%s writes %s behind index %d", server, entry, previousIndex);
            checkMatching(entry, previousTerm);
            if (entry instanceof LogEntry.Membership membership) {
                checkMembership(server, batch, membership);
            }
            previousIndex = entry.index();
            previousTerm = entry.term();
        }
    }

    /** How one configuration follows another in a log, committed or not. */
    private void checkMembership(SimulatedServer server, WriteBatch batch, LogEntry.Membership entry) {
        Configuration previous = batch.append().stream()
                .filter(before -> before.index() < entry.index())
                .filter(LogEntry.Membership.class::isInstance)
                .map(before -> ((LogEntry.Membership) before).configuration())
                .reduce((earlier, later) -> later)
                .orElseGet(() -> batch.base()
                        .filter(base ->
                                base.lastIncludedIndex() >= server.disk().lastIndex())
                        .map(SnapshotMetadata::configuration)
                        .orElseGet(() -> server.disk()
                                .configurationAt(batch.append().get(0).index() - 1)));
        world.memberships.appended(server, entry, previous);
    }

    private static void checkHardState(SimulatedServer server, HardState before, HardState next) {
        require(
                next.currentTerm() > before.currentTerm()
                        || (next.currentTerm() == before.currentTerm()
                                && (before.votedFor().isEmpty()
                                        || before.votedFor().equals(next.votedFor()))),
                "%s replaces %s by %s",
                server,
                before,
                next);
    }

    private void checkTruncation(SimulatedServer server, long from) {
        if (from <= server.disk().lastIndex()) {
            world.coverage.saw(Seen.ENTRIES_TRUNCATED);
            if (!server.disk().configuration().equals(server.disk().configurationAt(from - 1))) {
                world.coverage.saw(Seen.CONFIGURATION_ROLLED_BACK);
            }
        }
        require(
                views[server.number()].role != RaftRole.LEADER,
                "Leader Append-Only: %s removes its entries from %d on",
                server,
                from);
        if (from <= committed.size()) {
            LogEntry entry = committed.get(Math.toIntExact(from - 1));
            // A later leader may have committed it without this server, which still follows an earlier one.
            require(
                    world.majorities.holdWithout(
                            server, committedBy.get(Math.toIntExact(from - 1)), from, entry.term()),
                    "%s removes %s and leaves it on too few",
                    server,
                    entry);
        }
    }

    private void checkMatching(LogEntry entry, long previousTerm) {
        LogPosition position = new LogPosition(entry.index(), entry.term());
        Known known = written.putIfAbsent(position, new Known(entry, previousTerm));
        require(
                known == null
                        || (known.previousTerm() == previousTerm
                                && (known.entry() == entry || known.entry().equals(entry))),
                "Log Matching: %s behind term %d is elsewhere %s",
                entry,
                previousTerm,
                known);
    }

    /**
     * State Machine Safety.
     *
     * @param digest of the state behind the entry
     */
    void applied(SimulatedServer server, LogEntry entry, long digest) {
        int position = Math.toIntExact(entry.index() - 1);
        require(
                entry.index() <= committed.size()
                        && (committed.get(position) == entry
                                || committed.get(position).equals(entry)),
                "State Machine Safety: %s applies %s, and committed are %d entries",
                server,
                entry,
                committed.size());
        require(term(server.disk(), entry.index()) == entry.term(), "%s applies %s, not durable", server, entry);
        if (position == digests.size()) {
            digests.add(digest);
        }
        sameState(server, entry.index(), digest);
    }

    /** State Machine Safety: behind the same entry there is the same state, however a server came to it. */
    void sameState(SimulatedServer server, long index, long digest) {
        require(
                index <= digests.size() && digests.get(Math.toIntExact(index - 1)) == digest,
                "%s has another state behind entry %d",
                server,
                index);
    }

    /** What a leader believes of those that follow it in its term is true; no disk here ever loses what it acknowledged. */
    void progress(SimulatedServer leader) {
        for (Consensus.FollowerProgress progress : leader.consensus().followers()) {
            require(!progress.lost(), "%s takes %s for lost", leader, progress.id());
            SimulatedServer follower = world.server(progress.id());
            long index = progress.matchIndex();
            require(
                    follower.diskBeforeWiping().hardState().currentTerm() != leader.term()
                            || index == 0
                            || follower.driver().hasHad(index, term(leader.disk(), index)),
                    "%s believes that %s has entry %d",
                    leader,
                    progress.id(),
                    index);
        }
    }

    /** Whether a server leads the term, as far as is known. */
    boolean leads(SimulatedServer server, long term) {
        View view = views[server.number()];
        return view.role == RaftRole.LEADER && view.term == term && !server.isCrashed();
    }

    int leaderOf(long term) {
        return leaders.getOrDefault(term, -1);
    }
}
