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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a server's snapshot thread does: taking and fetching, in steps of virtual time beside everything else, and what follows
 * from it.
 */
final class SnapshotDriver {

    /** What a crash interrupts while a file becomes durable: after it was written, was synced, was moved. */
    private static final List<Seen> TAKING =
            List.of(Seen.CRASH_SNAPSHOT_WRITTEN, Seen.CRASH_SNAPSHOT_SYNCED, Seen.CRASH_SNAPSHOT_RENAMED);

    private static final List<Seen> FETCHING =
            List.of(Seen.CRASH_DOWNLOAD_COMPLETE, Seen.CRASH_DOWNLOAD_SYNCED, Seen.CRASH_DOWNLOAD_RENAMED);

    private final World world;
    private final SimulatedServer server;
    private final SnapshotThread thread;

    private SimulatedSnapshots files = new SimulatedSnapshots();
    private SnapshotRules rules;
    private int taking;
    private Optional<Ready.Fetch> fetching = Optional.empty();
    private long appliedWhenAsked;

    /** What was offered in this turn, and not committed here when it was. */
    private final Set<Snapshot> missing = new HashSet<>();

    /** What a crash would interrupt of what follows from the last job. */
    private Optional<Seen> sequel = Optional.empty();

    SnapshotDriver(World world, SimulatedServer server) {
        this.world = world;
        this.server = server;
        this.thread = new SnapshotThread(world, server);
        this.rules = newRules(0);
    }

    private SnapshotRules newRules(long lastIndex) {
        return new SnapshotRules(
                world.settings.configOf(server.number(), server.id()).snapshots(), lastIndex);
    }

    SimulatedSnapshots files() {
        return files;
    }

    SnapshotThread thread() {
        return thread;
    }

    /** How many snapshots are being taken, or wait for that. */
    int waiting() {
        return taking;
    }

    /** Whether the consensus waits for a download. */
    boolean isFetchingBeyond(long index) {
        return fetching.filter(fetch -> fetch.snapshot().lastIncludedIndex() > index)
                .isPresent();
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
        SnapshotMetadata position = state.position();
        if (!SnapshotRules.isPossible(position)) {
            return;
        }
        if (taking > 0) {
            world.coverage.saw(Seen.SNAPSHOTS_IN_SHORT_SUCCESSION);
        }
        taking++;
        rules.captured(state.lastApplied());
        boolean isLive = world.bug == LoopBug.SNAPSHOT_OF_THE_LIVE_STATE;
        world.snapshots.captured(server, state);
        Registers captured = isLive ? state : state.copy();
        Snapshot snapshot = describe(position, state.digest());
        thread.submit(() -> write(snapshot, captured));
    }

    /** In some runs every server writes the same state as the same bytes, in others none does. */
    private Snapshot describe(SnapshotMetadata position, long digest) {
        long writer = world.settings.sameBytes() ? 0 : server.number() + 1;
        long pieces = 1 + Math.floorMod(digest, (long) world.settings.snapshotPieces());
        String sha256 = String.format("%016x%016x%016x%016x", digest, writer, position.lastIncludedIndex(), writer);
        return new Snapshot(position, pieces, sha256);
    }

    private void write(Snapshot snapshot, Registers captured) {
        thread.doing(Seen.CRASH_SNAPSHOT_WRITING);
        thread.after(1 + world.dice.delay(world.settings.snapshotTicks() * EventQueue.TICK), () -> {
            Optional<Snapshot> known = files.at(snapshot.lastIncludedIndex()).filter(this::isWhole);
            if (known.isPresent()) {
                taken(known.get());
            } else {
                makeDurable(snapshot, captured.copy(), TAKING, () -> taken(snapshot));
            }
        });
    }

