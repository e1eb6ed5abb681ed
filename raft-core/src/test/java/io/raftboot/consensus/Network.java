package io.raftboot.consensus;

import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/** Wires between servers: in order and at once, unless the test says otherwise. */
public final class Network {

    private record InFlight(long dueTick, Message message) {}

    private record Link(NodeId from, NodeId to) implements Comparable<Link> {
        @Override
        public int compareTo(Link other) {
            int byFrom = from.compareTo(other.from);
            return byFrom != 0 ? byFrom : to.compareTo(other.to);
        }
    }

    /** A message that goes through as it was sent. */
    static final List<Integer> AT_ONCE = List.of(0);

    /** A message that is lost. */
    static final List<Integer> LOST = List.of();

    private final List<InFlight> inFlight = new ArrayList<>();
    private final Set<Link> cut = new TreeSet<>();
    private final List<Message> held = new ArrayList<>();
    private final List<Message> sent = new ArrayList<>();
    private Predicate<Message> holds = message -> false;
    private Function<Message, List<Integer>> fate = message -> AT_ONCE;
    private long now;

    public void send(Message message) {
        sent.add(message);
        if (holds.test(message)) {
            held.add(message);
            return;
        }
        for (int delay : fate.apply(message)) {
            inFlight.add(new InFlight(now + delay, message));
        }
    }

    void nextTick() {
        now++;
    }

    /** Takes out the next message that is due and whose link works. */
    Optional<Message> next() {
        Optional<Message> next = take(message -> true);
        while (next.isPresent() && isCut(next.get())) {
            next = take(message -> true);
        }
        return next;
    }

    /** Takes out the first of these messages that is due, whether its link works or not. */
    public Optional<Message> take(Predicate<Message> wanted) {
        for (int i = 0; i < inFlight.size(); i++) {
            if (inFlight.get(i).dueTick() <= now && wanted.test(inFlight.get(i).message())) {
                return Optional.of(inFlight.remove(i).message());
            }
        }
        return Optional.empty();
    }

    /** Whether this message's link does not work. */
    public boolean isCut(Message message) {
        return cut.contains(new Link(message.from(), message.to()));
    }

    /** What is under way, in the order in which it was sent. */
    public List<Message> inFlight() {
        return inFlight.stream().map(InFlight::message).toList();
    }

    /** From now on, nothing gets from one server to another. */
    public void cut(NodeId from, NodeId to) {
        cut.add(new Link(from, to));
    }

    /** From now on, nothing gets from these servers to any other, or back. */
    void isolate(Iterable<Server> all, NodeId... ids) {
        List<NodeId> inside = List.of(ids);
        for (Server server : all) {
            if (!inside.contains(server.id)) {
                for (NodeId id : ids) {
                    cut(id, server.id);
                    cut(server.id, id);
                }
            }
        }
    }

    public void heal() {
        cut.clear();
    }

    /** Says what becomes of each message: the delays, in ticks, after which it arrives; none of them loses it. */
    void fate(Function<Message, List<Integer>> newFate) {
        fate = newFate;
    }

    void drop(Predicate<Message> dropped) {
        fate(message -> dropped.test(message) ? LOST : AT_ONCE);
    }

    /** Keeps these messages until {@link #release}. */
    void hold(Predicate<Message> newHolds) {
        holds = newHolds;
    }

    /** What is being held; the test may change the order, repeat or take away. */
    List<Message> held() {
        return held;
    }

    /** Sends what was held, and holds nothing any more. */
    void release() {
        holds = message -> false;
        List<Message> released = List.copyOf(held);
        held.clear();
        released.forEach(message -> inFlight.add(new InFlight(now, message)));
    }

    /** Everything that servers sent since the last call, delivered or not. */
    List<Message> takeSent() {
        List<Message> result = List.copyOf(sent);
        sent.clear();
        return result;
    }
}
