package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.consensus.Consensus;
import io.raftboot.model.Configuration;
import io.raftboot.model.Consistency;
import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.NodeId;
import io.raftboot.model.RequestId;
import io.raftboot.testkit.Operation;
import io.raftboot.testkit.Operation.Kind;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What a cluster must do once the faults are over: agree, serve, and not be upset by what it was built to bear. */
final class Recovery {

    /** How many election timeouts a cluster may take to serve again: many unlucky elections in a row. */
    private static final int PATIENCE = 30;

    /** How many snapshots a server may take over one after the other, because each was old when it was there. */
    private static final int RESTORES = 4;

    /** The key of the commands that show progress; no client uses it. */
    private static final String PROBE_KEY = "0";

    private final World world;
    private final Simulation simulation;
    private int probes;

    Recovery(World world, Simulation simulation) {
        this.world = world;
        this.simulation = simulation;
    }

    void run() {
        converge(world::members);
        new Episodes(world, simulation, this).runOne();
        converge(world::members);
        quiet();
    }

    /** Demands that these servers agree, with a new command and a new read, within a bounded time. */
    void converge(List<SimulatedServer> living) {
        converge(() -> living);
    }

    /** The same; who they are may change until they do. */
    void converge(Supplier<List<SimulatedServer>> whoever) {
        List<SimulatedServer> living = whoever.get();
        long limit = patience();
        long deadline = world.queue.now() + limit;
        Probe write = new Probe(Kind.WRITE);
        Probe read = new Probe(Kind.READ);
        while (!(agree(living, write) && read.isAnswered)) {
            require(world.queue.now() < deadline, "no agreement after %d ticks: %s", limit / EventQueue.TICK, living);
            write = write.orAgain(living);
            read = read.orAgain(living);
            simulation.runFor(EventQueue.TICK);
            living = whoever.get();
        }
        world.trace("---- agreement");
    }

    private long patience() {
        int reluctance = world.settings.preference() == LeadershipPreference.RELUCTANT ? 3 : 1;
        return world.settings.electionTimeout() * PATIENCE * reluctance + RESTORES * world.settings.longestRestore();
    }

    private boolean agree(List<SimulatedServer> living, Probe probe) {
        SimulatedServer first = living.get(0);
        if (!isLedByVoter(living) || !isSettled(first.consensus())) {
            return false;
        }
        for (SimulatedServer server : living) {
            if (!hasApplied(server, probe)
                    || server.consensus().commitIndex() != server.disk().lastIndex()
                    || server.registers().lastApplied() != server.disk().lastIndex()
                    || !server.consensus().leaderId().equals(first.consensus().leaderId())
                    || server.term() != first.term()
                    || !server.disk().hasSameLogAs(first.disk())
                    || !server.consensus()
                            .configuration()
                            .equals(first.consensus().configuration())) {
                return false;
            }
        }
        return true;
    }

    /** A leader that does not vote any more looks for another one (thesis §4.2.2). */
    private boolean isLedByVoter(List<SimulatedServer> living) {
        return latestLeader(living)
                .filter(leader -> leader.consensus().configuration().isVoter(leader.id()))
                .isPresent();
    }

    /** Whether no change of the members is under way, and nobody waits to vote who can. */
    private boolean isSettled(Consensus consensus) {
        Configuration configuration = consensus.configuration();
        return configuration.equals(world.memberships.latest())
                && !configuration.isJoint()
                && configuration.promotable().stream()
                        .allMatch(id -> world.server(id).isWiped());
    }

    private boolean hasApplied(SimulatedServer server, Probe probe) {
        return world.sessions
                .firstIndex(probe.operation.id())
                .filter(index -> index <= server.registers().lastApplied())
                .isPresent();
    }

    /** Without faults nothing changes: same leader, same term, and no more messages than the heartbeats. */
    private void quiet() {
        int timeouts = 3;
        SimulatedServer leader = leader();
        long term = leader.term();
        long sent = world.network.sent();
        simulation.runFor(timeouts * world.settings.electionTimeout());
        require(leader.leads() && leader.term() == term, "%s gave up leadership without a reason", leader);
        long followers = (long) leader.consensus().configuration().members().size() - 1;
        long heartbeats = timeouts * (long) world.settings.heartbeatsPerElection() * followers;
        long counted = world.network.sent() - sent;
        require(
                counted <= 3 * heartbeats + 4 * followers && counted >= heartbeats - followers,
                "%d messages where %d heartbeats are due",
                counted,
                heartbeats);
    }

    /** The one leader of a cluster that agrees. */
    SimulatedServer leader() {
        SimulatedServer leader = world.leaderOrAny();
        require(leader.leads(), "nobody leads any more");
        return leader;
    }

    /** A command or a read that is made again until it succeeds. */
    private final class Probe implements Attempt {

        private final Operation operation;
        private final long madeAt = world.queue.now();
        private boolean isMade;
        private boolean isOver;
        private boolean isAnswered;

        Probe(Kind kind) {
            operation = new Operation(new RequestId("probe" + ++probes), kind, PROBE_KEY, probes, 0);
        }

        /** The probe that is under way: this one, or a new one if this one came to nothing. */
        Probe orAgain(List<SimulatedServer> living) {
            if (isMade
                    && (isOver || world.queue.now() - madeAt > 2 * world.settings.electionTimeout())
                    && !isAnswered) {
                return new Probe(operation.kind());
            }
            if (!isMade) {
                Optional<SimulatedServer> leader = latestLeader(living);
                isMade = leader.isPresent();
                leader.ifPresent(server -> server.calls().request(this));
            }
            return this;
        }

        @Override
        public Operation operation() {
            return operation;
        }

        @Override
        public Consistency consistency() {
            return Consistency.LINEARIZABLE;
        }

        @Override
        public void answered(long result) {
            isAnswered = true;
        }

        @Override
        public void refused(Optional<NodeId> leaderId) {
            isOver = true;
        }

        @Override
        public void unknown() {
            isOver = true;
        }
    }

    private static Optional<SimulatedServer> latestLeader(List<SimulatedServer> living) {
        SimulatedServer found = living.get(0);
        for (SimulatedServer server : living) {
            if (server.leads() && (!found.leads() || server.term() > found.term())) {
                found = server;
            }
        }
        return Optional.of(found).filter(SimulatedServer::leads);
    }
}
