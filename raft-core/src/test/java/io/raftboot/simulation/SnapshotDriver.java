package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.SnapshotRules;
import io.raftboot.consensus.Ready;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Message.InstallSnapshot;
import io.raftboot.model.Message.InstallSnapshotReply;
import io.raftboot.model.PersistedState;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * What a server's snapshot thread does: one job at a time, taking or fetching, in steps of virtual time beside everything else. Power
 * may be cut at each step.
 */
final class SnapshotDriver {

    /** How long a sync or a rename takes at most, in parts of a tick. */
    private static final long SHORT = EventQueue.TICK;

    /** How often power is cut at a step, in a thousand, in runs in which turns are cut as well. */
    private static final int CRASH_PER_MILLE = 25;

    /** What a crash interrupts while a file becomes durable: after it was written, was synced, was moved. */
    private static final List<Seen> TAKING =
            List.of(Seen.CRASH_SNAPSHOT_WRITTEN, Seen.CRASH_SNAPSHOT_SYNCED, Seen.CRASH_SNAPSHOT_RENAMED);

    private static final List<Seen> FETCHING =
            List.of(Seen.CRASH_DOWNLOAD_COMPLETE, Seen.CRASH_DOWNLOAD_SYNCED, Seen.CRASH_DOWNLOAD_RENAMED);

    private final World world;
    private final SimulatedServer server;
    private final Queue<Runnable> jobs = new ArrayDeque<>();

    private SimulatedSnapshots files = new SimulatedSnapshots();
    private SnapshotRules rules;
    private boolean isBusy;
    private int taking;
    private Optional<Ready.Fetch> fetching = Optional.empty();
    private Optional<Snapshot> startsFrom = Optional.empty();

    /** What a crash would interrupt: the job, and what follows from the last one. */
    private Optional<Seen> step = Optional.empty();

    private Optional<Seen> sequel = Optional.empty();

    SnapshotDriver(World world, SimulatedServer server) {
        this.world = world;
        this.server = server;
        this.rules = newRules(0);
    }

    private SnapshotRules newRules(long lastIndex) {
        return new SnapshotRules(
                world.settings.configOf(server.number(), server.id()).snapshots(), lastIndex);
    }

    SimulatedSnapshots files() {
        return files;
    }

    /** Whether the consensus waits for a download. */
    boolean isFetching() {
        return fetching.isPresent();
    }

    // ---- taking

    /** An entry was applied. */
    void applied(LogEntry entry) {
        if (rules.isDueAfter(entry) && taking == 0) {
            take();
        }
    }

    /** Captures what is applied, and writes it when there is time. */
    void take() {
        Registers state = server.registers();
        if (state.lastApplied() == 0) {
            return;
        }
        if (taking > 0) {
            world.coverage.saw(Seen.SNAPSHOTS_IN_SHORT_SUCCESSION);
        }
        taking++;
        rules.captured(state.lastApplied());
        SnapshotMetadata position = new SnapshotMetadata(state.lastApplied(), state.lastTerm(), world.configuration());
        boolean isLive = world.bug == LoopBug.SNAPSHOT_OF_THE_LIVE_STATE;
        Registers captured = isLive ? state : state.copy(world.bug == LoopBug.SNAPSHOT_WITHOUT_RESULTS);
        Snapshot snapshot = describe(position, state.digest());
        submit(() -> write(snapshot, captured));
    }

    /** In some runs every server writes the same state as the same bytes, in others none does. */
    private Snapshot describe(SnapshotMetadata position, long digest) {
        long writer = world.settings.sameBytes() ? 0 : server.number() + 1;
        long pieces = 1 + Math.floorMod(digest, (long) world.settings.snapshotPieces());
        String sha256 = String.format("%016x%016x%016x%016x", digest, writer, position.lastIncludedIndex(), writer);
        return new Snapshot(position, pieces, sha256);
    }

    private void write(Snapshot snapshot, Registers captured) {
        step = Optional.of(Seen.CRASH_SNAPSHOT_WRITING);
        after(1 + world.dice.delay(world.settings.snapshotTicks() * EventQueue.TICK), () -> {
            Optional<Snapshot> known = files.at(snapshot.lastIncludedIndex());
            if (known.isPresent()) {
                taken(known.get());
            } else {
                makeDurable(snapshot, captured.copy(false), TAKING, () -> taken(snapshot));
            }
        });
    }

    private void taken(Snapshot snapshot) {
        world.coverage.saw(Seen.SNAPSHOT_TAKEN);
        taking--;
        sequel = Optional.of(Seen.CRASH_SNAPSHOT_NOT_RECORDED);
        outcome(() -> {
            world.snapshots.taken(server, snapshot);
            server.consensus().snapshotTaken(snapshot);
            boolean isCompacted = server.consensus().firstLogIndex() > server.disk().baseIndex() + 1;
            sequel = sequel.filter(next -> isCompacted);
        });
        jobDone();
    }

    /** Written, synced, moved into place, directory synced. */
    private void makeDurable(Snapshot snapshot, Registers content, List<Seen> steps, Runnable then) {
        trace("has written " + snapshot);
        step(
                steps.get(0),
                () -> step(steps.get(1), () -> {
                    files.rename(snapshot, content);
                    if (world.bug == LoopBug.SNAPSHOT_USED_BEFORE_DURABLE) {
                        then.run();
                        return;
                    }
                    step(steps.get(2), () -> {
                        files.syncDirectory();
                        trace("has " + snapshot);
                        then.run();
                    });
                }));
    }

