package io.raftboot.simulation;

import io.raftboot.model.RaftConfig;

/** A server's clock, which may run too fast or too slow. Ticks wait while the server is busy, a heartbeat's worth at most. */
final class SimulatedClock {

    private final World world;
    private final SimulatedServer server;

    /** How long a tick of this clock is, in parts of a true one. */
    private long period = EventQueue.TICK;

    private int overdue;

    SimulatedClock(World world, SimulatedServer server) {
        this.world = world;
        this.server = server;
    }

    /**
     * Runs until the server's life ends.
     *
     * @param firstTickAfter from now, in parts of a true tick
     */
    void start(long firstTickAfter) {
        int life = server.formerLives();
        world.queue.after(firstTickAfter, () -> {
            if (life == server.formerLives() && !server.isCrashed()) {
                overdue = Math.min(overdue + 1, RaftConfig.TICKS_PER_HEARTBEAT);
                start(period);
                noteRate();
                server.turn();
            }
        });
    }

    private void noteRate() {
        if (period != EventQueue.TICK && server.mayCrash()) {
            world.coverage.saw(period < EventQueue.TICK ? Seen.CLOCK_TOO_FAST : Seen.CLOCK_TOO_SLOW);
        }
    }

    /** Forgets the ticks that wait. */
    void stop() {
        overdue = 0;
    }

    long period() {
        return period;
    }

    /** @param period how long a tick of this clock takes from the next one on, in parts of a true one */
    void setPeriod(long period) {
        this.period = period;
    }

    boolean isOverdue() {
        return overdue > 0;
    }

    /** Takes one of the ticks that wait. */
    void take() {
        overdue--;
    }
}
