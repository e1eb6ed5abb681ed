package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.model.Configuration;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Single changes of the members of a healthy cluster, each with what must come of it. */
final class MembershipEpisodes {

    /** How long a removed server tries to disturb, in election timeouts. */
    private static final int LONG = 6;

    /** A joint configuration is committed and left within a tick or two, so this is how often one looks. */
    private static final long MOMENT = EventQueue.TICK / 20;

    private final World world;
    private final Simulation simulation;
    private final Recovery recovery;
    private final Strangers strangers;

    MembershipEpisodes(World world, Simulation simulation, Recovery recovery) {
        this.world = world;
        this.simulation = simulation;
        this.recovery = recovery;
        this.strangers = new Strangers(world);
    }

    /** Names those that this cluster must bear. */
    void offer(BiConsumer<String, Runnable> episodes) {
        SimulatedServer leader = recovery.leader();
        List<MembershipChange> joint = changesWithoutTheLeader(leader);
        if (!joint.isEmpty()) {
            episodes.accept("leader crashes in the joint state", () -> leaveJointState(leader, world.dice.pick(joint)));
        }
        List<SimulatedServer> removable = world.members().stream()
                .filter(server -> server != leader && canDoWithout(server))
                .toList();
        if (!removable.isEmpty()) {
            episodes.accept("removed unheard", () -> removeUnheard(leader, world.dice.pick(removable)));
        }
        if (canDoWithout(leader)) {
            episodes.accept("leader removes itself", () -> removeLeader(leader));
        }
        if (isDispensable(leader)) {
            episodes.accept("leader crashes when it alone knows that it is out", () -> loseRemovedLeader(leader));
        }
        List<SimulatedServer> waiting = strangers.all().stream()
                .filter(server -> server.term() <= leader.term())
                .toList();
        if (!waiting.isEmpty() && strangers.noneIsWiped()) {
            episodes.accept("a server is added", () -> add(leader, world.dice.pick(waiting)));
        }
    }

    /** What makes a joint configuration and can be finished by the others alone. */
    private List<MembershipChange> changesWithoutTheLeader(SimulatedServer leader) {
        Configuration current = world.memberships.latest();
        List<MembershipChange> changes = new ArrayList<>();
        for (SimulatedServer member : world.members()) {
            MembershipChange change = current.isVoter(member.id())
                    ? new MembershipChange.Demote(member.id())
                    : new MembershipChange.Promote(member.id());
            if (member != leader && works(current, leader) && works(change.from(current), leader)) {
                changes.add(change);
            }
        }
        return changes;
    }

    private boolean canDoWithout(SimulatedServer server) {
        return isDispensable(server) && works(world.memberships.latest(), server);
    }

    /** Whether the others would do if it were no member. */
    private boolean isDispensable(SimulatedServer server) {
        Configuration current = world.memberships.latest();
        boolean isLastVoter = current.voters().size() == 1 && current.isVoter(server.id());
        return !isLastVoter && works(new MembershipChange.Remove(server.id()).from(current), server);
    }

    private boolean works(Configuration configuration, SimulatedServer without) {
        return Majorities.agree(
                configuration,
                voter -> !voter.equals(without.id()) && !world.server(voter).isWiped());
    }

    private void begin(SimulatedServer leader, MembershipChange change) {
        // Who has just caught up is not taken for that before the next round of catching up was a short one.
        simulation.runUntil(() -> leader.consensus().outlook(change).safe(), 2 * world.settings.electionTimeout());
        world.trace(leader.id() + " is told to " + change);
        leader.input(() -> leader.consensus().change(change, false));
    }

    private void awaitLatest(Configuration target) {
        simulation.runUntil(() -> world.memberships.latest().equals(target), world.settings.electionTimeout());
        require(
                world.memberships.latest().equals(target),
                "the members are %s instead of %s",
                world.memberships.latest(),
                target);
    }

    /** A joint configuration that a leader leaves behind is left by the next one, to where it was to lead (scenario M7). */
    private void leaveJointState(SimulatedServer leader, MembershipChange change) {
        Configuration target = change.from(world.memberships.latest());
        begin(leader, change);
        for (long waited = 0;
                waited < world.settings.electionTimeout()
                        && !world.memberships.latest().isJoint();
                waited += MOMENT) {
            simulation.runFor(MOMENT);
        }
        leader.crash();
        recovery.converge(() ->
                world.members().stream().filter(server -> server != leader).toList());
        require(
                world.memberships.latest().equals(target),
                "%s left %s behind, and now there is %s",
                leader,
                change,
                world.memberships.latest());
        leader.restart(false);
    }

