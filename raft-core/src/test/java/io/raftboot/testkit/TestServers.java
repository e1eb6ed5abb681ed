package io.raftboot.testkit;

import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import io.raftboot.spi.StateMachine;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The servers of a {@link RaftTestCluster}, their time and their talk. */
final class TestServers<S extends StateMachine> {

    /** More exchanges of messages at one moment mean that the servers keep each other busy for ever. */
    private static final int MAX_ROUNDS = 100_000;

    private final Map<NodeId, TestServer<S>> servers = new TreeMap<>();
    private final VirtualClock clock;
    private final Supplier<Optional<Throwable>> culprit;
    private final Duration longestStep;

    /** @param culprit what made a server fail, if that is known */
    TestServers(
            Collection<NodeId> ids,
            Function<NodeId, TestServer<S>> server,
            VirtualClock clock,
            Supplier<Optional<Throwable>> culprit) {
        ids.forEach(id -> servers.put(id, server.apply(id)));
        this.clock = clock;
        this.culprit = culprit;
        // As often as a server wakes up by itself.
        this.longestStep = RaftConfig.defaults(ids().get(0)).heartbeatInterval().dividedBy(2);
    }

    List<NodeId> ids() {
        return List.copyOf(servers.keySet());
    }

    TestServer<S> find(NodeId id) {
        return Optional.ofNullable(servers.get(id))
                .orElseThrow(() -> new IllegalArgumentException("no server is called " + id + ", only " + ids()));
    }

    Stream<TestServer<S>> running() {
        return servers.values().stream().filter(TestServer::isRunning);
    }

    Optional<TestServer<S>> leader() {
        return running()
                .filter(server -> server.status().role() == RaftRole.LEADER)
                .max(Comparator.comparingLong(server -> server.status().term()));
    }

    boolean haveAppliedAll() {
        return leader().map(leader -> leader.status().lastLogIndex())
                .filter(last -> running().allMatch(server -> server.status().lastApplied() == last))
                .isPresent();
    }

    void elapse(Duration time) {
        settle();
        Duration left = time;
        while (!left.isZero() && !left.isNegative()) {
            Duration step = left.compareTo(longestStep) < 0 ? left : longestStep;
            step(step);
            left = left.minus(step);
        }
    }

    /** Lets a moment pass: as much time as may pass at once. */
    void elapseAMoment() {
        step(longestStep);
    }

    private void step(Duration time) {
        clock.advance(time);
        servers.values().forEach(TestServer::turn);
        settle();
        servers.values().forEach(TestServer::expire);
    }

    /** Lets the servers talk until nobody has anything to say. */
    void settle() {
        for (int round = 0; turnAll(); round++) {
            if (round > MAX_ROUNDS) {
                throw new AssertionError("the servers never come to rest: " + this);
            }
        }
        for (TestServer<S> server : servers.values()) {
            server.failure().ifPresent(reason -> {
                throw new AssertionError(
                        server.id() + " has failed: " + reason, culprit.get().orElse(null));
            });
        }
    }

    private boolean turnAll() {
        boolean hadInput = false;
        for (TestServer<S> server : servers.values()) {
            hadInput |= server.turn();
        }
        return hadInput;
    }

    @Override
    public String toString() {
        return servers.values().toString();
    }
}
