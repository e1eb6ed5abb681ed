package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.model.LeadershipPreference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Single faults to a healthy cluster, each with what must come of it. */
final class Episodes {

    /** How long a fault lasts that must not disturb, in election timeouts. */
    private static final int LONG = 6;

    private final World world;
    private final Simulation simulation;
    private final Recovery recovery;

    Episodes(World world, Simulation simulation, Recovery recovery) {
        this.world = world;
        this.simulation = simulation;
        this.recovery = recovery;
    }

    void runOne() {
        boolean allMayLead = world.settings.preference() == LeadershipPreference.NORMAL;
        int episode = world.dice.below(allMayLead ? 12 : 4);
        world.trace("---- episode " + episode);
        switch (episode) {
            case 0, 1 -> undisturbed(follower -> world.network.isolate(follower.number()));
            case 2 ->
                undisturbed(follower -> world.network.cutBoth(
                        follower.number(), recovery.leader().number()));
            case 3 -> undisturbed(this::restart);
            case 4 -> deposed(leader -> new Topology(world).deaf(leader.number()));
            case 5 -> deposed(leader -> new Topology(world).mute(leader.number()));
            case 6 -> deposed(leader -> new Topology(world).isolated(leader.number()));
            case 7 -> bridge();
            case 8 -> deposed(SimulatedServer::crash);
            case 9 -> transfer();
            case 10 -> allCrash();
            default -> followerThenLeader();
        }
    }

    private interface Fault {
        void hit(SimulatedServer server);
    }

    /** Trouble with one follower, however long, costs no leader and no term, neither during nor after (bug R5). */
    private void undisturbed(Fault fault) {
        SimulatedServer leader = recovery.leader();
        long term = leader.term();
        fault.hit(followerOf(leader));
        simulation.runFor(LONG * world.settings.electionTimeout());
        world.network.mend();
        simulation.runFor(LONG * world.settings.electionTimeout());
        for (SimulatedServer server : world.servers) {
            require(
                    server.term() == term && server.consensus().leaderId().equals(Optional.of(leader.id())),
                    "trouble with one follower disturbed %s in term %d: %s",
                    leader.id(),
                    term,
                    server);
        }
    }

    private void restart(SimulatedServer server) {
        server.crash();
        server.restart(false);
    }

    private SimulatedServer followerOf(SimulatedServer leader) {
        return world.servers.get(
                (leader.number() + 1 + world.dice.below(world.servers.size() - 1)) % world.servers.size());
    }

    /** A leader that is no use any more is replaced, and knows it (bug R6). */
    private void deposed(Fault fault) {
        SimulatedServer leader = recovery.leader();
        fault.hit(leader);
        recovery.converge(without(leader));
        simulation.runFor(2 * world.settings.electionTimeout());
        require(!leader.leads(), "%s still leads", leader);
        revive();
    }

    /** A leader that reaches one server only is replaced, though that server hears it (bug R7). */
    private void bridge() {
        SimulatedServer leader = recovery.leader();
        if (world.servers.size() < 4) {
            deposed(cut -> new Topology(world).isolated(cut.number()));
            return;
        }
        new Topology(world).bridge(leader.number());
        recovery.converge(without(leader));
        require(!leader.leads(), "%s still leads", leader);
        world.network.mend();
    }

    /** Whoever is asked to take over leads within an election timeout (scenario T1). */
    private void transfer() {
        SimulatedServer leader = recovery.leader();
        SimulatedServer target = followerOf(leader);
        long term = leader.term();
        leader.transferLeadership(Optional.of(target.id()));
        simulation.runUntil(target::leads, world.settings.electionTimeout());
        require(target.leads() && target.term() == term + 1, "%s was to take over from %s", target, leader);
    }

    private void allCrash() {
        world.servers.forEach(SimulatedServer::crash);
        simulation.runFor(world.settings.electionTimeout());
        revive();
    }

    /** Four or more servers: a follower dies, the leader dies, the follower comes back, and there is a leader (bug R4). */
    private void followerThenLeader() {
        SimulatedServer leader = recovery.leader();
        SimulatedServer follower = followerOf(leader);
        follower.crash();
        recovery.converge(without(follower));
        leader = recovery.leader();
        leader.crash();
        simulation.runFor(world.settings.electionTimeout());
        follower.restart(false);
        recovery.converge(without(leader));
        revive();
    }

    private void revive() {
        world.network.mend();
        for (SimulatedServer server : world.servers) {
            if (server.isCrashed()) {
                server.restart(false);
            }
        }
    }

    private List<SimulatedServer> without(SimulatedServer excluded) {
        List<SimulatedServer> others = new ArrayList<>(world.servers);
        others.remove(excluded);
        return others;
    }
}
