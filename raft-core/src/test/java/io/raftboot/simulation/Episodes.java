package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.model.LeadershipPreference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Single faults to a healthy cluster, each with what must come of it. */
final class Episodes {

    /** How long a fault lasts that must not disturb, in election timeouts. */
    private static final int LONG = 6;

    /** How often a log is written to and shortened until it has lost what a follower lacks; some entries always stay. */
    private static final int MAX_ROUNDS = 60;

    private record Episode(String name, Runnable body) {}

    private final World world;
    private final Simulation simulation;
    private final Recovery recovery;
    private final List<Episode> possible = new ArrayList<>();

    Episodes(World world, Simulation simulation, Recovery recovery) {
        this.world = world;
        this.simulation = simulation;
        this.recovery = recovery;
        boolean allMayLead = world.settings.preference() == LeadershipPreference.NORMAL;
        possible.add(new Episode("all crash", this::allCrash));
        possible.add(new Episode("all crash after snapshots", this::allCrashAfterSnapshots));
        if (world.members().size() > 1) {
            forSeveral(allMayLead);
        }
        if (world.spareVoters() > 0) {
            forOneLess(allMayLead);
        }
        if (world.settings.changesMembers() && allMayLead) {
            new MembershipEpisodes(world, simulation, recovery).offer(this::add);
        }
    }

    private void forSeveral(boolean allMayLead) {
        possible.add(new Episode("follower restarts", () -> undisturbed(this::restart)));
        if (world.voters().size() > 1) {
            possible.add(new Episode("no majority", this::noMajority));
        }
        if (allMayLead && world.voters().size() > 1) {
            possible.add(new Episode("transfer", this::transfer));
        }
    }

    private void forOneLess(boolean allMayLead) {
        Topology topology = new Topology(world);
        add("follower isolated", () -> undisturbed(follower -> topology.isolated(follower.number())));
        add("follower isolated again", () -> undisturbed(follower -> topology.isolated(follower.number())));
        add("follower behind the base", this::behindTheBase);
        add("one link cut", () -> undisturbed(this::cutFromLeader));
        if (allMayLead) {
            add("leader deaf", () -> deposed(leader -> topology.deaf(leader.number())));
            add("leader mute", () -> deposed(leader -> topology.mute(leader.number())));
            add("leader isolated", () -> deposed(leader -> topology.isolated(leader.number())));
            add("leader crashes", () -> deposed(SimulatedServer::crash));
            add("follower, then leader", this::followerThenLeader);
            if (world.memberships.latest().voters().size() > 3) {
                add("leader reaches one only", this::bridge);
            }
        }
    }

    private void add(String name, Runnable body) {
        possible.add(new Episode(name, body));
    }

    /** Whatever this cluster must bear, by chance. */
    void runOne() {
        Episode episode = world.dice.pick(possible);
        world.trace("---- " + episode.name());
        episode.body().run();
    }

    /** Trouble with one follower, however long, costs no leader and no term, neither during nor after (bug R5). */
    private void undisturbed(Consumer<SimulatedServer> fault) {
        SimulatedServer leader = recovery.leader();
        long term = leader.term();
        fault.accept(followerOf(leader));
        simulation.runFor(LONG * world.settings.electionTimeout());
        world.network.mend();
        simulation.runFor(LONG * world.settings.electionTimeout());
        for (SimulatedServer server : world.members()) {
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

    private void cutFromLeader(SimulatedServer follower) {
        world.network.cutBoth(follower.number(), recovery.leader().number());
    }

    private SimulatedServer followerOf(SimulatedServer leader) {
        return world.dice.pick(without(leader));
    }

    /** A leader that is no use any more is replaced, and knows it (bug R6). */
    private void deposed(Consumer<SimulatedServer> fault) {
        SimulatedServer leader = recovery.leader();
        fault.accept(leader);
        recovery.converge(without(leader));
        simulation.runFor(2 * world.settings.electionTimeout());
        require(!leader.leads(), "%s still leads", leader);
        revive();
    }

    /** A leader that reaches one server only is replaced, though that server hears it (bug R7). */
    private void bridge() {
        SimulatedServer leader = recovery.leader();
        new Topology(world).bridge(leader.number());
        recovery.converge(without(leader));
        require(!leader.leads(), "%s still leads", leader);
        world.network.mend();
    }

    /** Whoever is asked to take over leads within an election timeout (scenario T1). */
    private void transfer() {
        SimulatedServer leader = recovery.leader();
        SimulatedServer target = world.dice.pick(
                world.voters().stream().filter(voter -> voter != leader).toList());
        long term = leader.term();
        leader.calls().transferLeadership(Optional.of(target.id()));
        simulation.runUntil(target::leads, world.settings.electionTimeout());
        require(target.leads() && target.term() == term + 1, "%s was to take over from %s", target, leader);
    }

    private void allCrash() {
        world.servers.forEach(SimulatedServer::crash);
        simulation.runFor(world.settings.electionTimeout());
        revive();
    }

    /** All come back from their snapshots, and again from the next ones without a write in between (scenarios S6, S7). */
    private void allCrashAfterSnapshots() {
        for (int times = 0; times < 2; times++) {
            world.servers.forEach(server -> server.calls().takeSnapshot());
            simulation.runFor(world.dice.delay(3 * world.settings.electionTimeout()));
            allCrash();
        }
    }

    /**
     * A follower was away until the others had forgotten what it lacks: it gets a snapshot, disturbs nobody, and then has the same
     * log (scenarios S2, S8).
     */
    private void behindTheBase() {
        SimulatedServer leader = recovery.leader();
        SimulatedServer follower = followerOf(leader);
        List<SimulatedServer> others = without(follower);
        long term = leader.term();
        long last = follower.disk().lastIndex();
        world.network.isolate(follower.number());
        for (int i = 0; i < MAX_ROUNDS && leader.disk().baseIndex() <= last; i++) {
            recovery.converge(others);
            others.forEach(server -> server.calls().takeSnapshot());
            simulation.runFor(world.settings.electionTimeout());
        }
        require(leader.disk().baseIndex() > last, "%s does not shorten its log", leader);
        world.network.mend();
        recovery.converge(world::members);
        require(
                follower.disk().baseIndex() > last && leader.leads() && leader.term() == term,
                "%s was to follow %s in term %d, from a snapshot",
                follower,
                leader,
                term);
        world.coverage.saw(Seen.FOLLOWER_BEHIND_THE_BASE);
    }

    /** With too few of its voters a cluster has no leader, however long that lasts. */
    private void noMajority() {
        List<SimulatedServer> members = world.voters();
        int cutOff = world.spareVoters() + 1;
        for (int i = 0; i < cutOff; i++) {
            world.network.isolate(members.get(i).number());
        }
        simulation.runFor(2L * world.settings.electionTimeout());
        for (SimulatedServer server : members) {
            require(!server.leads(), "%s leads without a majority", server);
        }
        world.network.mend();
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
        List<SimulatedServer> others = new ArrayList<>(world.members());
        others.remove(excluded);
        return others;
    }
}
