package io.raftboot.simulation;

import io.raftboot.model.Configuration;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What everything in one run shares: time, chance, and the servers. */
final class World {

    final Settings settings;
    final LoopBug bug;
    final Dice dice;
    final EventQueue queue = new EventQueue();
    final Trace trace;
    final Coverage coverage = new Coverage();
    final List<SimulatedServer> servers = new ArrayList<>();
    final SafetyChecker checker;
    final SnapshotChecker snapshots = new SnapshotChecker(this);
    final SessionChecker sessions = new SessionChecker(this);
    final LocalReads localReads = new LocalReads(this);
    final Network network;
    final JitterChecker jitter = new JitterChecker();

    private final Configuration configuration;

    World(long seed, LoopBug bug, Trace trace) {
        this.bug = bug;
        this.dice = new Dice(seed);
        this.settings = Settings.throwDice(dice);
        this.trace = trace;
        this.configuration = Configuration.ofVoters(IntStream.range(0, settings.servers())
                .mapToObj(i -> new Member(id(i), URI.create("http://" + id(i))))
                .toList());
        this.checker = new SafetyChecker(this);
        this.network = new Network(this);
        for (int i = 0; i < settings.servers(); i++) {
            servers.add(new SimulatedServer(this, i));
        }
        coverage.saw(Seen.valueOf("CLUSTER_OF_" + settings.servers()));
    }

    static NodeId id(int server) {
        return NodeId.of("n" + (server + 1));
    }

    static int number(NodeId id) {
        return id.value().charAt(1) - '1';
    }

    Configuration configuration() {
        return configuration;
    }

    SimulatedServer server(NodeId id) {
        return servers.get(number(id));
    }

    /** The servers that the cluster still has: all but the wiped ones. */
    List<SimulatedServer> members() {
        return servers.stream().filter(server -> !server.isWiped()).toList();
    }

    /** How many of the members may be out of reach, and the others go on. */
    int spareMembers() {
        return members().size() - settings.majority();
    }

    /** A server that claims to lead: of several the one in the latest term; any server if none does. */
    SimulatedServer leaderOrAny() {
        SimulatedServer found = dice.pick(servers);
        long term = -1;
        for (SimulatedServer server : servers) {
            if (server.leads() && server.term() > term) {
                found = server;
                term = server.term();
            }
        }
        return found;
    }

    /** Lets a server that has just crashed come back. */
    void restartSomeTime(SimulatedServer server) {
        queue.after(dice.delay(3 * settings.electionTimeout()), () -> {
            if (server.isCrashed() && server.mayCrash()) {
                server.restart(dice.chance(300));
            }
        });
    }

    void trace(String line) {
        trace.add(queue.now(), line);
    }
}