    /** Everything is durable: the server can start from the newest snapshot that its consensus knows of. */
    void noteDurable() {
        Optional<Snapshot> newest = server.consensus().snapshot();
        if (!newest.equals(startsFrom)) {
            startsFrom = newest;
            newest.ifPresent(needed -> submit(() -> {
                deleteBefore(needed);
                jobDone();
            }));
        }
    }

    private void deleteBefore(Snapshot needed) {
        try {
            SnapshotRules.deleteBefore(files, needed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        world.snapshots.deleted(server);
    }

    // ---- fetching

    /** The consensus asks for a snapshot. */
    void fetch(Ready.Fetch fetch) {
        require(fetching.isEmpty(), "%s asks for a second download beside %s", server, fetching);
        trace("fetches " + fetch.snapshot());
        fetching = Optional.of(fetch);
        submit(() -> {
            step = Optional.of(Seen.CRASH_AMID_DOWNLOAD);
            if (isThere(fetch.snapshot())) {
                world.coverage.saw(Seen.SNAPSHOT_THERE_ALREADY);
                fetched(fetch.snapshot());
            } else {
                new SimulatedDownload(world, server, fetch).begin();
            }
        });
    }

    private boolean isThere(Snapshot snapshot) {
        try {
            return SnapshotRules.isThere(files, snapshot);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All pieces have arrived. */
    void downloaded(Snapshot snapshot, Registers content) {
        makeDurable(snapshot, content, FETCHING, () -> fetched(snapshot));
    }

    private void fetched(Snapshot snapshot) {
        world.coverage.saw(Seen.SNAPSHOT_FETCHED);
        step(Seen.CRASH_FETCHED_NOT_RECORDED, () -> {
            sequel = Optional.of(Seen.CRASH_FETCHED_NOT_RECORDED);
            outcome(() -> {
                fetching = Optional.empty();
                server.consensus().snapshotFetched(snapshot);
            });
            jobDone();
        });
    }

    void notFetched() {
        world.coverage.saw(Seen.DOWNLOAD_FAILED);
        trace("could not fetch it");
        outcome(() -> {
            fetching = Optional.empty();
            server.consensus().snapshotNotFetched();
        });
        jobDone();
    }

    /** A message reaches the server. */
    void stepped(InstallSnapshot rpc) {
        world.coverage.saw(Seen.SNAPSHOT_OFFERED);
        fetching.ifPresent(running -> {
            if (rpc.snapshot().lastIncludedIndex() > running.snapshot().lastIncludedIndex()) {
                world.coverage.saw(Seen.NEWER_SNAPSHOT_AMID_DOWNLOAD);
            }
            if (!rpc.from().equals(running.leaderId())) {
                world.coverage.saw(Seen.NEW_LEADER_AMID_DOWNLOAD);
            }
        });
    }

    // ---- what becomes of it

    /** A batch is durable. */
    void recorded(WriteBatch batch) {
        batch.base().ifPresent(base -> {
            boolean isInstalled = sequel.equals(Optional.of(Seen.CRASH_FETCHED_NOT_RECORDED));
            world.coverage.saw(isInstalled ? Seen.SNAPSHOT_INSTALLED : Seen.LOG_COMPACTED);
            sequel = isInstalled ? Optional.of(Seen.CRASH_RECORDED_NOT_RESTORED) : Optional.empty();
        });
    }

    /** The state machine has taken over what was installed. */
    void restored() {
        world.coverage.saw(Seen.SNAPSHOT_RESTORED);
        sequel = Optional.of(Seen.CRASH_RESTORED_NOT_ACKNOWLEDGED);
    }

    /** The server tells the leader what it has. */
    void sending(InstallSnapshotReply reply) {
        if (reply.matchIndex() > 0) {
            world.coverage.saw(Seen.SNAPSHOT_ACKNOWLEDGED);
            sequel = sequel.filter(next -> next != Seen.CRASH_RESTORED_NOT_ACKNOWLEDGED);
        }
    }

    /** Power is gone, and with it what this thread was to do. */
    void crashed() {
        step.ifPresent(world.coverage::saw);
        sequel.ifPresent(world.coverage::saw);
        step = Optional.empty();
        sequel = Optional.empty();
        fetching = Optional.empty();
        startsFrom = Optional.empty();
        jobs.clear();
        isBusy = false;
        taking = 0;
        files.crash(world.dice);
    }

    void wiped() {
        files = new SimulatedSnapshots();
    }

    /** Finds what to start from, by the product's own rule. @throws IllegalStateException if nothing will do */
    Optional<Snapshot> newest(PersistedState persisted) {
        int before = files.list().size();
        Optional<Snapshot> newest = SnapshotRules.newest(server.id(), persisted, files);
        if (newest.isPresent() && files.list().size() < before) {
            world.coverage.saw(Seen.OLDER_SNAPSHOT_USED);
        }
        rules = newRules(newest.map(Snapshot::lastIncludedIndex).orElse(0L));
        return newest;
    }

    // ---- steps

    private void outcome(Runnable input) {
        server.input(input);
    }

    private void submit(Runnable job) {
        jobs.add(job);
        if (!isBusy) {
            nextJob();
        }
    }

    private void jobDone() {
        step = Optional.empty();
        nextJob();
    }

    private void nextJob() {
        isBusy = !jobs.isEmpty();
        if (isBusy) {
            after(1, jobs.remove());
        }
    }

    private void step(Seen crash, Runnable next) {
        step = Optional.of(crash);
        boolean crashes = world.settings.crashPerMille() > 0 && world.dice.chance(CRASH_PER_MILLE);
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

    private void trace(String deed) {
        if (world.trace.isOn()) {
            world.trace("   " + server.id() + " " + deed);
        }
    }
}
