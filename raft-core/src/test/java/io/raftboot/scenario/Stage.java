package io.raftboot.scenario;

import io.raftboot.consensus.Disk;
import io.raftboot.consensus.Fixtures;
import io.raftboot.consensus.Network;
import io.raftboot.consensus.Ready;
import io.raftboot.consensus.SafetyCheck;
import io.raftboot.consensus.Server;
import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.SnapshotPolicy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A cluster whose every move is a command's: nothing is delivered, and no time passes, by itself. Whatever its servers do is
 * written into the trace, and the properties of Figure 3 are checked after every turn.
 */
final class Stage {

    /** Far more steps than any story takes. */
    private static final int MAX_STEPS = 10_000;

    /** A log ends where the snapshot does; when one is taken, a command says. */
    private static final SnapshotPolicy KEEP_NOTHING = new SnapshotPolicy(1000, 1 << 20, 0, OptionalLong.empty());

    private final Trace trace;
    private Network network = new Network();
    private SafetyCheck safety = new SafetyCheck();
    private final SortedMap<NodeId, Server> running = new TreeMap<>();
    private final SortedMap<NodeId, Disk> disks = new TreeMap<>();
    private final SortedMap<NodeId, Integer> restarts = new TreeMap<>();

    /** Whose disk takes no write until it is told to. */
    private final Set<NodeId> heldDisks = new TreeSet<>();

    /** The turns that wait for a held disk; such a server takes no input. */
    private final SortedMap<NodeId, Ready> inHand = new TreeMap<>();

    Stage(Trace trace) {
        this.trace = trace;
    }

    /** Takes everything away, for another story. */
    void clear() {
        network = new Network();
        safety = new SafetyCheck();
        List.of(running, disks, restarts, inHand).forEach(Map::clear);
        heldDisks.clear();
    }

    /** Adds a server that was never started, with the configuration it is bootstrapped with. */
    void add(NodeId id, Configuration configuration) {
        disks.put(id, new Disk(Fixtures.persisted(configuration, HardState.INITIAL, List.of())));
        restarts.put(id, 0);
        start(id);
    }

    /** Replaces what a server's disk holds. One that runs begins anew with it, one that is down will. */
    void edit(NodeId id, UnaryOperator<PersistedState> edit) {
        disks.put(id, new Disk(edit.apply(disk(id).load())));
        if (running.containsKey(id)) {
            start(id);
        }
    }

    Server server(NodeId id) {
        return Optional.ofNullable(running.get(id))
                .orElseThrow(() -> new IllegalArgumentException(id + " does not run"));
    }

    /** A server that can take an input now. */
    Server free(NodeId id) {
        if (inHand.containsKey(id)) {
            throw new IllegalArgumentException(id + " waits for its disk");
        }
        return server(id);
    }

    Disk disk(NodeId id) {
        return Optional.ofNullable(disks.get(id))
                .orElseThrow(() -> new IllegalArgumentException("there is no server " + id));
    }

    Collection<Server> running() {
        return List.copyOf(running.values());
    }

    Set<NodeId> all() {
        return disks.keySet();
    }

    /** Lets one tick pass on a server; one that waits for its disk does not notice. */
    void tick(Server server) {
        if (!inHand.containsKey(server.id)) {
            server.consensus.tick();
            turn(server);
        }
    }

    /** Takes a message off the wire and gives it to its receiver. @return whether there was one that could be taken */
    boolean deliverNext(Predicate<Message> wanted) {
        Optional<Message> next = network.take(message -> wanted.test(message) && !inHand.containsKey(message.to()));
        next.ifPresent(this::deliver);
        return next.isPresent();
    }

    /** The messages on the wire. */
    List<Message> onTheWire() {
        return network.inFlight();
    }

    private void deliver(Message message) {
        Server receiver = running.get(message.to());
        if (receiver == null || network.isCut(message)) {
            lose(message);
            return;
        }
        trace.step(message.to() + " <- " + message.from() + " " + Text.reference(message));
        receiver.consensus.step(message);
        turn(receiver);
    }

    /** Takes away what is on the wire. */
    void drop(Predicate<Message> unwanted) {
        for (Optional<Message> next = network.take(unwanted); next.isPresent(); next = network.take(unwanted)) {
            lose(next.get());
        }
    }

    private void lose(Message message) {
        trace.step(message.from() + " -x " + message.to() + " " + Text.reference(message));
    }

    /** Delivers until nothing is left that these servers could take. */
    void stabilize(Predicate<Message> wanted) {
        for (int steps = 0; deliverNext(wanted); steps++) {
            if (steps > MAX_STEPS) {
                throw new IllegalStateException("the servers never come to rest");
            }
        }
    }

    void cut(NodeId from, NodeId to) {
        network.cut(from, to);
    }

    void heal() {
        network.heal();
    }

    void holdDisk(NodeId id) {
        heldDisks.add(server(id).id);
    }

    /** The write in hand becomes durable, and the turn goes on. */
    void persist(NodeId id) {
        Ready ready = Optional.ofNullable(inHand.remove(id))
                .orElseThrow(() -> new IllegalArgumentException(id + " has nothing to write"));
        complete(server(id), ready);
        turn(server(id));
    }

    void releaseDisk(NodeId id) {
        heldDisks.remove(id);
        if (inHand.containsKey(id)) {
            persist(id);
        }
    }

    /** A server stops; what it had in hand for its disk is lost. */
    void crash(NodeId id) {
        running.remove(server(id).id);
        inHand.remove(id);
        heldDisks.remove(id);
    }

    void restart(NodeId id) {
        if (running.containsKey(id)) {
            throw new IllegalArgumentException(id + " runs");
        }
        restarts.merge(id, 1, Integer::sum);
        start(id);
        trace.returns(server(id));
    }

    private void start(NodeId id) {
        Disk disk = disk(id);
        int jitter = 10 * disks.headMap(id).size();
        FixedChance chance = new FixedChance(1000L * restarts.getOrDefault(id, 0), jitter);
        Server server = Server.start(RaftConfig.defaults(id).with(KEEP_NOTHING), disk, chance);
        running.put(id, server);
        trace.begins(server);
    }

    /** Carries out what a server has to do, until there is nothing left or it has to wait for its disk. */
    void turn(Server server) {
        trace.changes(server);
        boolean goesOn = true;
        while (goesOn) {
            Ready ready = server.begin();
            ready.replicate().forEach(this::send);
            if (heldDisks.contains(server.id) && !ready.writes().isEmpty()) {
                trace.step(server.id + " waits to write " + Text.of(ready.writes()));
                inHand.put(server.id, ready);
                return;
            }
            complete(server, ready);
            goesOn = !ready.isEmpty();
        }
    }

    private void complete(Server server, Ready ready) {
        if (!ready.writes().isEmpty()) {
            trace.step(server.id + " writes " + Text.of(ready.writes()));
        }
        server.complete(ready);
        ready.messages().forEach(this::send);
        ready.fetch().ifPresent(fetch -> trace.say(server.id + " fetches " + Text.of(fetch.snapshot())));
        ready.restore().ifPresent(snapshot -> trace.say(server.id + " restores " + Text.of(snapshot)));
        if (!ready.committed().isEmpty()) {
            trace.step(server.id + " applies " + Text.of(ready.committed()));
        }
        ready.confirmedReads()
                .forEach(read -> trace.say(server.id + " answers read " + read.readId() + " at " + read.readIndex()));
        trace.changes(server);
        safety.check(server);
    }

    private void send(Message message) {
        trace.step(message.from() + " -> " + message.to() + " " + Text.of(message));
        network.send(message);
    }
}
