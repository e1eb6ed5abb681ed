package io.raftboot.simulation;

import io.raftboot.model.LogEntry;
import java.util.List;

/** Hands committed entries to a server's state machine, at once or after a while, as the apply thread would. */
final class Applier {

    private final World world;
    private final SimulatedServer server;
    private final EventLoop loop;

    private Registers registers;
    private long doneAt;

    Applier(World world, SimulatedServer server, EventLoop loop) {
        this.world = world;
        this.server = server;
        this.loop = loop;
        this.registers = newRegisters();
    }

    private Registers newRegisters() {
        return new Registers(world.bug == LoopBug.REPEATED_COMMAND_APPLIED_AGAIN);
    }

    Registers registers() {
        return registers;
    }

    /**
     * Starts again.
     *
     * @param keepsState whether the state machine outlived the server
     */
    void restart(boolean keepsState) {
        doneAt = 0;
        registers = keepsState ? registers : newRegisters();
    }

    void take(List<LogEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        if (world.settings.applyTicks() == 0) {
            apply(entries);
            return;
        }
        world.coverage.saw(Seen.SLOW_STATE_MACHINE);
        int life = server.formerLives();
        long delay = world.dice.delay(world.settings.applyTicks() * EventQueue.TICK);
        doneAt = Math.max(doneAt, world.queue.now() + delay);
        world.queue.after(doneAt - world.queue.now(), () -> {
            if (life == server.formerLives() && !server.isCrashed()) {
                server.input(() -> {
                    apply(entries);
                    report(entries);
                });
            }
        });
    }

    /** The consensus may be told what is applied already. */
    void noteAdvanced(List<LogEntry> entries) {
        if (!entries.isEmpty() && world.settings.applyTicks() == 0) {
            report(entries);
        }
        server.requests().serveReads();
    }

    private void apply(List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            loop.applying();
            long result = registers.apply(entry);
            world.checker.applied(server, entry, registers.digest());
            server.requests().applied(entry, result);
        }
    }

    private void report(List<LogEntry> entries) {
        server.consensus().applied(entries.get(entries.size() - 1).index());
        server.requests().serveReads();
    }
}
