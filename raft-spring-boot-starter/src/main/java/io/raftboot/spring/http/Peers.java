package io.raftboot.spring.http;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers this one may call. Any thread may look one up; changes are made one at a time. */
final class Peers {

    private static final Logger log = LoggerFactory.getLogger(HttpTransport.class);

    private final Identity self;
    private final Function<Member, Peer> make;
    private final Map<NodeId, Peer> peers = new ConcurrentHashMap<>();
    private boolean closed;

    Peers(Identity self, Function<Member, Peer> make) {
        this.self = self;
        this.make = make;
    }

    Optional<Peer> find(NodeId id) {
        return Optional.ofNullable(peers.get(id));
    }

    Collection<Peer> all() {
        return List.copyOf(peers.values());
    }

    /** All of them, and those members of another configuration that are unknown so far. */
    synchronized Collection<Peer> including(Configuration other) {
        other.others(self.nodeId()).stream()
                .filter(member -> !peers.containsKey(member.id()))
                .forEach(this::reach);
        return all();
    }

    /** Makes these the servers to call; whoever is not among them, or has moved, is let go. */
    synchronized void connect(Configuration configuration) {
        Map<NodeId, Peer> gone = new HashMap<>(peers);
        configuration.others(self.nodeId()).forEach(member -> {
            if (reach(member).isPresent()) {
                gone.remove(member.id());
            }
        });
        gone.forEach(peers::remove);
        gone.values().forEach(Peer::close);
    }

    /** The peer at its present address; empty if it has none that can be called, or nobody is called any more. */
    synchronized Optional<Peer> reach(Member member) {
        Peer present = peers.get(member.id());
        if (closed || (present != null && present.isAt(member.url()))) {
            return Optional.ofNullable(present);
        }
        try {
            Peer made = make.apply(member);
            peers.put(member.id(), made);
            Optional.ofNullable(present).ifPresent(Peer::close);
            return Optional.of(made);
        } catch (IllegalArgumentException e) {
            log.warn("{} cannot be called: {}", member, e.getMessage());
            return Optional.empty();
        }
    }

    /** A server that is to be called once, whether it is a member or not. Close it. @throws IllegalArgumentException if it cannot be */
    Peer stranger(Member member) {
        return make.apply(member);
    }

    /** Lets everybody go, for good. */
    synchronized void close() {
        closed = true;
        peers.values().forEach(Peer::close);
        peers.clear();
    }
}
