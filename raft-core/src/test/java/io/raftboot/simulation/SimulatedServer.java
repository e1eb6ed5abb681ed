package io.raftboot.simulation;

import io.raftboot.consensus.Consensus;
import io.raftboot.consensus.Ready;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import io.raftboot.model.SnapshotMetadata;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;

/** One server: its consensus, disk, state machine, inbox and clock. It crashes, pauses, and is as slow as its disk. */
final class SimulatedServer {

    /** How much may wait while the server is busy; more messages are lost. */
    private static final int INBOX_LIMIT = 40;

    private enum Condition {
        RUNNING,
        PAUSED,
        CRASHED
    }

    private final World world;
    private final int number;
    private final NodeId id;
    private final SimulatedDisk disk;
    private final DiskDriver driver;
    private final Applier applier;
    private final EventLoop loop;
    private final Requests requests;
    private final Queue<Runnable> inbox = new ArrayDeque<>();
    private final MessageChecker messages;
    private final TimerChecker timer;

    private Consensus consensus;
    private Condition condition = Condition.RUNNING;
    private int formerLives;
    private int overdueTicks;
    private int ticksOfTurn;
    private boolean mayCrash = true;

    /** How long a tick of this server's clock is, in parts of a true one. */
    private long clockPeriod = EventQueue.TICK;

    SimulatedServer(World world, int number) {
        this.world = world;
        this.number = number;
        this.id = World.id(number);
        this.disk = new SimulatedDisk(SnapshotMetadata.bootstrap(world.configuration()));
        this.driver = new DiskDriver(world, this);
        this.loop = new EventLoop(world, this);
        this.applier = new Applier(world, this, loop);
        this.requests = new Requests(world, this);
        this.messages = new MessageChecker(world, this);
        this.timer = new TimerChecker(world, this);
        this.consensus = newConsensus(0);
        scheduleTick(world.dice.delay(EventQueue.TICK));
    }

    private Consensus newConsensus(long lastApplied) {
        RaftConfig config = world.settings.configOf(number, id);
        return new Consensus(config, disk.load(), Optional.empty(), lastApplied, new Random(world.dice.seed()));
    }

    int number() {
        return number;
    }

    NodeId id() {
        return id;
    }

    Consensus consensus() {
        return consensus;
    }

    SimulatedDisk disk() {
        return disk;
    }

    DiskDriver driver() {
        return driver;
    }

    Applier applier() {
        return applier;
    }

    Registers registers() {
        return applier.registers();
    }

    Requests requests() {
        return requests;
    }

    int formerLives() {
        return formerLives;
    }

    boolean isCrashed() {
        return condition == Condition.CRASHED;
    }

    boolean isRunning() {
        return condition == Condition.RUNNING;
    }

    boolean isPaused() {
        return condition == Condition.PAUSED;
    }

    boolean isIdle() {
        return condition == Condition.RUNNING && !driver.isBusy();
    }

    boolean mayCrash() {
        return mayCrash;
    }

    /** Whether it believes that it leads. */
    boolean leads() {
        return condition != Condition.CRASHED && consensus.role() == RaftRole.LEADER;
    }

    long term() {
        return consensus.currentTerm();
    }

    // ---- inputs

    /** Takes a message from the network. */
    void deliver(Message message) {
        if (inbox.size() >= INBOX_LIMIT) {
            world.network.lose(message, formerLives, Seen.INBOX_FULL);
            return;
        }
        input(() -> step(message));
    }

    private void step(Message message) {
        if (world.trace.isOn()) {
            world.trace("-> " + message);
        }
        messages.stepping(message);
        consensus.step(message);
        messages.stepped(message);
        timer.stepped(message);
    }

    /** A call to that server got no answer. */
    void unreachable(NodeId peer) {
        if (!isCrashed()) {
            world.coverage.saw(Seen.UNREACHABLE_REPORTED);
            input(() -> consensus.unreachable(peer));
        }
    }

    /** A client calls. */
    void request(Attempt attempt) {
        if (isCrashed()) {
            attempt.refused(Optional.empty());
        } else {
            input(() -> requests.take(attempt));
        }
    }

