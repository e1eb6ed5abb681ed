package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.model.HardState;
import io.raftboot.model.Message.InstallSnapshot;
import io.raftboot.model.Message.InstallSnapshotReply;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import java.util.HashMap;
import java.util.Map;

/**
 * That a snapshot stands for what is committed and nothing else, that every log can be continued from a snapshot beside it at any
 * moment, and that taking one over never goes back (§7).
 */
final class SnapshotChecker {

    private final World world;

    /** What a snapshot contains, by its index: the same on all servers. */
    private final Map<Long, Long> fingerprints = new HashMap<>();

    SnapshotChecker(World world) {
        this.world = world;
    }

    /** A server captures its state. */
    void captured(SimulatedServer server, Registers state) {
        sameContent(server, state);
    }

    /** The digest says what was done; the content also has what is only of use later. */
    private void sameContent(SimulatedServer server, Registers state) {
        long fingerprint = state.fingerprint();
        Long known = fingerprints.putIfAbsent(state.lastApplied(), fingerprint);
        require(
                known == null || known == fingerprint,
                "%s has another state to write behind entry %d",
                server,
                state.lastApplied());
    }

    /** The consensus is about to hear that a snapshot was taken. */
    void taken(SimulatedServer server, Snapshot snapshot) {
        require(
                snapshot.lastIncludedIndex() <= server.registers().lastApplied(),
                "%s took %s, and has applied %d",
                server,
                snapshot,
                server.registers().lastApplied());
        require(
                snapshot.metadata().configuration().equals(world.memberships.at(snapshot.lastIncludedIndex())),
                "%s took %s with %s",
                server,
                snapshot,
                snapshot.metadata().configuration());
        if (snapshot.metadata().configuration().isJoint()) {
            world.coverage.saw(Seen.SNAPSHOT_IN_THE_JOINT_STATE);
        }
    }

    /** A new start of the log is about to be durable: it is committed, and a durable snapshot stands for what goes. */
    void base(SimulatedServer server, WriteBatch batch) {
        SnapshotMetadata base = batch.base().orElseThrow();
        long index = base.lastIncludedIndex();
        SimulatedDisk disk = server.disk();
        require(
                index > disk.baseIndex() && index <= world.checker.lastCommitted(),
                "%s starts its log behind %d instead of %d, and committed are %d entries",
                server,
                index,
                disk.baseIndex(),
                world.checker.lastCommitted());
        require(
                base.lastIncludedTerm() == world.checker.committedTerm(index)
                        && world.memberships.isKnown(base.configuration(), index),
                "%s starts its log behind %s, and committed are term %d and %s",
                server,
                base,
                world.checker.committedTerm(index),
                world.memberships.at(index));
        boolean keepsRest =
                batch.truncateFrom().isEmpty() || batch.truncateFrom().getAsLong() > index + 1;
        require(
                !keepsRest || index >= disk.lastIndex() || disk.term(index) == base.lastIncludedTerm(),
                "%s keeps what conflicts with %s",
                server,
                base);
        require(hasSnapshot(server, base, keepsRest), "%s starts its log behind %s without a snapshot", server, base);
        boolean isInstalled = index >= disk.lastIndex() || !keepsRest;
        if (isInstalled && !base.configuration().equals(disk.configuration())) {
            world.coverage.saw(Seen.SNAPSHOT_BRINGS_A_CONFIGURATION);
        }
        long newest = server.snapshots().files().list().get(0).lastIncludedIndex();
        require(
                isInstalled || index + world.settings.trailingEntries() <= newest,
                "%s starts its log behind %s and keeps too little for slow followers",
                server,
                base);
    }

    private static boolean hasSnapshot(SimulatedServer server, SnapshotMetadata base, boolean keepsRest) {
        SimulatedSnapshots files = server.snapshots().files();
        return files.list().stream()
                .filter(files::isDurable)
                .anyMatch(snapshot -> snapshot.lastIncludedIndex() == base.lastIncludedIndex()
                        || (keepsRest
                                && snapshot.lastIncludedIndex() > base.lastIncludedIndex()
                                && server.disk().term(snapshot.lastIncludedIndex()) == snapshot.lastIncludedTerm()));
    }

    /** Files were deleted: what the log starts from, or a later one that it reaches, is still there. */
    void deleted(SimulatedServer server) {
        SimulatedDisk disk = server.disk();
        require(
                disk.baseIndex() == 0
                        || server.snapshots().files().list().stream()
                                .anyMatch(snapshot -> snapshot.lastIncludedIndex() >= disk.baseIndex()
                                        && disk.term(snapshot.lastIncludedIndex()) == snapshot.lastIncludedTerm()),
                "%s deletes the snapshot that its log needs, behind %d",
                server,
                disk.baseIndex());
    }

    /** A snapshot is about to take the place of the state: of a later state, which is the one that all have there. */
    void restored(SimulatedServer server, Snapshot snapshot, Registers content) {
        require(
                content.lastApplied() == snapshot.lastIncludedIndex(),
                "%s restores %s and gets the state at %d",
                server,
                snapshot,
                content.lastApplied());
        require(
                content.lastApplied() > server.registers().lastApplied(),
                "%s goes back from %d to %s",
                server,
                server.registers().lastApplied(),
                snapshot);
        require(
                server.disk().baseIndex() >= content.lastApplied()
                        || world.checker.term(server.disk(), content.lastApplied()) == snapshot.lastIncludedTerm(),
                "%s restores %s, and its disk does not know",
                server,
                snapshot);
        world.checker.sameState(server, content.lastApplied(), content.digest());
        sameContent(server, content);
    }

    /** A leader offers a snapshot: of what is committed, and it has it. */
    void offered(SimulatedServer leader, InstallSnapshot rpc) {
        require(
                world.checker.leaderOf(rpc.term()) == leader.number()
                        && rpc.snapshot().lastIncludedIndex() <= world.checker.lastCommitted(),
                "%s from a server that does not lead or has not committed that: %s",
                rpc,
                leader);
        require(
                leader.snapshots().files().isDurable(rpc.snapshot()),
                "%s offers what it does not have: %s",
                leader,
                rpc.snapshot());
    }

    /** What a follower says it has, in whatever way, is durable. */
    void acknowledged(SimulatedServer server, InstallSnapshotReply reply, HardState durable) {
        long index = reply.matchIndex();
        require(
                index == 0
                        || durable.currentTerm() > reply.term()
                        || (index <= world.checker.lastCommitted()
                                && world.checker.term(server.disk(), index) == world.checker.committedTerm(index)),
                "%s leaves before entry %d is durable",
                reply,
                index);
    }
}
