package io.raftboot.spring.http;

import io.raftboot.model.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one peer was told of the servers this one knows: what it has taken in is not said again, unless it may have been started
 * again from an older copy of its disk. Any thread.
 */
final class Introductions {

    private final NodeId self;
    private final Map<NodeId, Bearer> taken = new HashMap<>();

    Introductions(NodeId self) {
        this.self = self;
    }

    /** What is to be said with the next call; the rest with those that follow. */
    synchronized Introduced next(SortedMap<NodeId, Bearer> known) {
        SortedMap<NodeId, Bearer> next = new TreeMap<>();
        // First of all who calls: a peer that was away may still know who had the name before, and listens to nothing
        // else.
        note(self, known, next);
        known.keySet().forEach(name -> note(name, known, next));
        return next.isEmpty() ? Introduced.NOBODY : new Introduced(next);
    }

    private void note(NodeId name, SortedMap<NodeId, Bearer> known, SortedMap<NodeId, Bearer> next) {
        Bearer bearer = known.get(name);
        if (bearer != null && !bearer.equals(taken.get(name)) && next.size() < Introduced.MAX_BEARERS) {
            next.put(name, bearer);
        }
    }

    /** The peer has answered a call that said this. */
    synchronized void taken(Introduced introduced) {
        taken.putAll(introduced.bearers());
    }

    /** The peer may not be the process it was. */
    synchronized void beginAgain() {
        taken.clear();
    }
}