    private boolean isWhole(Snapshot there) {
        try {
            SnapshotRules.putAsideIfDamaged(files, there);
            return files.list().contains(there);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void taken(Snapshot snapshot) {
        world.coverage.saw(Seen.SNAPSHOT_TAKEN);
        taking--;
        keepNewest(snapshot.lastIncludedIndex());
        sequel = Optional.of(Seen.CRASH_SNAPSHOT_NOT_RECORDED);
        outcome(() -> {
            world.snapshots.taken(server, snapshot);
            server.consensus().snapshotTaken(snapshot);
            boolean isCompacted =
                    server.consensus().firstLogIndex() > server.disk().baseIndex() + 1;
            sequel = sequel.filter(next -> isCompacted);
        });
        thread.done();
    }

    /** Written, synced, moved into place, directory synced. */
    private void makeDurable(Snapshot snapshot, Registers content, List<Seen> steps, Runnable then) {
        trace("has written " + snapshot);
        thread.step(
                steps.get(0),
                () -> thread.step(steps.get(1), () -> {
                    files.rename(snapshot, content);
                    if (world.bug == LoopBug.SNAPSHOT_USED_BEFORE_DURABLE) {
                        then.run();
                        return;
                    }
                    thread.step(steps.get(2), () -> {
                        files.syncDirectory();
                        trace("has " + snapshot);
                        then.run();
                    });
                }));
    }

    /** The server has done all it had to do. */
    void idle() {
        missing.clear();
    }

    private void keepNewest(long upToIndex) {
        files.keepNewest(SnapshotRules.KEPT, upToIndex);
        world.snapshots.deleted(server);
    }

    // ---- fetching

    /** The consensus asks for a snapshot. */
    void fetch(Ready.Fetch fetch) {
        require(
                fetching.isEmpty() && !server.isRestoring(),
                "%s asks for another download, and has still to take over %s",
                server,
                fetching);
        require(missing.contains(fetch.snapshot()), "%s fetches %s, which it has", server, fetch.snapshot());
        trace("fetches " + fetch.snapshot());
        fetching = Optional.of(fetch);
        appliedWhenAsked = server.registers().lastApplied();
        thread.submit(() -> {
            thread.doing(Seen.CRASH_AMID_DOWNLOAD);
            if (isThere(fetch.snapshot())) {
                world.coverage.saw(Seen.SNAPSHOT_THERE_ALREADY);
                fetched(fetch.snapshot());
            } else {
                new SimulatedDownload(world, server, fetch).begin();
            }
        });
    }

    private boolean isThere(Snapshot snapshot) {
        boolean isListed = files.list().contains(snapshot);
        boolean isThere = SnapshotRules.isThere(files, snapshot);
        if (isListed && !isThere) {
            world.coverage.saw(Seen.DAMAGED_SNAPSHOT_FETCHED_AGAIN);
        }
        return isThere;
    }

    /** All pieces have arrived. */
    void downloaded(Snapshot snapshot, Registers content) {
        makeDurable(snapshot, content, FETCHING, () -> fetched(snapshot));
    }

    private void fetched(Snapshot snapshot) {
        world.coverage.saw(Seen.SNAPSHOT_FETCHED);
        boolean isBuggy = world.bug == LoopBug.SNAPSHOTS_DELETED_WHEN_FETCHED;
        keepNewest(isBuggy ? Long.MAX_VALUE : appliedWhenAsked);
        thread.step(Seen.CRASH_FETCHED_NOT_RECORDED, () -> {
            sequel = Optional.of(Seen.CRASH_FETCHED_NOT_RECORDED);
            outcome(() -> {
                fetching = Optional.empty();
                server.consensus().snapshotFetched(snapshot);
            });
            thread.done();
        });
    }

    void notFetched() {
        world.coverage.saw(Seen.DOWNLOAD_FAILED);
        trace("could not fetch it");
        outcome(() -> {
            fetching = Optional.empty();
            server.consensus().snapshotNotFetched();
        });
        thread.done();
    }

    /** A message reaches the server. */
    void stepped(InstallSnapshot rpc) {
        world.coverage.saw(Seen.SNAPSHOT_OFFERED);
        if (rpc.snapshot().lastIncludedIndex() > server.consensus().commitIndex()) {
            missing.add(rpc.snapshot());
        }
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
        boolean isFetched = thread.crashed().equals(Optional.of(Seen.CRASH_FETCHED_NOT_RECORDED));
        sequel.ifPresent(world.coverage::saw);
        sequel = Optional.empty();
        fetching = Optional.empty();
        missing.clear();
        taking = 0;
        files.crash(world.dice);
        // Nobody needs it, and nobody may be harmed by what it is like.
        if (isFetched && files.isNewestBeyond(server.disk()) && world.dice.flip()) {
            files.damageNewest();
        }
    }

    void wiped() {
        files = new SimulatedSnapshots();
    }

    /** Finds what to start from, by the product's own rule. @throws io.raftboot.model.LostState if nothing will do */
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

    private void trace(String deed) {
        if (world.trace.isOn()) {
            world.trace("   " + server.id() + " " + deed);
        }
    }
}
