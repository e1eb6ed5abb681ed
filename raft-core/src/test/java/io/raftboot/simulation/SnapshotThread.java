package io.raftboot.simulation;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** A server's snapshot thread: one job after the other, each in steps of virtual time, and power may be cut at each. */
final class SnapshotThread {

    /** How long a sync or a rename takes at most, in parts of a tick. */
    private static final long SHORT = EventQueue.TICK;

    /** How often power is cut at a step, in a thousand, in runs in which turns are cut as well. */
    private static final int CRASH_PER_MILLE = 25;

    /** The same at a step of a download, of which there are fewer. */
    private static final int CRASH_OF_DOWNLOAD_PER_MILLE = 150;

    private final World world;
    private final SimulatedServer server;
    private final Queue<Runnable> jobs = new ArrayDeque<>();

    private boolean isBusy;

    /** What a crash would interrupt. */
    private Optional<Seen> step = Optional.empty();

    SnapshotThread(World world, SimulatedServer server) {
        this.world = world;
        this.server = server;
    }

    /** Files a job, which says when it is {@link #done}. */
    void submit(Runnable job) {
        jobs.add(job);
        if (!isBusy) {
            next();
        }
    }

    void done() {
        step = Optional.empty();
        next();
    }

    private void next() {
        isBusy = !jobs.isEmpty();
        if (isBusy) {
            after(1, jobs.remove());
        }
    }

    /** From now on a crash interrupts this. */
    void doing(Seen crash) {
        step = Optional.of(crash);
    }

    /** Goes on after a short step, unless power is cut at it. */
    void step(Seen crash, Runnable next) {
        doing(crash);
        int perMille = server.snapshots().isFetchingBeyond(0) ? CRASH_OF_DOWNLOAD_PER_MILLE : CRASH_PER_MILLE;
        boolean crashes = world.settings.crashPerMille() > 0 && world.dice.chance(perMille);
        after(1 + world.dice.delay(SHORT), () -> {
            if (crashes && server.mayCrash()) {
                server.crash();
                world.restartSomeTime(server);
            } else {
                next.run();
            }
        });
    }

    /** Does something after a while, if the server lives until then; a paused one does it when it goes on. */
    void after(long delay, Runnable next) {
        int life = server.formerLives();
        world.queue.after(delay, () -> {
            if (life != server.formerLives() || server.isCrashed()) {
                return;
            }
            if (server.isPaused()) {
                after(EventQueue.TICK, next);
            } else {
                next.run();
            }
        });
    }

    /** Power is gone, and with it all jobs. @return what was interrupted */
    Optional<Seen> crashed() {
        Optional<Seen> interrupted = step;
        interrupted.ifPresent(world.coverage::saw);
        step = Optional.empty();
        jobs.clear();
        isBusy = false;
        return interrupted;
    }
}
