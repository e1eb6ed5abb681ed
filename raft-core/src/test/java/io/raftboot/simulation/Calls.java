package io.raftboot.simulation;

import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import java.util.Optional;

/** What clients and operators ask of one server. */
final class Calls {

    /** How many operators may wait for a snapshot, as the product limits it: a download waits behind them. */
    private static final int MAX_WAITING = 4;

    private final World world;
    private final SimulatedServer server;

    Calls(World world, SimulatedServer server) {
        this.world = world;
        this.server = server;
    }

    /** A client asks for what this server has applied, which needs neither its disk nor anybody else. */
    void readLocally(String key) {
        if (server.isRunning()) {
            world.localReads.read(server, key, server.requests().readLocally(key));
        }
    }

    /** A client calls. */
    void request(Attempt attempt) {
        if (server.isCrashed()) {
            attempt.refused(Optional.empty());
        } else {
            server.input(() -> server.requests().take(attempt));
        }
    }

    /** An operator asks it to hand leadership over; no matter if it does not lead. */
    void transferLeadership(Optional<NodeId> target) {
        if (server.leads()) {
            server.input(() -> {
                Configuration inForce = server.consensus().configuration();
                if (server.leads() && target.map(inForce::isVoter).orElse(true)) {
                    world.coverage.saw(Seen.LEADERSHIP_TRANSFER);
                    server.consensus().transferLeadership(target);
                }
            });
        }
    }

    /** An operator asks it for a snapshot, which its apply thread takes when it is free. */
    void takeSnapshot() {
        if (server.isRunning() && server.snapshots().waiting() < MAX_WAITING) {
            world.coverage.saw(Seen.SNAPSHOT_TAKEN_ON_REQUEST);
            server.snapshots().take();
        }
    }
}
