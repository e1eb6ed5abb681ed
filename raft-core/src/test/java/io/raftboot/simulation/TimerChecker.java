package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.model.Configuration;
import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import java.util.Optional;
import java.util.Set;

/** That a server campaigns neither too early nor too late (§5.2), and leads only while a majority answers (thesis §6.2). */
final class TimerChecker {

    private final World world;
    private final SimulatedServer self;
    private final Settings settings;
    private final long[] heard;

    private Set<NodeId> followed = Set.of();
    private RaftRole role = RaftRole.FOLLOWER;
    private long now;

    /** Ticks since a message of the current leader or a granted vote. */
    private int sinceContact;

    /** The same, and since it became a follower. */
    private int asFollower;

    /** Ticks since a message of the current leader. */
    private int sinceLeader;

    /** Whether it knows that the leader it has not heard for two heartbeats is gone, so that it need not wait; and since this turn. */
    private boolean knowsLeaderGone;

    private boolean hasJustLearned;

    TimerChecker(World world, SimulatedServer self) {
        this.world = world;
        this.self = self;
        this.settings = world.settings;
        this.heard = new long[settings.allServers()];
    }

    void started() {
        role = RaftRole.FOLLOWER;
        sinceContact = 0;
        asFollower = 0;
        sinceLeader = 0;
        knowsLeaderGone = false;
    }

    void turnBegins() {
        hasJustLearned = false;
    }

    /** The server learns that there is no process of another one. */
    void gone(NodeId other) {
        boolean isLeader = self.consensus().leaderId().equals(Optional.of(other));
        if (isLeader && isPassive(role) && sinceLeader >= 2 * RaftConfig.TICKS_PER_HEARTBEAT) {
            knowsLeaderGone = true;
            hasJustLearned = true;
        }
    }

    /** The server has taken a message. */
    void stepped(Message message) {
        noteRole();
        boolean isCurrent = message.term() == self.consensus().currentTerm();
        boolean isOfLeader = message instanceof Message.AppendEntries || message instanceof Message.InstallSnapshot;
        boolean isAnswerToLeader =
                message instanceof Message.AppendEntriesReply || message instanceof Message.InstallSnapshotReply;
        if (isOfLeader && isCurrent) {
            sinceContact = 0;
            asFollower = 0;
            sinceLeader = 0;
            knowsLeaderGone = false;
        } else if (isAnswerToLeader && isCurrent && role == RaftRole.LEADER) {
            heard[World.number(message.from())] = now;
        }
    }

    /** @param ticksSince how many ticks have passed since, in the same turn */
    void grantedVote(int ticksSince) {
        sinceContact = ticksSince;
        asFollower = ticksSince;
        knowsLeaderGone = hasJustLearned;
    }

    /** The server has ticked. */
    void ticked() {
        now++;
        sinceContact++;
        sinceLeader++;
        // Who waits for a snapshot does not campaign, however long that takes.
        asFollower = self.isCatchingUp() ? 0 : asFollower + 1;
        RaftRole before = role;
        noteRole();
        if (before == RaftRole.FOLLOWER && !isPassive(role)) {
            campaigns();
        }
        if (role == RaftRole.LEADER) {
            checkMajority();
        }
    }

    /** Nobody waits who is a majority alone, or knows that there is nobody to wait for. */
    private void campaigns() {
        boolean isEarly = sinceContact < settings.electionTicks();
        if (knowsLeaderGone && isEarly) {
            world.coverage.saw(Seen.CAMPAIGN_BECAUSE_THE_LEADER_IS_GONE);
        } else if (!Majorities.agree(self.consensus().configuration(), self.id()::equals)) {
            require(!isEarly, "%s campaigns after %d ticks", self, sinceContact);
            if (!knowsLeaderGone && settings.preferenceOf(self.number()) == LeadershipPreference.NORMAL) {
                world.jitter.timedOut(asFollower);
            }
        }
    }

    /** A role may also change because something is durable. */
    void noteRole() {
        RaftRole next = self.consensus().role();
        if (next == RaftRole.LEADER) {
            noteFollowers(role != next);
        }
        if (next == role) {
            return;
        }
        if (next == RaftRole.FOLLOWER) {
            asFollower = 0;
        }
        knowsLeaderGone &= isPassive(role);
        role = next;
    }

    private static boolean isPassive(RaftRole role) {
        return role == RaftRole.FOLLOWER || role == RaftRole.LEARNER || role == RaftRole.REMOVED;
    }

    /** Whoever is new among the followers counts as heard, so that it has time to answer. */
    private void noteFollowers(boolean isElected) {
        Set<NodeId> members = self.consensus().configuration().members().keySet();
        if (isElected || !members.equals(followed)) {
            for (NodeId id : members) {
                heard[World.number(id)] = isElected || !followed.contains(id) ? now : heard[World.number(id)];
            }
            followed = members;
        }
    }

    /** The server has done all it had to do, so that every vote it gave is known here. */
    void idle() {
        noteRole();
        if (role == RaftRole.FOLLOWER) {
            checkPatience();
        }
    }

    private void checkPatience() {
        LeadershipPreference preference = settings.preferenceOf(self.number());
        int limit = 2 * settings.electionTicks() * preference.patience();
        require(
                asFollower <= limit || preference == LeadershipPreference.NEVER,
                "%s hears no leader for %d ticks and does not campaign",
                self,
                asFollower);
    }

    private void checkMajority() {
        Configuration configuration = self.consensus().configuration();
        boolean isHeard = Majorities.agree(
                configuration,
                voter -> voter.equals(self.id()) || now - heard[World.number(voter)] < settings.electionTicks());
        require(isHeard, "%s leads, and too few answer of %s", self, configuration);
        if (now % 4 == 0) {
            world.checker.progress(self);
        }
    }
}
