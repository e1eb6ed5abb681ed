package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.consensus.Ready;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A server's disk and the writes to it. It may be slow, hang or be emptied; meanwhile the server does nothing else. */
final class DiskDriver {

    private record Write(long number, WriteBatch batch, Ready ready) {}

    private final World world;
    private final SimulatedServer server;

    private Configuration initialConfiguration;
    private SimulatedDisk disk;

    /** What was on the disk when it was first wiped: what others counted on. */
    private Optional<SimulatedDisk> lostDisk = Optional.empty();

    /** What was on it before the server was removed and began again as a new one: what others counted on then. */
    private final List<SimulatedDisk> formerDisks = new ArrayList<>();

    /** How long a write takes at most, in ticks; 0 for no time at all. */
    private int writeTicks;

    private boolean hangs;

    /** How many bytes of commands it still takes. */
    private long room = Long.MAX_VALUE;

    /** What was committed when the server was last invited, which it has written down. */
    private long joinedBehind;

    private Optional<Write> underWay = Optional.empty();
    private long writes;

    DiskDriver(World world, SimulatedServer server) {
        this.world = world;
        this.server = server;
        this.initialConfiguration = world.bootstrap(server.number());
        this.disk = emptyDisk();
    }

    private SimulatedDisk emptyDisk() {
        return new SimulatedDisk(SnapshotMetadata.bootstrap(initialConfiguration));
    }

    /** What is on the disk when it is empty. */
    Configuration initialConfiguration() {
        return initialConfiguration;
    }

    SimulatedDisk disk() {
        return disk;
    }

    SimulatedDisk diskBeforeWiping() {
        return lostDisk.orElse(disk);
    }

    boolean isWiped() {
        return lostDisk.isPresent();
    }

    /** The disk is an empty one from now on; no write is under way. */
    void wipe() {
        lostDisk = Optional.of(diskBeforeWiping());
        disk = emptyDisk();
        joinedBehind = 0;
    }

    /** The disk is that of a new server, which waits to be added; no write is under way. */
    void begin() {
        formerDisks.add(diskBeforeWiping());
        lostDisk = Optional.empty();
        initialConfiguration = Configuration.empty();
        disk = emptyDisk();
        joinedBehind = 0;
    }

    /** The server is invited; that is durable at once. */
    void join(long commitIndex) {
        joinedBehind = Math.max(joinedBehind, commitIndex);
    }

    long joinedBehind() {
        return joinedBehind;
    }

    /** Whether all is on it that was committed when the server was last invited: before, it votes for nobody. */
    boolean hasItsPart() {
        return disk.lastIndex() >= joinedBehind;
    }

    boolean hasBegunAgain() {
        return !formerDisks.isEmpty();
    }

    /** Whether the server ever had a durable entry and was listened to. */
    boolean hasHad(long index, long term) {
        return world.checker.term(diskBeforeWiping(), index) == term || hadBefore(index, term);
    }

    /** The same, before it began again as a new one. */
    boolean hadBefore(long index, long term) {
        return formerDisks.stream().anyMatch(former -> world.checker.term(former, index) == term);
    }

    boolean isBusy() {
        return underWay.isPresent();
    }

    /**
     * Begins a write.
     *
     * @return whether it is done already; otherwise the server hears of it later
     */
    boolean start(WriteBatch batch, Ready ready) {
        if (writeTicks == 0 && !hangs) {
            write(batch);
            return true;
        }
        underWay = Optional.of(new Write(++writes, batch, ready));
        world.coverage.saw(hangs ? Seen.HANGING_DISK : Seen.SLOW_DISK);
        if (!hangs) {
            finishAfter(1 + world.dice.delay(writeTicks * EventQueue.TICK));
        }
        return false;
    }

    private void finishAfter(long delay) {
        long expected = writes;
        world.queue.after(delay, () -> {
            if (server.isRunning()) {
                underWay.filter(write -> write.number() == expected).ifPresent(this::finish);
            }
        });
    }

    private void finish(Write write) {
        underWay = Optional.empty();
        write(write.batch());
        server.written(write.ready());
    }

    /** What waited while the server was paused is done now. */
    void resume() {
        if (isBusy() && server.isRunning()) {
            finishAfter(0);
        }
    }

    private void write(WriteBatch batch) {
        if (world.trace.isOn()) {
            world.trace("   " + server.id() + " writes " + batch);
        }
        world.checker.write(server, batch);
        use(batch);
        disk.write(batch);
        server.snapshots().recorded(batch);
    }

    private void use(WriteBatch batch) {
        long bytes = batch.append().stream()
                .filter(LogEntry.Command.class::isInstance)
                .mapToLong(LogEntry::sizeInBytes)
                .sum();
        require(
                bytes <= room,
                "%s writes %d bytes of commands and was told that there is room for %d",
                server,
                bytes,
                room);
        room -= bytes;
    }

    /** A bug: the write happens some time, and nobody waits for it. */
    void writeLater(WriteBatch batch, Runnable then) {
        int life = server.formerLives();
        world.queue.after(EventQueue.TICK / 4, () -> {
            if (life == server.formerLives() && !server.isCrashed()) {
                write(batch);
                then.run();
            }
        });
    }

    /** Power is gone: the write under way is durable or not. */
    void crash() {
        underWay.ifPresent(write -> {
            boolean becomesDurable = world.dice.flip();
            world.coverage.saw(becomesDurable ? Seen.CRASH_WITH_WRITE_DURABLE : Seen.CRASH_WITH_WRITE_LOST);
            if (becomesDurable) {
                write(write.batch());
            }
        });
        underWay = Optional.empty();
    }

    /**
     * Makes it slow.
     *
     * @param ticks how long a write takes at most
     */
    void slowDown(int ticks) {
        writeTicks = ticks;
    }

    void hang() {
        hangs = true;
    }

    /** Leaves this much room on it, unless it is writing what it was told there is room for. */
    void fill(long bytes) {
        if (!isBusy()) {
            room = bytes;
        }
    }

    long room() {
        return room;
    }

    /** Makes it quick and roomy again; a write that hangs ends. */
    void heal() {
        writeTicks = 0;
        hangs = false;
        room = Long.MAX_VALUE;
        resume();
    }
}