    /** A server that was away when it was removed comes back, and costs nobody a term or a leader (scenarios M4, M10, bug R8). */
    private void removeUnheard(SimulatedServer leader, SimulatedServer removed) {
        long term = leader.term();
        MembershipChange change = new MembershipChange.Remove(removed.id());
        Configuration target = change.from(world.memberships.latest());
        boolean voted = world.memberships.latest().isVoter(removed.id());
        world.network.isolate(removed.number());
        simulation.runFor(world.dice.delay(2 * world.settings.electionTimeout()));
        begin(leader, change);
        awaitLatest(target);
        world.network.mend();
        simulation.runFor(LONG * world.settings.electionTimeout());
        for (SimulatedServer server : world.members()) {
            require(
                    server.term() == term && (server != leader || leader.leads()),
                    "%s disturbs %s in term %d, and was removed",
                    removed,
                    server,
                    term);
        }
        require(
                removed.consensus().role() == RaftRole.REMOVED
                        || !voted
                        || world.settings.tellsRemovedPerMille() < 1000,
                "%s was removed and does not know it",
                removed);
    }

    /** A leader that removes itself leads until that is committed, and hands over in no time (scenario M5, bug R50). */
    private void removeLeader(SimulatedServer leader) {
        long term = leader.term();
        Configuration target = new MembershipChange.Remove(leader.id()).from(world.memberships.latest());
        begin(leader, new MembershipChange.Remove(leader.id()));
        awaitHandOver(leader);
        require(
                world.memberships.latest().equals(target),
                "%s hands over, and the members are %s",
                leader,
                world.memberships.latest());
        simulation.runUntil(
                () -> world.voters().stream().anyMatch(voter -> voter != leader && voter.leads()),
                world.settings.electionTimeout());
        // Nobody tells it of the next leader: it gives up when the time to hand over has passed.
        simulation.runUntil(() -> !leader.leads(), world.settings.electionTimeout() + EventQueue.TICK);
        require(
                world.memberships.latest().equals(target) && !leader.leads(),
                "%s was to remove itself, and the members are %s",
                leader,
                world.memberships.latest());
        NodeId next = recovery.leader().id();
        require(
                target.isVoter(next) && world.server(next).term() == term + 1,
                "%s was to hand over, and %s leads",
                leader,
                world.server(next));
    }

    /** The others may need its vote, and it has more than they: so it campaigns itself (thesis §4.2.2, scenario M16). */
    private void loseRemovedLeader(SimulatedServer leader) {
        MembershipChange change =
                world.dice.flip() ? new MembershipChange.Remove(leader.id()) : new MembershipChange.Demote(leader.id());
        Configuration target = change.from(world.memberships.latest());
        begin(leader, change);
        for (long waited = 0;
                waited < world.settings.electionTimeout()
                        && !leader.consensus().configuration().equals(target);
                waited += MOMENT) {
            simulation.runFor(MOMENT);
        }
        leader.crash();
        world.network.heal();
        leader.restart(false);
        recovery.converge(world::members);
        awaitLatest(target);
    }

    private void awaitHandOver(SimulatedServer leader) {
        for (long waited = 0;
                waited < world.settings.electionTimeout()
                        && leader.leads()
                        && leader.consensus().transferTarget().isEmpty();
                waited += MOMENT) {
            simulation.runFor(MOMENT);
        }
    }

    /** A new server catches up and votes by itself, and costs nobody a term (scenarios M2, M3). */
    private void add(SimulatedServer leader, SimulatedServer added) {
        long term = leader.term();
        added.invited(leader.consensus().commitIndex());
        begin(leader, new MembershipChange.Add(World.member(added.number()), true));
        simulation.runFor(EventQueue.TICK);
        recovery.converge(world::members);
        require(
                world.memberships.latest().isVoter(added.id()) && leader.leads() && leader.term() == term,
                "%s was to become a voter under %s in term %d",
                added,
                leader,
                term);
    }
}
