package io.raftboot.simulation;

import io.raftboot.consensus.Consensus;
import io.raftboot.consensus.Ready;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import io.raftboot.model.Snapshot;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;

/** One server: its consensus, disk, state machine, inbox and clock. It crashes, pauses, is wiped, and is as slow as its disk. */
final class SimulatedServer {

    /** How much may wait while the server is busy; more messages are lost. */
    private static final int INBOX_LIMIT = 30;

    private enum Condition {
        RUNNING,
        PAUSED,
        CRASHED
    }

    private final World world;
    private final int number;
    private final NodeId id;
    private final DiskDriver driver;
    private final Applier applier;
    private final EventLoop loop;
    private final Requests requests;
    private final Calls calls;
    private final SnapshotDriver snapshots;
    private final Contacts contacts;
    private final Queue<Runnable> inbox = new ArrayDeque<>();
    private final Watch watch;
    private final SimulatedClock clock;

    private Consensus consensus;
    private Condition condition = Condition.RUNNING;
    private int formerLives;
    private boolean mayCrash = true;
    private boolean isStranger;

    SimulatedServer(World world, int number) {
        this.world = world;
        this.number = number;
        this.id = World.id(number);
        this.isStranger = number >= world.settings.servers();
        this.driver = new DiskDriver(world, this);
        this.loop = new EventLoop(world, this);
        this.applier = new Applier(world, this, loop);
        this.requests = new Requests(world, this);
        this.calls = new Calls(world, this);
        this.snapshots = new SnapshotDriver(world, this);
        this.contacts = new Contacts(world, this);
        this.watch = new Watch(world, this);
        this.clock = new SimulatedClock(world, this);
        this.consensus = newConsensus(disk().load(), Optional.empty(), 0);
        clock.start(world.dice.delay(EventQueue.TICK));
    }

    private Consensus newConsensus(PersistedState persisted, Optional<Snapshot> snapshot, long lastApplied) {
        RaftConfig config = world.settings.configOf(number, id);
        return new Consensus(config, persisted, snapshot, lastApplied, new Random(world.dice.seed()));
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
        return driver.disk();
    }

    /** What this server acknowledged: of a wiped one, what it had when it still belonged to the cluster. */
    SimulatedDisk diskBeforeWiping() {
        return driver.diskBeforeWiping();
    }

    boolean isWiped() {
        return driver.isWiped();
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

    Watch watch() {
        return watch;
    }

    Requests requests() {
        return requests;
    }

    Calls calls() {
        return calls;
    }

    SnapshotDriver snapshots() {
        return snapshots;
    }

    Contacts contacts() {
        return contacts;
    }

    /** Whether nobody has ever added it, as it is now. */
    boolean isStranger() {
        return isStranger;
    }

    /** Somebody adds it. */
    void added() {
        isStranger = false;
    }

    /** Whether it waits for a snapshot, or for its state machine to take one over. */
    boolean isCatchingUp() {
        return snapshots.isFetchingBeyond(consensus().commitIndex()) || isRestoring();
    }

    /** Whether its state machine has a snapshot to take over. */
    boolean isRestoring() {
        return registers().lastApplied() < disk().baseIndex();
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
            world.network.lose(message, Seen.INBOX_FULL);
            return;
        }
        input(() -> step(message));
    }

    private void step(Message message) {
        if (world.trace.isOn()) {
            world.trace("-> " + message);
        }
        watch.step(message);
    }

    /** A call to that server got no answer. */
    void unreachable(NodeId peer) {
        if (!isCrashed()) {
            world.coverage.saw(Seen.UNREACHABLE_REPORTED);
            input(() -> consensus.unreachable(peer));
        }
    }

    /** Others say that it was removed. */
    void removed() {
        consensus.removed();
        watch.removed();
    }

    /** A leader that is about to add it says what is committed: it has no vote before its log is as long. */
    void invited(long commitIndex) {
        world.trace(id + " is invited behind " + commitIndex);
        driver.join(commitIndex);
        consensus.joined(commitIndex);
    }

    /** Files something that the server does when it is free. */
    void input(Runnable input) {
        inbox.add(input);
        turn();
    }

