package io.raftboot.simulation;

import io.raftboot.consensus.Ready;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Result;
import io.raftboot.model.Snapshot;
import java.util.List;
import java.util.Optional;

/** Hands committed entries to a server's state machine, at once or after a while, as the apply thread would. */
final class Applier {

    private final World world;
    private final SimulatedServer server;
    private final EventLoop loop;

    private Registers registers;
    private boolean isRestored;
    private long doneAt;

    Applier(World world, SimulatedServer server, EventLoop loop) {
        this.world = world;
        this.server = server;
        this.loop = loop;
        this.registers = newRegisters();
    }

    private Registers newRegisters() {
        return new Registers(server.driver().initialConfiguration());
    }

    Registers registers() {
        return registers;
    }

    /**
     * Starts again.
     *
     * @param keepsState whether the state machine outlived the server
     * @param newest where it begins, if the state machine is not further
     */
    void restart(boolean keepsState, Optional<Snapshot> newest) {
        doneAt = 0;
        registers = keepsState ? registers : newRegisters();
        isRestored &= keepsState;
        newest.filter(snapshot -> snapshot.lastIncludedIndex() > registers.lastApplied())
                .ifPresent(snapshot -> {
                    world.coverage.saw(Seen.SNAPSHOT_RESTORED_AT_START);
                    restore(snapshot);
                });
    }

    /** Takes a snapshot over, then applies entries. */
    void take(Optional<Snapshot> restored, List<LogEntry> entries) {
        if (restored.isEmpty() && entries.isEmpty()) {
            return;
        }
        if (world.settings.applyTicks() == 0) {
            restored.ifPresent(this::takeOver);
            apply(entries);
            return;
        }
        world.coverage.saw(Seen.SLOW_STATE_MACHINE);
        int life = server.formerLives();
        long applying = world.settings.applyTicks() * EventQueue.TICK;
        long delay = world.dice.delay(restored.isPresent() ? world.settings.longestRestore() : applying);
        doneAt = Math.max(doneAt, world.queue.now() + delay);
        world.queue.after(doneAt - world.queue.now(), () -> {
            if (life == server.formerLives() && !server.isCrashed()) {
                server.input(() -> {
                    restored.ifPresent(this::takeOver);
                    apply(entries);
                    report();
                });
            }
        });
    }

    /** The consensus may be told what is applied already. */
    void noteAdvanced(Ready ready) {
        boolean hasApplied = ready.restore().isPresent() || !ready.committed().isEmpty();
        if (hasApplied && world.settings.applyTicks() == 0) {
            report();
        }
        server.requests().serveReads();
    }

    private void apply(List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            loop.applying();
            Optional<Result> result = registers.apply(entry);
            world.checker.applied(server, entry, registers.digest());
            world.sessions.applied(server, entry, result);
            if (isRestored && result.filter(Result::replayed).isPresent()) {
                world.coverage.saw(Seen.RESULT_REPEATED_BEHIND_A_SNAPSHOT);
            }
            server.requests().applied(entry, result);
            server.snapshots().applied(entry);
        }
    }

    private void takeOver(Snapshot installed) {
        restore(installed);
        server.snapshots().restored();
    }

    /** Puts a snapshot in the place of the state. */
    private void restore(Snapshot snapshot) {
        if (world.trace.isOn()) {
            world.trace("   " + server.id() + " restores " + snapshot);
        }
        Registers content = server.snapshots().files().content(snapshot);
        world.snapshots.restored(server, snapshot, content);
        registers = content;
        isRestored = true;
    }

    private void report() {
        server.consensus().applied(registers.lastApplied());
        server.requests().serveReads();
    }
}
