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
    final MembershipChecker memberships;
    final Majorities majorities = new Majorities(this);
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
        this.configuration = Configuration.ofVoters(
                IntStream.range(0, settings.servers()).mapToObj(World::member).toList());
        this.memberships = new MembershipChecker(this, configuration);
        this.checker = new SafetyChecker(this);
        this.network = new Network(this);
        for (int i = 0; i < settings.allServers(); i++) {
            servers.add(new SimulatedServer(this, i));
        }
        coverage.saw(Seen.valueOf("CLUSTER_OF_" + settings.servers()));
    }

    static NodeId id(int server) {
        return NodeId.of("n" + (server + 1));
    }

    static int number(NodeId id) {
        return Integer.parseInt(id.value().substring(1)) - 1;
    }

    /** The server under the address that it has at first. */
    static Member member(int server) {
        return new Member(id(server), URI.create("http://" + id(server)));
    }

    /** The configuration that a server is bootstrapped with: the first voters know each other, the others wait to be added. */
    Configuration bootstrap(int server) {
        return server < settings.servers() ? configuration : Configuration.empty();
    }

    SimulatedServer server(NodeId id) {
        return servers.get(number(id));
    }

    /** The servers that the cluster still has: its members but for the wiped ones. */
    List<SimulatedServer> members() {
        return servers.stream()
                .filter(server -> !server.isWiped())
                .filter(server -> memberships.latest().contains(server.id()))
                .toList();
    }

    /** Those of the members that vote. */
    List<SimulatedServer> voters() {
        return members().stream()
                .filter(server -> memberships.latest().isVoter(server.id()))
                .toList();
    }

    /** How many of the voters may be out of reach, and the others go on; while nothing changes. */
    int spareVoters() {
        return voters().size() - memberships.latest().voters().size() / 2 - 1;
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
