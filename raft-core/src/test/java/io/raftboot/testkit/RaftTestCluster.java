package io.raftboot.testkit;

import io.raftboot.NodeInHand;
import io.raftboot.RaftNode;
import io.raftboot.memory.MemoryDisk;
import io.raftboot.memory.MemoryNetwork;
import io.raftboot.model.Configuration;
import io.raftboot.model.Consistency;
import io.raftboot.model.Identity;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.spi.StateMachine;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A cluster for the test of an application's own state machine: real servers with their default settings, disks and network in
 * memory, all on the test's thread and on a clock that stands still until the test lets it go on. A minute costs some
 * twenty milliseconds, and the same test does the same thing every time.
 *
 * <p>Messages and disks take no time. So a command on a healthy cluster is answered at the moment it is submitted, and only
 * elections, refusals and timeouts need {@link #elapse time}.
 *
 * <p>If a state machine throws at a command, the method that lets that happen fails with an {@link AssertionError} whose cause it
 * is.
 *
 * @param <S> the state machine
 */
public final class RaftTestCluster<S extends StateMachine> {

    /** The most servers of a cluster. */
    public static final int MAX_SERVERS = 15;

    /** How long {@link #awaitLeader} and {@link #assertEqualStates} wait, on the cluster's clock. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Supplier<? extends S> stateMachines;
    private final Random random;
    private final Configuration configuration;
    private final VirtualClock clock = new VirtualClock();
    private final MemoryNetwork network = new MemoryNetwork();
    private final AppliedCommands applied = new AppliedCommands();
    private final TestServers<S> servers;

    private RaftTestCluster(int size, Supplier<? extends S> stateMachines, long seed) {
        this.stateMachines = stateMachines;
        this.random = new Random(seed);
        List<NodeId> ids =
                IntStream.rangeClosed(1, size).mapToObj(i -> NodeId.of("n" + i)).toList();
        this.configuration = Configuration.ofVoters(ids.stream()
                .map(id -> new Member(id, URI.create("memory://" + id)))
                .toList());
        this.servers = new TestServers<>(ids, this::newServer, clock, applied::failure);
    }

    /**
     * A cluster that has just been started; nobody leads yet.
     *
     * @param servers how many, 1 to {@link #MAX_SERVERS}; they are called n1, n2 and so on
     * @param stateMachine makes an empty state machine, for each start of each server a new one
     * @throws IllegalArgumentException if the number is none of these
     */
    public static <S extends StateMachine> RaftTestCluster<S> of(int servers, Supplier<? extends S> stateMachine) {
        return of(servers, stateMachine, 1);
    }

    /**
     * The same with other elections.
     *
     * @param seed another one lets other servers win
     */
    public static <S extends StateMachine> RaftTestCluster<S> of(
            int servers, Supplier<? extends S> stateMachine, long seed) {
        if (servers < 1 || servers > MAX_SERVERS) {
            throw new IllegalArgumentException("a test cluster has 1 to " + MAX_SERVERS + " servers, not " + servers);
        }
        return new RaftTestCluster<>(servers, stateMachine, seed);
    }

    private TestServer<S> newServer(NodeId id) {
        MemoryDisk disk = new MemoryDisk(new Identity("test", "test", id, "incarnation-" + id));
        return new TestServer<>(id, () -> life(id, disk));
    }

    private TestServer.Life<S> life(NodeId id, MemoryDisk disk) {
        S stateMachine = stateMachines.get();
        NodeInHand node = new NodeInHand(
                RaftConfig.defaults(id),
                configuration,
                disk,
                network.connection(),
                applied.observe(id, stateMachine),
                clock,
                new Random(random.nextLong()));
        return new TestServer.Life<>(node, stateMachine);
    }

    // ---- what an application does

    /**
     * Submits a command to the leader, or to any server if nobody leads, and lets time pass until it is answered.
     *
     * @return what the state machine returned
     * @throws RaftException what the application would get: refused, or, after the request timeout at the latest, unknown
     */
    public byte[] submit(byte[] command) {
        return submit(leaderOrAnyone(), command);
    }

    /** The same on this server, whether it leads or not. */
    public byte[] submit(NodeId server, byte[] command) {
        return await(server(server).submit(command, Optional.empty())).value();
    }

    /**
     * Submits a command to the leader under a request id, as often as you like: it is applied once.
     *
     * @return what it gave, and whether that was given before
     * @throws RaftException what the application would get
     */
    public Result submit(byte[] command, RequestId requestId) {
        return await(server(leaderOrAnyone()).submit(command, Optional.of(requestId)));
    }

    /**
     * Asks the leader a linearizable question, or any server if nobody leads, and lets time pass until it is answered.
     *
     * @return what the state machine answered
     * @throws RaftException what the application would get
     * @throws RuntimeException what the state machine threw
     */
    public byte[] query(byte[] query) {
        return query(leaderOrAnyone(), query, Consistency.LINEARIZABLE);
    }

    /** The same on this server, whether it leads or not, with another demand on freshness. */
    public byte[] query(NodeId server, byte[] query, Consistency consistency) {
        return await(server(server).read(query, consistency)).value();
    }

    private NodeId leaderOrAnyone() {
        return leader().or(() -> servers.running().map(TestServer::id).findFirst())
                .orElseGet(() -> servers().get(0));
    }

    private Result await(CompletableFuture<Result> answer) {
        servers.settle();
        while (!answer.isDone()) {
            servers.elapseAMoment();
        }
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw e;
        }
    }

    // ---- time

    /** Lets so much time pass on all servers, and before that has everything done that waits, even if it is no time at all. */
    public void elapse(Duration time) {
        servers.elapse(time);
    }

    /** The time on all servers; in the beginning always the same. It is what a command's timestamp is made of. */
    public Instant now() {
        return clock.now();
    }

    // ---- faults

    /** Cuts the network in two: these servers on one side, the others on the other; instead of where it was cut before. */
    public void partition(NodeId... oneSide) {
        for (NodeId id : oneSide) {
            servers.find(id);
        }
        network.partition(Set.of(oneSide));
    }

    /** Joins the network again. */
    public void heal() {
        network.heal();
    }

    /**
     * Ends the process of a server without warning. What its disk has acknowledged stays; its state, its part of what is under way
     * and all that was waiting is lost.
     *
     * @throws IllegalStateException if it has crashed before
     */
    public void crash(NodeId server) {
        running(server).crash();
    }

    /** Starts a crashed server with an empty state machine and what is on its disk. @throws IllegalStateException if it runs */
    public void restart(NodeId server) {
        if (servers.find(server).isRunning()) {
            throw new IllegalStateException(server + " runs");
        }
        servers.find(server).restart();
        servers.settle();
    }

    // ---- looking at it

    /** The servers' names, in their order. */
    public List<NodeId> servers() {
        return servers.ids();
    }

    /** Who leads, at this moment and in its own opinion; of several, as during a partition, the one in the latest term. */
    public Optional<NodeId> leader() {
        return servers.leader().map(TestServer::id);
    }

    /**
     * Lets time pass until a server leads that a majority follows.
     *
     * @return that server
     * @throws AssertionError if there is none within {@link #PATIENCE}
     */
    public NodeId awaitLeader() {
        Instant deadline = now().plus(PATIENCE);
        servers.settle();
        while (now().isBefore(deadline)) {
            Optional<NodeId> leader = leader().filter(this::isFollowed);
            if (leader.isPresent()) {
                return leader.get();
            }
            servers.elapseAMoment();
        }
        throw new AssertionError("no leader within " + PATIENCE + ": " + servers);
    }

    private boolean isFollowed(NodeId leader) {
        CompletableFuture<Result> probe = server(leader).read(applied.probe(), Consistency.LINEARIZABLE);
        servers.settle();
        return probe.isDone() && !probe.isCompletedExceptionally();
    }

    /** The server itself, to be asked what this class does not offer. Its futures are completed while {@link #elapse time} passes. */
    public RaftNode server(NodeId server) {
        return servers.find(server).node();
    }

    /** What a server says of itself. */
    public RaftStatus status(NodeId server) {
        return servers.find(server).status();
    }

    /** The state machine of a server that runs. @throws IllegalStateException if it has crashed */
    public S stateMachine(NodeId server) {
        return running(server).stateMachine();
    }

    /**
     * Lets time pass until all running servers have applied everything, and checks that every command had the same result wherever
     * it was ever applied, and that each question has the same answer everywhere.
     *
     * @param queries questions to the state machines; ask for everything there is
     * @throws AssertionError naming the first index at which two servers differ, or if they do not get that far within {@link
     *     #PATIENCE}
     */
    public void assertEqualStates(byte[]... queries) {
        Instant deadline = now().plus(PATIENCE);
        servers.settle();
        while (!servers.haveAppliedAll()) {
            if (!now().isBefore(deadline)) {
                throw new AssertionError("not all is applied everywhere within " + PATIENCE + ": " + servers);
            }
            servers.elapseAMoment();
        }
        applied.firstDifference().ifPresent(difference -> {
            throw new AssertionError("the state machine is not deterministic: " + difference);
        });
        for (byte[] query : queries) {
            assertEqualAnswers(query);
        }
    }

    private void assertEqualAnswers(byte[] query) {
        Map<NodeId, String> answers = servers.running()
                .map(TestServer::id)
                .collect(Collectors.toMap(
                        id -> id, id -> Text.of(query(id, query, Consistency.LOCAL)), (a, b) -> a, TreeMap::new));
        if (Set.copyOf(answers.values()).size() > 1) {
            throw new AssertionError("the answers to " + Text.brief(query) + " differ: " + answers);
        }
    }

    private TestServer<S> running(NodeId id) {
        TestServer<S> server = servers.find(id);
        if (!server.isRunning()) {
            throw new IllegalStateException(id + " has crashed");
        }
        return server;
    }
}
