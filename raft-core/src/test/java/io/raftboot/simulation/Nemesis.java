package io.raftboot.simulation;

import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.LostState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Brings the faults: one after the other, each for a while, and more often than chance would to whoever leads. */
final class Nemesis {

    /** In how many runs of a thousand a disk may be emptied: the cluster can bear less from then on. */
    private static final int WIPING_PER_MILLE = 300;

    private final World world;
    private final Operator operator;
    private final Strangers strangers;
    private final List<Runnable> faults = new ArrayList<>();
    private boolean isActive = true;
    private int topologies;

    Nemesis(World world) {
        this.world = world;
        this.operator = new Operator(world);
        this.strangers = new Strangers(world);
        bring(2, this::crash);
        bring(2, this::pause);
        bring(1, this::restartInProcess);
        bring(2, this::leadAgain);
        bring(2, this::comeBackSoon);
        bring(2, this::staleLeader);
        bring(1, this::badDisk);
        bring(1, this::fillDisk);
        bring(1, this::changeClock);
        if (world.dice.chance(WIPING_PER_MILLE)) {
            bring(1, this::wipe);
        }
        bring(2, this::transferLeadership);
        bring(2, this::takeSnapshots);
        bring(2, this::fallBehind);
        bring(1, this::damageSnapshot);
        bring(1, world.network::deteriorate);
        bring(3, this::changeTopology);
        if (world.settings.changesMembers()) {
            bringChangesOfMembers();
        }
        faults.add(this::crash);
        next();
    }

    private void bringChangesOfMembers() {
        bring(3, operator::add);
        bring(1, operator::promote);
        bring(1, operator::demote);
        bring(2, operator::remove);
        bring(1, operator::move);
        bring(2, this::replaceVoters);
        bring(2, this::crashAmidChange);
        bring(1, this::removeUnheard);
    }

    /** Each run draws its own mix: much of one fault shows what a little of all does not (swarm testing). */
    private void bring(int weight, Runnable fault) {
        int times = weight * world.dice.pickInt(0, 1, 1, 3);
        for (int i = 0; i < times; i++) {
            faults.add(fault);
        }
    }

    /** The end of all faults. */
    void stop() {
        isActive = false;
        world.network.heal();
        for (SimulatedServer server : world.servers) {
            server.heal();
            server.driver().heal();
            server.clock().setPeriod(EventQueue.TICK + world.dice.between(-20, 20));
            if (server.isCrashed()) {
                server.restart(false);
            } else if (server.isPaused()) {
                server.resume();
            }
        }
    }

    private void next() {
        long gap = 1 + world.dice.delay(world.settings.faultGapTicks() * EventQueue.TICK);
        world.queue.after(gap, () -> {
            if (isActive) {
                world.dice.pick(faults).run();
                next();
            }
        });
    }

    private SimulatedServer victim() {
        return world.dice.flip() ? world.leaderOrAny() : world.dice.pick(world.servers);
    }

    private long someTime() {
        return 1 + world.dice.delay(4 * world.settings.electionTimeout());
    }

    private void later(Runnable end) {
        after(someTime(), end);
    }

    private void after(long time, Runnable next) {
        world.queue.after(time, () -> {
            if (isActive) {
                next.run();
            }
        });
    }

    private void crash() {
        if (world.dice.chance(100)) {
            crashAll();
            return;
        }
        SimulatedServer server = victim();
        if (!server.isCrashed()) {
            if (server.leads()) {
                world.coverage.saw(Seen.CRASH_OF_LEADER);
            }
            server.crash();
            world.restartSomeTime(server);
        }
    }

    private void crashAll() {
        world.coverage.saw(Seen.CRASH_OF_ALL);
        for (SimulatedServer server : world.servers) {
            if (!server.isCrashed()) {
                server.crash();
                world.restartSomeTime(server);
            }
        }
    }

    private void restartInProcess() {
        SimulatedServer server = victim();
        if (!server.isCrashed()) {
            restartAtOnce(server);
        }
    }

    private void restartAtOnce(SimulatedServer server) {
        if (server.leads()) {
            world.coverage.saw(Seen.RESTART_OF_LEADER_AT_ONCE);
        }
        server.crash();
        server.restart(true);
    }

    /** A leader starts again and later leads again, while what was said in its former life is still under way. */
    private void leadAgain() {
        SimulatedServer leader = world.leaderOrAny();
        long timeout = world.settings.electionTimeout();
        world.network.detour(leader.number(), timeout);
        after(world.dice.delay(timeout), () -> {
            if (leader.isRunning()) {
                restartAtOnce(leader);
            }
        });
        after(3 * timeout, () -> transferTo(leader));
    }

    /** Any server does so, or hands leadership over instead; in the end only what is late still reaches it. */
    private void comeBackSoon() {
        SimulatedServer server = victim();
        long timeout = world.settings.electionTimeout();
        world.network.detour(server.number(), timeout);
        after(world.dice.delay(timeout), () -> {
            if (server.isRunning() && world.dice.flip()) {
                restartAtOnce(server);
            } else {
                transferLeadership();
            }
        });
        after(timeout + world.dice.delay(timeout), () -> transferTo(server));
        after(2 * timeout + world.dice.delay(2 * timeout), () -> cut(topology -> topology.isolated(server.number())));
    }

    private void transferTo(SimulatedServer target) {
        world.leaderOrAny().calls().transferLeadership(Optional.of(target.id()));
    }

    private void pause() {
        SimulatedServer server = victim();
        if (!server.isCrashed() && !server.isPaused()) {
            server.pause();
            later(() -> {
                if (server.isPaused()) {
                    server.resume();
                }
            });
        }
    }

