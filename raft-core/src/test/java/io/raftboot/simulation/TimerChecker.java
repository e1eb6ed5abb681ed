package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.Message;
import io.raftboot.model.RaftRole;
import java.util.Arrays;

/** That a server campaigns neither too early nor too late (§5.2), and leads only while a majority answers (thesis §6.2). */
final class TimerChecker {

    private final World world;
    private final SimulatedServer self;
    private final Settings settings;
    private final long[] heard;

    private RaftRole role = RaftRole.FOLLOWER;
    private long now;

    /** Ticks since a message of the current leader or a granted vote. */
    private int sinceContact;

    /** The same, and since it became a follower. */
    private int asFollower;

    TimerChecker(World world, SimulatedServer self) {
        this.world = world;
        this.self = self;
        this.settings = world.settings;
        this.heard = new long[settings.servers()];
    }

    void started() {
        role = RaftRole.FOLLOWER;
        sinceContact = 0;
        asFollower = 0;
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
        } else if (isAnswerToLeader && isCurrent && role == RaftRole.LEADER) {
            heard[World.number(message.from())] = now;
        }
    }

    /** @param ticksSince how many ticks have passed since, in the same turn */
    void grantedVote(int ticksSince) {
        sinceContact = ticksSince;
        asFollower = ticksSince;
    }

    /** The server has ticked. */
    void ticked() {
        now++;
        sinceContact++;
        // Who waits for a snapshot does not campaign, however long that takes.
        asFollower = self.isCatchingUp() ? 0 : asFollower + 1;
        RaftRole before = role;
        noteRole();
        boolean isNormal = settings.preferenceOf(self.number()) == LeadershipPreference.NORMAL;
        // A majority of one has nobody to wait for.
        if (before == RaftRole.FOLLOWER && role != RaftRole.FOLLOWER && settings.majority() > 1) {
            require(sinceContact >= settings.electionTicks(), "%s campaigns after %d ticks", self, sinceContact);
            if (isNormal) {
                world.jitter.timedOut(asFollower);
            }
        }
        if (role == RaftRole.LEADER) {
            checkMajority();
        }
    }

    /** A role may also change because something is durable. */
    void noteRole() {
        RaftRole next = self.consensus().role();
        if (next == role) {
            return;
        }
        if (next == RaftRole.LEADER) {
            Arrays.fill(heard, now);
        } else if (next == RaftRole.FOLLOWER) {
            asFollower = 0;
        }
        role = next;
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
        int answering = 1;
        for (int server = 0; server < heard.length; server++) {
            answering += server != self.number() && now - heard[server] < settings.electionTicks() ? 1 : 0;
        }
        require(answering >= settings.majority(), "%s leads, and only %d servers answer", self, answering);
        if (now % 4 == 0) {
            world.checker.progress(self);
        }
    }
}
