package io.raftboot.simulation;

import io.raftboot.model.NodeId;
import java.util.Set;

/** The shapes in which a network falls apart. */
final class Topology {

    private final World world;
    private final Network network;
    private final int servers;

    Topology(World world) {
        this.world = world;
        this.network = world.network;
        this.servers = world.settings.allServers();
    }

    /**
     * One of the shapes, by chance.
     *
     * @param victim who is in the middle of it
     */
    void cutSomething(int victim) {
        if (servers == 1) {
            return;
        }
        switch (world.dice.below(9)) {
            case 0 -> oneWay(victim);
            case 1 -> deaf(victim);
            case 2 -> mute(victim);
            case 3, 4 -> isolated(victim);
            case 5, 6 -> partition();
            case 7 -> bridge(victim);
            default -> ring();
        }
    }

    private void oneWay(int victim) {
        network.shape(Seen.ONE_WAY_CUT);
        network.cut(victim, world.dice.below(servers));
    }

    /** It hears nobody. */
    void deaf(int victim) {
        network.shape(Seen.DEAF_SERVER);
        for (int other = 0; other < servers; other++) {
            network.cut(other, victim);
        }
    }

    /** Nobody hears it. */
    void mute(int victim) {
        network.shape(Seen.MUTE_SERVER);
        for (int other = 0; other < servers; other++) {
            network.cut(victim, other);
        }
    }

    void isolated(int victim) {
        network.shape(Seen.ISOLATED_SERVER);
        network.isolate(victim);
    }

    private void partition() {
        network.shape(Seen.PARTITION);
        boolean[] left = new boolean[servers];
        for (int server = 0; server < servers; server++) {
            left[server] = world.dice.flip();
        }
        separate(left);
    }

    /** The victim and as many other voters as are still too few are among themselves. */
    void minority(int victim) {
        network.shape(Seen.MINORITY);
        Set<NodeId> voters =
                world.servers.get(victim).consensus().configuration().voters();
        boolean[] isAmongThem = new boolean[servers];
        isAmongThem[victim] = true;
        int size = 1;
        for (int next = 1; next < servers; next++) {
            int server = (victim + next) % servers;
            isAmongThem[server] = size < (voters.size() - 1) / 2 && voters.contains(World.id(server));
            size += isAmongThem[server] ? 1 : 0;
        }
        separate(isAmongThem);
    }

    private void separate(boolean[] left) {
        for (int server = 0; server < servers; server++) {
            for (int other = 0; other < server; other++) {
                if (left[server] != left[other]) {
                    network.cutBoth(server, other);
                }
            }
        }
    }

    /** The victim reaches one server only, which reaches all. */
    void bridge(int victim) {
        network.shape(Seen.BRIDGE);
        int bridge = (victim + 1 + world.dice.below(servers - 1)) % servers;
        for (int other = 0; other < servers; other++) {
            if (other != bridge) {
                network.cutBoth(victim, other);
            }
        }
    }

    /** Each server reaches its two neighbours only. */
    private void ring() {
        network.shape(Seen.RING);
        for (int server = 0; server < servers; server++) {
            for (int other = 0; other < server; other++) {
                int distance = server - other;
                if (distance != 1 && distance != servers - 1) {
                    network.cutBoth(server, other);
                }
            }
        }
    }
}