    private void badDisk() {
        SimulatedServer server = victim();
        if (world.dice.chance(300)) {
            server.driver().hang();
        } else {
            server.driver().slowDown(world.dice.between(1, world.settings.electionTicks()));
        }
        later(server.driver()::heal);
    }

    /** There is little room for commands, or none, on one disk or on all. */
    private void fillDisk() {
        List<SimulatedServer> filled = world.dice.chance(250) ? world.servers : List.of(victim());
        for (SimulatedServer server : filled) {
            server.driver().fill(world.dice.pickInt(0, 30, 200, 2_000, 100_000));
            later(server.driver()::heal);
        }
    }

    private void changeClock() {
        victim().clock().setPeriod(world.dice.between(500, 3000));
    }

    /**
     * A disk is emptied. Only one that the others can do without, for they have to for ever; where one of them never leads, even
     * a majority may not be able to elect anybody.
     */
    private void wipe() {
        SimulatedServer server = world.dice.pick(world.servers);
        if (!isMissed(server)) {
            server.wipe();
        }
    }

    private boolean isMissed(SimulatedServer server) {
        boolean isNeeded = !server.isWiped()
                && (!world.majorities.canSpare(server) || world.settings.preference() == LeadershipPreference.NEVER);
        return isNeeded || !strangers.mayBeWiped(server);
    }

    /** An operator asks for snapshots: one, or two in short succession. */
    private void takeSnapshots() {
        SimulatedServer server = victim();
        server.calls().takeSnapshot();
        if (world.dice.flip()) {
            after(world.dice.delay(world.settings.electionTimeout()), server.calls()::takeSnapshot);
        }
    }

    /** A server is away while the others shorten their logs, as they go on to do, and may restart before it has caught up. */
    private void fallBehind() {
        SimulatedServer server = victim();
        long timeout = world.settings.electionTimeout();
        cut(topology -> topology.isolated(server.number()));
        for (SimulatedServer other : world.servers) {
            for (int times = 1; times <= 4 && other != server; times++) {
                after(times * timeout + world.dice.delay(timeout), other.calls()::takeSnapshot);
            }
        }
        after(2 * timeout, world.network::mend);
        int returns = world.dice.below(3);
        for (int i = 0; i < returns; i++) {
            after(2 * timeout + world.dice.delay(3 * timeout), () -> {
                if (server.isRunning()) {
                    restartAtOnce(server);
                }
            });
        }
    }

    /**
     * The newest snapshot rots while its server is down. If no older one will do, the server refuses to start, its operator gives it
     * up, and the others have to do without it.
     */
    private void damageSnapshot() {
        SimulatedServer server = world.dice.pick(world.servers);
        boolean isMissed = isMissed(server);
        if (!server.isCrashed()) {
            server.crash();
            world.restartSomeTime(server);
        }
        SimulatedSnapshots files = server.snapshots().files();
        boolean isFatal = server.disk().baseIndex() > 0 && !files.hasOlderFor(server.disk());
        if (server.isWiped() || files.list().isEmpty() || (isFatal && isMissed)) {
            return;
        }
        files.damageNewest();
        try {
            server.restart(false);
        } catch (LostState refusal) {
            world.coverage.saw(Seen.DAMAGED_SNAPSHOT_REFUSED);
            world.trace(server.id() + " refuses to start: " + refusal.getMessage());
            server.wipe();
        }
    }

    /** Several voters give way to others at once. */
    private void replaceVoters() {
        long timeout = world.settings.electionTimeout();
        Operator.Replacement replacement = operator.replace();
        replacement.prepare();
        for (int times = 1; times <= 3; times++) {
            after(times * timeout + world.dice.delay(timeout), replacement::carryOut);
        }
    }

    /** A leader crashes while the members change. */
    private void crashAmidChange() {
        SimulatedServer leader = world.leaderOrAny();
        world.dice
                .pick(List.<Runnable>of(operator::promote, operator::demote, operator::remove, operator::add))
                .run();
        after(world.dice.delay(world.settings.electionTimeout() / 2), () -> {
            if (leader.isRunning()) {
                leader.crash();
                world.restartSomeTime(leader);
            }
        });
    }

    /** A server is removed while it hears nothing, and comes back not knowing it. */
    private void removeUnheard() {
        SimulatedServer server = world.dice.pick(world.servers);
        long timeout = world.settings.electionTimeout();
        cut(topology -> topology.isolated(server.number()));
        for (int times = 1; times <= 3; times++) {
            after(times * timeout / 2 + world.dice.delay(timeout), () -> operator.remove(server));
        }
    }

    private void transferLeadership() {
        Optional<SimulatedServer> target =
                world.dice.chance(250) ? Optional.empty() : Optional.of(world.dice.pick(world.servers));
        world.leaderOrAny().calls().transferLeadership(target.map(SimulatedServer::id));
    }

    private void changeTopology() {
        SimulatedServer server = victim();
        cut(topology -> topology.cutSomething(server.number()));
    }

    /** A leader among too few, whose clock is slow: it goes on for a while after another one was elected. */
    private void staleLeader() {
        SimulatedServer leader = world.leaderOrAny();
        leader.clock().setPeriod(world.dice.between(2000, 6000));
        cut(topology -> topology.minority(leader.number()));
    }

    private void cut(Consumer<Topology> shape) {
        Network network = world.network;
        network.mend();
        int topology = ++topologies;
        shape.accept(new Topology(world));
        later(() -> {
            if (topology == topologies) {
                network.mend();
            }
        });
    }
}
