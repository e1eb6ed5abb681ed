package io.raftboot.spring.http;

import io.raftboot.model.NodeId;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;

/** What a server remembers of others, as long as the test lasts. */
final class MemoryIncarnations implements KnownIncarnations {

    private Bearers known = Bearers.NOBODY;

    @Override
    public synchronized Optional<String> of(NodeId peer) {
        return known.of(peer).map(Bearer::incarnation);
    }

    @Override
    public synchronized SortedMap<NodeId, Bearer> all() {
        return known.present();
    }

    @Override
    public synchronized boolean confirm(NodeId peer, String incarnation) {
        known = known.met(peer, incarnation);
        return of(peer).filter(incarnation::equals).isPresent();
    }

    @Override
    public synchronized void learn(SortedMap<NodeId, Bearer> told) {
        known = known.told(told);
    }

    @Override
    public synchronized void forget(Collection<NodeId> removed, long index) {
        known = known.without(removed, index);
    }

    synchronized void forgetAll() {
        known = Bearers.NOBODY;
    }

    int size() {
        return all().size();
    }
}
