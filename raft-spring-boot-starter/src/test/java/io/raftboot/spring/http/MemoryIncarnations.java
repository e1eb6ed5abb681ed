package io.raftboot.spring.http;

import io.raftboot.model.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What a server remembers of others, as long as the test lasts. */
final class MemoryIncarnations implements KnownIncarnations {

    private final Map<NodeId, String> known = new ConcurrentHashMap<>();

    @Override
    public Optional<String> of(NodeId peer) {
        return Optional.ofNullable(known.get(peer));
    }

    @Override
    public boolean confirm(NodeId peer, String incarnation) {
        String first = known.putIfAbsent(peer, incarnation);
        return first == null || first.equals(incarnation);
    }

    @Override
    public void forget(NodeId peer) {
        known.remove(peer);
    }

    int size() {
        return known.size();
    }
}
