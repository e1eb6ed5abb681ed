package io.raftboot.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.MDC;

/**
 * One run: faults for a while, then none, then an expectation or two about a healthy cluster. It ends with the first violation, or
 * after a given number of events.
 */
final class Simulation {

    /** No run of a correct cluster comes near to this many events. */
    private static final long MAX_EVENTS = 400_000;

    /**
     * What became of a run.
     *
     * @param events how many there were, up to and including the one that broke something
     */
    record Outcome(long seed, long events, Optional<String> violation, Coverage coverage, Trace trace) {}

    /** The run was to end here. */
    private static final class EndOfPrefix extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final long seed;
    private final long maxEvents;
    private final World world;
    private final Workload workload;
    private final List<Client> clients = new ArrayList<>();
    private long events;

    private Simulation(long seed, LoopBug bug, long maxEvents, boolean isTraced) {
        this.seed = seed;
        this.maxEvents = maxEvents;
        this.world = new World(seed, bug, new Trace(isTraced));
        this.workload = new Workload(world);
    }

    /** Runs a seed. */
    static Outcome run(long seed, LoopBug bug) {
        return new Simulation(seed, bug, Long.MAX_VALUE, false).run();
    }

    /** Runs the first events of a seed, and writes down what happens. */
    static Outcome runTraced(long seed, LoopBug bug, long maxEvents) {
        return new Simulation(seed, bug, maxEvents, true).run();
    }

    private Outcome run() {
        Optional<String> violation;
        // The few lines that the product logs here are no news to anybody: logback-test.xml leaves them out.
        try (MDC.MDCCloseable silence = MDC.putCloseable("run", "simulation")) {
            world.trace(world.settings.toString());
            faults();
            new Recovery(world, this).run();
            violation = workload.check();
        } catch (EndOfPrefix e) {
            violation = workload.check();
        } catch (RuntimeException e) {
            violation = Optional.of(describe(e));
        }
        return new Outcome(seed, events, violation, world.coverage, world.trace);
    }

    private static String describe(RuntimeException e) {
        StackTraceElement[] stack = e.getStackTrace();
        return e + (e instanceof Violation || stack.length == 0 ? "" : " at " + stack[0]);
    }

    private void faults() {
        Nemesis nemesis = new Nemesis(world);
        for (int i = 0; i < world.settings.clients(); i++) {
            clients.add(new Client(world, workload));
        }
        runFor(world.settings.faultTimeouts() * world.settings.electionTimeout());
        world.trace("---- the faults end");
        clients.forEach(Client::stop);
        nemesis.stop();
    }

    /** Lets so much virtual time pass. */
    void runFor(long time) {
        long until = world.queue.now() + time;
        while (world.queue.nextAt() <= until) {
            nextEvent(until);
        }
        world.queue.runNext(until);
    }

    /** Lets time pass until a condition holds, which is looked at once in a tick. @return whether it holds in time */
    boolean runUntil(BooleanSupplier condition, long atMost) {
        long until = world.queue.now() + atMost;
        while (!condition.getAsBoolean()) {
            if (world.queue.now() >= until) {
                return false;
            }
            runFor(EventQueue.TICK);
        }
        return true;
    }

    private void nextEvent(long until) {
        if (events >= maxEvents) {
            throw new EndOfPrefix();
        }
        events++;
        Violation.require(events <= MAX_EVENTS, "the run does not end");
        world.queue.runNext(until);
    }
}
