package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.ELECTION_TICKS;
import static io.raftboot.consensus.Fixtures.bytes;
import static io.raftboot.consensus.Fixtures.config;
import static io.raftboot.consensus.Fixtures.persisted;
import static io.raftboot.consensus.Fixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * A cluster in one thread: servers driven by virtual ticks over a {@link Network} that does what the test says. The properties of
 * Figure 3 are checked after every turn, so that every test tests them.
 */
final class Cluster {

    final Network network = new Network();

    private final SortedMap<NodeId, Server> running = new TreeMap<>();
    private final SortedMap<NodeId, Server> crashed = new TreeMap<>();
    private final SafetyCheck safety = new SafetyCheck();
    private long starts;

    private Cluster() {}

    static Cluster of(int size) {
        return of(voters(size), 1);
    }

    static Cluster of(Configuration configuration, long seed) {
        return of(configuration, seed, UnaryOperator.identity());
    }

    /** A cluster whose servers may begin with other disks than empty ones. */
    static Cluster of(Configuration configuration, long seed, UnaryOperator<Map<NodeId, Disk>> disks) {
        Cluster cluster = new Cluster();
        cluster.starts = seed * 1000;
        SortedMap<NodeId, Disk> fresh = new TreeMap<>();
        for (NodeId id : configuration.members().keySet()) {
            fresh.put(id, new Disk(persisted(configuration, HardState.INITIAL, List.of())));
        }
        disks.apply(fresh)
                .forEach((id, disk) -> cluster.add(Server.start(config(id), disk, new Random(cluster.starts++))));
        return cluster;
    }

    /** A server that is new and waits to be added. */
    Server join(NodeId id) {
        Disk disk = new Disk(persisted(Configuration.empty(), HardState.INITIAL, List.of()));
        Server server = Server.start(config(id), disk, new Random(starts++));
        add(server);
        return server;
    }

    /** Asks a leader for a change and carries out what follows at once. */
    long change(Server leader, MembershipChange change) {
        long index = leader.consensus.change(change, false);
        turn(leader);
        deliver();
        return index;
    }

    /** Changes the members and waits until every running server that stays has the result. */
    void complete(MembershipChange change) {
        Server leader = elect();
        until(
                "a leader that may change the members",
                () -> leader.consensus.outlook(change).safe());
        long index = change(leader, change);
        until("the change is over", () -> running.values().stream().anyMatch(any -> any.consensus.isChangeOver(index)));
    }

    void add(Server server) {
        running.put(server.id, server);
    }

    Server server(NodeId id) {
        return Optional.ofNullable(running.get(id)).orElseThrow();
    }

    Collection<Server> servers() {
        return running.values();
    }

    /** Lets a tick pass on every server and delivers what is due. */
    void tick() {
        for (Server server : List.copyOf(running.values())) {
            server.consensus.tick();
            turn(server);
        }
        network.nextTick();
        deliver();
    }

    void ticks(int count) {
        for (int i = 0; i < count; i++) {
            tick();
        }
    }

    /** Lets ticks pass until something is so; far more than any election needs is a failure. */
    void until(String what, BooleanSupplier isSo) {
        for (int i = 0; i < 50 * ELECTION_TICKS; i++) {
            if (isSo.getAsBoolean()) {
                return;
            }
            tick();
        }
        throw new AssertionError("never: " + what + " in " + running.values() + ", crashed " + crashed.keySet());
    }

    /** Delivers until nothing is left that is due now. */
    void deliver() {
        int steps = 0;
        for (Optional<Message> next = network.next(); next.isPresent(); next = network.next()) {
            if (++steps > 100_000) {
                throw new AssertionError("the servers never come to rest");
            }
            Server receiver = running.get(next.get().to());
            if (receiver != null) {
                receiver.consensus.step(next.get());
                turn(receiver);
            }
        }
    }

    /** Carries out what a server has to do, unless it was stopped on the way. */
    void turn(Server server) {
        for (Ready ready = server.turn(); !ready.isEmpty(); ready = server.turn()) {
            safety.check(server);
            ready.replicate().forEach(network::send);
            ready.messages().forEach(network::send);
        }
        safety.check(server);
    }

    /** A server stops between two turns; what its disk has stays, and all else is gone. */
    void crash(NodeId id) {
        crashed.put(id, server(id));
        running.remove(id);
    }

    /** A server stops after its AppendEntries went out and before anything was written. */
    void crashBeforeWrite(NodeId id) {
        Server server = server(id);
        server.consensus.ready().replicate().forEach(network::send);
        crash(id);
    }

    /** A server stops when everything is written and nothing of it was said. */
    void crashAfterWrite(NodeId id) {
        Server server = server(id);
        server.disk.write(server.consensus.ready().writes());
        crash(id);
    }

    void restart(NodeId id) {
        Server server = Optional.ofNullable(crashed.remove(id)).orElseThrow();
        add(server.restart(starts++));
    }

    void restartAll() {
        List.copyOf(crashed.keySet()).forEach(this::restart);
    }

    /** The leader of the highest term, as soon as there is one that a majority follows. */
    Server elect() {
        until("a leader that is followed", () -> leader().isPresent());
        return leader().orElseThrow();
    }

    /** Every server but this one, in the order of their ids. */
    List<NodeId> othersThan(Server leader) {
        return servers().stream()
                .map(server -> server.id)
                .filter(id -> !id.equals(leader.id))
                .toList();
    }

    /** The first of the servers that this one leads. */
    NodeId followerOf(Server leader) {
        return othersThan(leader).get(0);
    }

    /** A leader of the latest term that a majority of the running and crashed servers follows. */
    Optional<Server> leader() {
        return running.values().stream()
                .filter(server -> server.role() == RaftRole.LEADER)
                .filter(server -> 2 * followersOf(server)
                        > server.consensus.configuration().voters().size())
                .findFirst();
    }

    private long followersOf(Server leader) {
        return running.values().stream()
                .filter(server -> server.consensus.currentTerm() == leader.consensus.currentTerm())
                .filter(server -> server.consensus.leaderId().equals(Optional.of(leader.id)))
                .count();
    }

    LogPosition propose(Server leader, String command) {
        LogPosition position = leader.consensus.propose(0, Optional.empty(), bytes(command));
        turn(leader);
        return position;
    }

    /** Proposes a command to whoever leads and waits until every running server has applied it. */
    LogPosition agree(String command) {
        LogPosition position = propose(elect(), command);
        deliver();
        until(
                command + " is committed everywhere",
                () -> running.values().stream().allMatch(server -> server.committed.size() >= position.index()));
        assertThat(safety.committed(position.index()).term()).isEqualTo(position.term());
        return position;
    }

    /** The same, and one server need not apply it. */
    LogPosition agreeWithout(Server absent, String command) {
        LogPosition position = propose(elect(), command);
        deliver();
        until(
                command + " is committed",
                () -> running.values().stream()
                        .allMatch(server -> server == absent || server.committed.size() >= position.index()));
        assertThat(safety.committed(position.index()).term()).isEqualTo(position.term());
        return position;
    }

    /** Every running server has the same log, all of it committed. */
    void assertConverged() {
        Server first = server(running.firstKey());
        for (Server server : running.values()) {
            assertThat(server.log()).as("log of %s", server).isEqualTo(first.log());
            assertThat(server.committed).as("applied by %s", server).isEqualTo(first.log());
        }
    }

    boolean isCommitted(LogPosition position) {
        return safety.isCommitted(position);
    }

    /** Everything that was ever committed, in order. */
    List<LogEntry> committed() {
        return safety.committed();
    }
}
