package io.raftboot.simulation;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;

/** The servers that may be added, and those that were removed and may begin again under their names. */
final class Strangers {

    private final World world;

    Strangers(World world) {
        this.world = world;
    }

    /** Those who wait to be added. */
    List<SimulatedServer> all() {
        return world.servers.stream().filter(this::mayJoin).toList();
    }

    /** One of those; if there is none, or by chance, one that was removed begins again. */
    Optional<SimulatedServer> find() {
        List<SimulatedServer> removed =
                world.servers.stream().filter(this::mayBeginAgain).toList();
        List<SimulatedServer> waiting = all();
        if (!removed.isEmpty() && (waiting.isEmpty() || world.dice.flip())) {
            SimulatedServer again = world.dice.pick(removed);
            again.beginAgain();
            return Optional.of(again);
        }
        return waiting.isEmpty() ? Optional.empty() : Optional.of(world.dice.pick(waiting));
    }

    /** A new server knows nobody, so it could take a wiped one for the one that it was: none is added while there is such a one. */
    boolean mayBeAdded(Configuration current, Configuration target) {
        return added(current, target).findAny().isEmpty()
                || (added(current, target).map(world::server).allMatch(this::mayJoin) && noneIsWiped());
    }

    static Stream<NodeId> added(Configuration current, Configuration target) {
        return target.members().keySet().stream().filter(id -> !current.contains(id));
    }

    /** One that has met a server which has begun again since would refuse that, and whoever adds it finds that it is not new. */
    private boolean mayJoin(SimulatedServer server) {
        return server.isStranger()
                && world.servers.stream()
                        .noneMatch(
                                other -> world.network.acquaintances().hasMetFormer(server.number(), other.number()));
    }

    boolean noneIsWiped() {
        return world.servers.stream().noneMatch(SimulatedServer::isWiped);
    }

    /** Whether a server has heard of nothing yet, and is not about to, because it is in some log already. */
    private boolean isFresh(SimulatedServer server) {
        return server.isStranger()
                && !isInSomeLog(server)
                && server.disk().lastIndex() == 0
                && server.disk().hardState().equals(HardState.INITIAL);
    }

    private boolean isInSomeLog(SimulatedServer server) {
        return world.servers.stream().anyMatch(other -> hasInItsLog(other, server));
    }

    private static boolean hasInItsLog(SimulatedServer other, SimulatedServer server) {
        return other.consensus().configuration().contains(server.id())
                || other.disk().configuration().contains(server.id());
    }

    /**
     * Whether a server's disk may be emptied: all others will refuse the next incarnation, and with those that came back empty
     * before it is no majority of the servers that the cluster began with. They would begin another one, if there is
     * nobody among them who knows that there is one.
     */
    boolean mayBeWiped(SimulatedServer server) {
        return isKnownToAll(server) && isMajorityThere(world.bootstrap(0).voters(), server);
    }

    /**
     * Whether all who could take a server's next incarnation for the present one have met that: so they will refuse the next. It
     * calls nobody but those that it is bootstrapped with.
     */
    private boolean isKnownToAll(SimulatedServer server) {
        return world.servers.stream()
                .allMatch(other -> other == server
                        || (isFresh(other)
                                && !server.driver().initialConfiguration().contains(other.id()))
                        || world.network.acquaintances().hasMet(other.number(), server.number()));
    }

    /**
     * Whether a server was removed, all members know that, and all others would refuse it as one that they do not recognize. They may
     * be a majority of earlier voters, as what they get of the log will say: none votes before it has more than that.
     */
    private boolean mayBeginAgain(SimulatedServer server) {
        return world.memberships.latest().hasRemoved(server.id())
                && world.servers.stream().allMatch(other -> other == server || isReady(other, server))
                && world.servers.stream().allMatch(other -> other == server || !other.isWiped());
    }

    private boolean isMajorityThere(SortedSet<NodeId> voters, SimulatedServer without) {
        long gone = voters.stream()
                .map(world::server)
                .filter(voter ->
                        voter == without || voter.isWiped() || voter.driver().hasBegunAgain())
                .count();
        return 2 * gone <= voters.size();
    }

    private boolean isReady(SimulatedServer other, SimulatedServer removed) {
        boolean isMember = world.memberships.latest().contains(other.id()) || isInSomeLog(other);
        return other.contacts().knowsRemovalOf(removed.id())
                || (!isMember
                        && (isFresh(other) || world.network.acquaintances().hasMet(other.number(), removed.number())));
    }
}
