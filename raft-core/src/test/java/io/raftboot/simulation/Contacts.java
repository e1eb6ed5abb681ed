package io.raftboot.simulation;

import io.raftboot.consensus.Consensus;
import io.raftboot.model.Configuration;
import io.raftboot.model.KnownMembers;
import io.raftboot.model.NodeId;

/** What a server's transport knows of the members, as the product's event loop tells it. */
final class Contacts {

    private final World world;
    private final SimulatedServer server;
    private KnownMembers known = KnownMembers.NOBODY;

    Contacts(World world, SimulatedServer server) {
        this.world = world;
        this.server = server;
    }

    /** The server has finished a turn. Whom it knows to be removed it need not recognize any more. */
    void update() {
        Consensus consensus = server.consensus();
        Configuration inForce = consensus.configuration();
        Configuration committed = consensus.committedConfiguration();
        if (inForce.equals(known.inForce()) && committed.equals(known.committed())) {
            return;
        }
        known = new KnownMembers(inForce, consensus.configurationIndex(), committed, consensus.commitIndex());
        for (NodeId id : committed.removed()) {
            if (knowsRemovalOf(id)) {
                world.network.acquaintances().forget(server.number(), World.number(id));
            }
        }
    }

    /** Looks whether a silent leader is still there: where its process is gone, the connection is refused. */
    void probe(NodeId leader) {
        int life = server.formerLives();
        world.network.connect(server.number(), World.number(leader), () -> {
            if (life == server.formerLives() && !server.isCrashed()) {
                server.input(() -> server.watch().gone(leader));
            }
        });
    }

    /** The server lost what it had in mind. */
    void crashed() {
        known = KnownMembers.NOBODY;
    }

    /** Whether a server is removed, whatever that one knows. */
    boolean knowsRemovalOf(NodeId other) {
        return known.committed().hasRemoved(other) && !known.inForce().contains(other);
    }

    /** Whether a caller is removed and does not know it. */
    boolean hasRemoved(NodeId caller, long knownIndex) {
        return known.hasRemoved(caller, knownIndex);
    }
}
