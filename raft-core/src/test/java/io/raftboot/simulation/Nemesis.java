package io.raftboot.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Brings the faults: one after the other, each for a while, and more often than chance would to whoever leads. */
final class Nemesis {

    private final World world;
    private final List<Runnable> faults = new ArrayList<>();
    private boolean isActive = true;
    private int topologies;

    Nemesis(World world) {
        this.world = world;
        faults.add(this::crash);
        faults.add(this::crash);
        faults.add(this::transferLeadership);
        faults.add(this::pause);
        faults.add(this::pause);
        faults.add(this::restartInProcess);
        faults.add(this::badDisk);
        faults.add(this::changeClock);
        faults.add(world.network::deteriorate);
        faults.add(this::transferLeadership);
        faults.add(this::changeTopology);
        faults.add(this::changeTopology);
        faults.add(this::changeTopology);
        next();
    }

    /** The end of all faults. */
    void stop() {
        isActive = false;
        world.network.heal();
        for (SimulatedServer server : world.servers) {
            server.heal();
            server.driver().heal();
            server.setClockPeriod(EventQueue.TICK + world.dice.between(-20, 20));
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
        world.queue.after(someTime(), () -> {
            if (isActive) {
                end.run();
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
            server.crash();
            server.restart(true);
        }
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
            world.coverage.saw(Seen.HANGING_DISK);
            server.driver().hang();
        } else {
            world.coverage.saw(Seen.SLOW_DISK);
            server.driver().slowDown(world.dice.between(1, world.settings.electionTicks()));
        }
        later(server.driver()::heal);
    }

    private void changeClock() {
        world.coverage.saw(Seen.CLOCK_RATE);
        victim().setClockPeriod(world.dice.between(500, 3000));
    }

    private void transferLeadership() {
        Optional<SimulatedServer> target =
                world.dice.chance(250) ? Optional.empty() : Optional.of(world.dice.pick(world.servers));
        world.leaderOrAny().transferLeadership(target.map(SimulatedServer::id));
    }

    private void changeTopology() {
        Network network = world.network;
        network.mend();
        int topology = ++topologies;
        new Topology(world).cutSomething(victim().number());
        later(() -> {
            if (topology == topologies) {
                network.mend();
            }
        });
    }
}
