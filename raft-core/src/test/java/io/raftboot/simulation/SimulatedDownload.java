package io.raftboot.simulation;

import io.raftboot.consensus.Ready;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One download, a piece at a time, from whoever has the snapshot; the next one goes on where the one before broke off. */
final class SimulatedDownload {

    private final World world;
    private final SimulatedServer receiver;
    private final Snapshot snapshot;
    private final NodeId leaderId;
    private final SimulatedSnapshots.Partial arrived;
    private final List<SimulatedServer> holders = new ArrayList<>();

    SimulatedDownload(World world, SimulatedServer receiver, Ready.Fetch fetch) {
        this.world = world;
        this.receiver = receiver;
        this.snapshot = fetch.snapshot();
        this.leaderId = fetch.leaderId();
        this.arrived = receiver.snapshots().files().resume(snapshot);
    }

    /** Asks who has it; the leader is asked last, and once more if it did not answer. */
    void begin() {
        for (SimulatedServer other : world.servers) {
            if (canGive(other)) {
                holders.add(other);
            }
        }
        Collections.shuffle(holders, new Random(world.dice.seed()));
        SimulatedServer leader = world.server(leaderId);
        if (!holders.contains(leader)) {
            holders.add(leader);
        }
        if (arrived.pieces() > 0) {
            world.coverage.saw(Seen.DOWNLOAD_RESUMED);
        }
        nextPiece();
    }

    private boolean canGive(SimulatedServer holder) {
        return holder != receiver
                && holder.isRunning()
                && !holder.isWiped()
                && !receiver.isWiped()
                && world.network.joins(holder.number(), receiver.number())
                && holder.snapshots().files().gives(snapshot);
    }

    private void nextPiece() {
        Optional<Registers> complete = arrived.complete();
        if (complete.isPresent()) {
            receiver.snapshots().downloaded(snapshot, complete.get());
            return;
        }
        if (holders.isEmpty()) {
            receiver.snapshots().notFetched();
            return;
        }
        receiver.snapshots().thread().after(1 + world.dice.delay(world.settings.pieceTicks() * EventQueue.TICK), () -> {
            SimulatedServer holder = holders.get(0);
            if (canGive(holder) && !world.network.losesPiece()) {
                take(holder);
            } else {
                world.coverage.saw(arrived.pieces() > 0 ? Seen.DOWNLOAD_BROKEN : Seen.DOWNLOAD_REFUSED);
                holders.remove(0);
                nextPiece();
            }
        });
    }

    private void take(SimulatedServer holder) {
        arrived.addPiece(holder.snapshots().files().content(snapshot));
        if (!holder.id().equals(leaderId)) {
            world.coverage.saw(Seen.DOWNLOAD_FROM_ANOTHER_THAN_THE_LEADER);
        }
        nextPiece();
    }
}