    /** A turn of the loop, if the server is free: first all that has arrived, then the ticks. */
    void turn() {
        if (!isIdle() || (inbox.isEmpty() && !clock.isOverdue())) {
            return;
        }
        unlessPowerIsCut(() -> {
            watch.turnBegins();
            consensus.room(driver.room());
            for (Runnable input = inbox.poll(); input != null; input = inbox.poll()) {
                input.run();
                world.checker.observe(this);
            }
            while (clock.isOverdue()) {
                clock.take();
                consensus.tick();
                watch.ticked();
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
        watch.sending(message);
        world.network.send(message, formerLives);
    }

    /** The consensus may take inputs again. */
    void noteAdvanced(Ready ready) {
        applier.noteAdvanced(ready);
        watch.noteRole();
        world.checker.observe(this);
        requests.noteRole();
    }

    /** A write that took its time is done. */
    void written(Ready ready) {
        unlessPowerIsCut(() -> loop.writeDone(ready));
    }

    /** There is nothing left to do. */
    void noteIdle() {
        watch.idle();
        snapshots.idle();
        requests.noteRole();
        contacts.update();
        consensus.silentLeader().ifPresent(contacts::probe);
    }

    // ---- faults

    void crash() {
        world.coverage.saw(Seen.CRASH);
        if (leads() && consensus.configuration().isJoint()) {
            world.coverage.saw(Seen.CRASH_OF_LEADER_IN_THE_JOINT_STATE);
        }
        world.trace(id + " crashes");
        forgetEverything();
        condition = Condition.CRASHED;
    }

    private void forgetEverything() {
        driver.crash();
        snapshots.crashed();
        inbox.clear();
        requests.crashed();
        watch.crashed();
        contacts.crashed();
        clock.stop();
    }

    /**
     * Starts again from its disk.
     *
     * @param keepsState whether its process lives on and with it the state machine
     * @throws io.raftboot.model.LostState if it refuses to, because it misses a snapshot
     */
    void restart(boolean keepsState) {
        world.coverage.saw(keepsState ? Seen.RESTART_WITH_STATE_KEPT : Seen.RESTART_FROM_SCRATCH);
        world.trace(id + (keepsState ? " restarts with its state" : " restarts"));
        PersistedState persisted = disk().load();
        Optional<Snapshot> newest = snapshots.newest(persisted);
        forgetEverything();
        formerLives++;
        condition = Condition.RUNNING;
        applier.restart(keepsState, newest);
        boolean isBuggy = world.bug == LoopBug.APPLIED_INDEX_AHEAD_OF_STATE;
        consensus = newConsensus(
                persisted,
                newest,
                isBuggy
                        ? Math.min(disk().lastIndex(), world.checker.lastCommitted())
                        : registers().lastApplied());
        if (world.bug != LoopBug.INVITATION_FORGOTTEN) {
            consensus.joined(driver.joinedBehind());
        }
        if (!driver.hasItsPart()) {
            world.coverage.saw(Seen.RESTART_BEFORE_IT_HAS_ITS_PART);
        }
        watch.started();
        world.checker.started(this);
        clock.start(clock.period());
    }

    /** Comes back with an empty disk, as a new incarnation under the old name. Its data never does. */
    void wipe() {
        world.coverage.saw(Seen.WIPED_SERVER);
        world.trace(id + " loses its disk");
        if (!isCrashed()) {
            crash();
        }
        driver.wipe();
        loseAll();
    }

    /** Having been removed, it begins again with an empty disk as a new server of the same name, and waits to be added. */
    void beginAgain() {
        world.trace(id + " begins again as a new server");
        if (!isCrashed()) {
            crash();
        }
        driver.begin();
        isStranger = true;
        loseAll();
    }

    private void loseAll() {
        snapshots.wiped();
        world.network.acquaintances().begins(number);
        world.checker.wiped(this);
        watch.wiped();
        restart(false);
    }

    void pause() {
        world.coverage.saw(Seen.PAUSE);
        world.trace(id + " pauses");
        condition = Condition.PAUSED;
    }

    void resume() {
        world.coverage.saw(Seen.PAUSED_SERVER_RESUMED);
        world.trace(id + " resumes");
        condition = Condition.RUNNING;
        driver.resume();
        turn();
    }

    SimulatedClock clock() {
        return clock;
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
