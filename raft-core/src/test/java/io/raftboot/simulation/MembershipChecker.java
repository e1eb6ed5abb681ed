package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.consensus.Consensus;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** That configurations follow each other as they may (§6, thesis §4), and which of them is committed. */
final class MembershipChecker {

    private record Committed(long term, Configuration configuration) {}

    private final World world;

    /** By the index of the entry; the one that the cluster was bootstrapped with has none, and stands at 0. */
    private final TreeMap<Long, Committed> committed = new TreeMap<>();

    /** What somebody wanted by force, last. */
    private Configuration forced = Configuration.empty();

    MembershipChecker(World world, Configuration bootstrapped) {
        this.world = world;
        committed.put(0L, new Committed(0, bootstrapped));
    }

    /** The newest committed configuration. */
    Configuration latest() {
        return committed.lastEntry().getValue().configuration();
    }

    /** What is in force as of a committed entry. */
    Configuration at(long index) {
        return committed.floorEntry(index).getValue().configuration();
    }

    /**
     * Whether that is what a server knows as of a committed entry. One that was added later cannot know what the cluster was
     * bootstrapped with, because no entry says so.
     */
    boolean isKnown(Configuration configuration, long index) {
        return configuration.equals(at(index))
                || (configuration.equals(Configuration.empty()) && committed.floorKey(index) == 0);
    }

    /** Somebody puts this one into force, by force. */
    void forced(Configuration configuration) {
        forced = configuration;
    }

    /** A configuration is in some log for the first time: any majority of it shares a server with any of the one before. */
    void appended(SimulatedServer server, LogEntry.Membership entry, Configuration previous) {
        // Who was added later does not know the first one.
        Configuration before = previous.equals(Configuration.empty()) ? at(0) : previous;
        Configuration next = entry.configuration();
        require(
                overlap(before, next),
                "%s writes %s behind %s, and their majorities need not share a server",
                server,
                entry,
                previous);
    }

    /** Of each of its majorities it is enough if one overlaps. */
    private static boolean overlap(Configuration one, Configuration other) {
        return majorities(one).anyMatch(first -> majorities(other).anyMatch(second -> overlap(first, second)));
    }

    private static Stream<SortedSet<NodeId>> majorities(Configuration configuration) {
        return Stream.of(configuration.voters(), configuration.outgoingVoters()).filter(voters -> !voters.isEmpty());
    }

    private static boolean overlap(SortedSet<NodeId> one, SortedSet<NodeId> other) {
        Set<NodeId> all = new TreeSet<>(one);
        all.addAll(other);
        return one.size() / 2 + 1 + other.size() / 2 + 1 > all.size();
    }

    /**
     * A leader has put another configuration into force: the one before is committed, and so is an entry of the leader's term (bug
     * R40), unless it only leaves the joint state, where there is nothing to choose.
     */
    void changed(SimulatedServer leader, Configuration previous, long previousIndex) {
        Configuration next = leader.consensus().configuration();
        require(
                previousIndex <= leader.consensus().commitIndex(),
                "%s puts %s into force, and %s at %d is not committed",
                leader,
                next,
                previous,
                previousIndex);
        if (previous.isJoint()) {
            require(next.equals(previous.settled()), "%s goes from %s to %s", leader, previous, next);
        } else {
            checkPromoted(leader, previous, next);
            require(
                    world.checker.committedTerm(leader.consensus().commitIndex()) == leader.term(),
                    "%s puts %s into force, and has committed nothing in its term",
                    leader,
                    next);
        }
        if (world.trace.isOn()) {
            world.trace(leader.id() + " puts into force: " + next);
        }
    }

    /** This is looked at when a turn is over, and a turn ticks after its inputs, for a heartbeat interval at most. */
    private int silenceAtMost() {
        return world.settings.electionTicks() + RaftConfig.TICKS_PER_HEARTBEAT;
    }

    /** Unless somebody wants it by force, a server votes only once it has answered and has been heard lately (bug R45). */
    private void checkPromoted(SimulatedServer leader, Configuration previous, Configuration next) {
        for (Consensus.FollowerProgress follower : leader.consensus().followers()) {
            boolean isPromoted = next.voters().contains(follower.id()) && !previous.isVoter(follower.id());
            require(
                    !isPromoted
                            || next.equals(forced)
                            || (hasAnswered(follower.id(), leader) && follower.ticksSinceContact() < silenceAtMost()),
                    "%s lets %s vote, which has not caught up",
                    leader,
                    follower);
        }
    }

    /** Whoever has answered in a term has it on its disk. */
    private boolean hasAnswered(NodeId follower, SimulatedServer leader) {
        return world.server(follower).diskBeforeWiping().hardState().currentTerm() >= leader.term();
    }

    /** The next configuration is committed. */
    void committed(SimulatedServer leader, LogEntry.Membership entry) {
        Committed previous = committed.lastEntry().getValue();
        Configuration before = previous.configuration();
        Configuration now = entry.configuration();
        require(
                !(before.isJoint() && now.isJoint()) && overlap(before, now),
                "%s commits %s behind %s",
                leader,
                entry,
                before);
        committed.put(entry.index(), new Committed(entry.term(), now));
        if (before.isJoint() && previous.term() != entry.term()) {
            world.coverage.saw(Seen.JOINT_STATE_LEFT_BY_ANOTHER_LEADER);
        }
        if (!now.contains(leader.id())) {
            world.coverage.saw(Seen.LEADER_REMOVED);
        }
        noteMembers(before, now);
        noteVoters(before, now);
    }

    private void noteMembers(Configuration before, Configuration now) {
        now.members().forEach((id, member) -> {
            if (!before.contains(id)) {
                world.server(id).added();
                world.coverage.saw(
                        now.promotable().contains(id) ? Seen.MEMBER_ADDED_TO_VOTE : Seen.MEMBER_ADDED_AS_LEARNER);
                if (before.removed().contains(id)) {
                    world.coverage.saw(Seen.REMOVED_SERVER_ADDED_AGAIN);
                }
            } else if (!member.equals(before.members().get(id))) {
                world.coverage.saw(Seen.MEMBER_MOVED);
            }
        });
        if (!now.members().keySet().containsAll(before.members().keySet())) {
            world.coverage.saw(Seen.MEMBER_REMOVED);
        }
    }

    private void noteVoters(Configuration before, Configuration now) {
        if (!now.isJoint()) {
            return;
        }
        long came = now.voters().stream().filter(id -> !before.isVoter(id)).count();
        long left = before.voters().stream()
                .filter(id -> !now.voters().contains(id))
                .count();
        if (came > 0) {
            world.coverage.saw(
                    before.promotable().isEmpty() ? Seen.MEMBER_PROMOTED : Seen.MEMBER_PROMOTED_WHEN_CAUGHT_UP);
        }
        if (before.voters().stream()
                .anyMatch(id -> !now.voters().contains(id) && !now.removed().contains(id))) {
            world.coverage.saw(Seen.VOTER_DEMOTED);
        }
        if (came > 0 && left > 0 && came + left > 2) {
            world.coverage.saw(Seen.VOTERS_REPLACED);
        }
    }
}