    /** An operator asks it to hand leadership over; no matter if it does not lead. */
    void transferLeadership(Optional<NodeId> target) {
        if (leads()) {
            input(() -> {
                if (leads()) {
                    world.coverage.saw(Seen.LEADERSHIP_TRANSFER);
                    consensus.transferLeadership(target);
                }
            });
        }
    }

    /** Files something that the server does when it is free. */
    void input(Runnable input) {
        inbox.add(input);
        turn();
    }

    private void scheduleTick(long after) {
        int life = formerLives;
        world.queue.after(after, () -> {
            if (life == formerLives && !isCrashed()) {
                overdueTicks = Math.min(overdueTicks + 1, RaftConfig.TICKS_PER_HEARTBEAT);
                scheduleTick(clockPeriod);
                turn();
            }
        });
    }

    /** A turn of the loop, if the server is free: first all that has arrived, then the ticks. */
    private void turn() {
        if (!isIdle() || (inbox.isEmpty() && overdueTicks == 0)) {
            return;
        }
        unlessPowerIsCut(() -> {
            ticksOfTurn = 0;
            for (Runnable input = inbox.poll(); input != null; input = inbox.poll()) {
                input.run();
                world.checker.observe(this);
            }
            while (overdueTicks > 0) {
                overdueTicks--;
                ticksOfTurn++;
                consensus.tick();
                timer.ticked();
            }
            world.checker.observe(this);
            loop.run();
        });
    }

    private void unlessPowerIsCut(Runnable work) {
        try {
            work.run();
        } catch (PowerCut e) {
            crash();
            world.restartSomeTime(this);
        }
        turn();
    }

    // ---- what the loop asks for

    void send(Message message) {
        if (world.trace.isOn()) {
            world.trace("   " + id + " sends " + message);
        }
        messages.sending(message);
        world.network.send(message, formerLives);
    }

    /** Whether it ever voted so. */
    boolean hasVotedFor(NodeId candidate, long voteTerm) {
        return messages.hasVotedFor(candidate, voteTerm);
    }

    /** This server's vote leaves. */
    void grantedVote() {
        timer.grantedVote(ticksOfTurn);
    }

    /** The consensus may take inputs again. */
    void noteAdvanced(List<LogEntry> committed) {
        applier.noteAdvanced(committed);
        timer.noteRole();
        world.checker.observe(this);
        requests.noteRole();
    }

    /** A write that took its time is done. */
    void written(Ready ready) {
        unlessPowerIsCut(() -> loop.writeDone(ready));
    }

    /** There is nothing left to do. */
    void noteIdle() {
        messages.idle();
        timer.idle();
        requests.noteRole();
    }

    // ---- faults

    void crash() {
        world.coverage.saw(Seen.CRASH);
        world.trace(id + " crashes");
        forgetEverything();
        condition = Condition.CRASHED;
    }

    private void forgetEverything() {
        driver.crash();
        inbox.clear();
        requests.crashed();
        messages.crashed();
        overdueTicks = 0;
    }

    /**
     * Starts again from its disk.
     *
     * @param keepsState whether its process lives on and with it the state machine
     */
    void restart(boolean keepsState) {
        world.coverage.saw(keepsState ? Seen.RESTART_WITH_STATE_KEPT : Seen.RESTART_FROM_SCRATCH);
        world.trace(id + (keepsState ? " restarts with its state" : " restarts"));
        forgetEverything();
        formerLives++;
        condition = Condition.RUNNING;
        applier.restart(keepsState);
        boolean isBuggy = world.bug == LoopBug.APPLIED_INDEX_AHEAD_OF_STATE;
        consensus = newConsensus(
                isBuggy
                        ? Math.min(disk.lastIndex(), world.checker.lastCommitted())
                        : registers().lastApplied());
        timer.started();
        world.checker.started(this);
        scheduleTick(clockPeriod);
    }

    void pause() {
        world.coverage.saw(Seen.PAUSE);
        world.trace(id + " pauses");
        condition = Condition.PAUSED;
    }

    void resume() {
        world.trace(id + " resumes");
        condition = Condition.RUNNING;
        driver.resume();
        turn();
    }

    /** @param period how long a tick of this server's clock takes, in parts of a true one */
    void setClockPeriod(long period) {
        clockPeriod = period;
    }

    /** From now on power fails only when it is told to. */
    void heal() {
        mayCrash = false;
    }

    @Override
    public String toString() {
        return consensus.toString();
    }
}
