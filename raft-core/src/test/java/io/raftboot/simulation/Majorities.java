package io.raftboot.simulation;

import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Who has an entry, and whether the servers that are left would do, by configurations. It counts by itself, so that a product that
 * counts wrongly does not find that right.
 */
final class Majorities {

    private final World world;

    Majorities(World world) {
        this.world = world;
    }

    /**
     * Whether an entry is durable on a majority. An acknowledged one that a wiped server had counts: no majority votes without
     * somebody else who has it.
     */
    boolean hold(Configuration configuration, long index, long term) {
        return agree(configuration, voter -> has(voter, index, term));
    }

    /** The same, were it not for what that server has now. */
    boolean holdWithout(SimulatedServer server, Configuration configuration, long index, long term) {
        return agree(
                configuration,
                voter -> (voter.equals(server.id()) && !server.isWiped())
                        ? server.driver().hadBefore(index, term)
                        : has(voter, index, term));
    }

    private boolean has(NodeId voter, long index, long term) {
        return world.server(voter).driver().hasHad(index, term);
    }

    /** Whether the cluster gets along without one more disk, whatever of what is in some log comes into force. */
    boolean canSpare(SimulatedServer server) {
        return world.servers.stream()
                .flatMap(any ->
                        Stream.of(any.consensus().configuration(), any.disk().configuration()))
                .filter(configuration -> configuration.contains(server.id()))
                .allMatch(configuration -> works(configuration, voter -> isThere(voter) && !voter.equals(server.id())));
    }

    /** Whether a configuration has a majority of servers with their disks, also after the promotions that follow it. */
    boolean works(Configuration configuration) {
        return works(configuration, this::isThere);
    }

    private boolean isThere(NodeId server) {
        return !world.server(server).isWiped();
    }

    private static boolean works(Configuration configuration, Predicate<NodeId> isThere) {
        SortedSet<NodeId> voters = new TreeSet<>(configuration.promotable());
        voters.removeIf(isThere);
        voters.addAll(configuration.voters());
        return isMajority(voters, isThere) && isMajority(configuration.outgoingVoters(), isThere);
    }

    /** Whether a majority agrees; while the configuration is joint, a majority of both (§6). */
    static boolean agree(Configuration configuration, Predicate<NodeId> agrees) {
        return !configuration.voters().isEmpty()
                && isMajority(configuration.voters(), agrees)
                && isMajority(configuration.outgoingVoters(), agrees);
    }

    private static boolean isMajority(SortedSet<NodeId> voters, Predicate<NodeId> isThere) {
        return voters.isEmpty() || 2 * voters.stream().filter(isThere).count() > voters.size();
    }
}
