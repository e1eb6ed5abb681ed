package io.raftboot.spring.http;

import io.raftboot.model.NodeId;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this server has met, and who says that it is not the server they have met: then its own disk was wiped (DESIGN.md §6).
 * Any thread.
 */
final class Acquaintances {

    private static final Logger log = LoggerFactory.getLogger(HttpTransport.class);

    private final KnownIncarnations known;
    private final Set<NodeId> disownedBy = new ConcurrentSkipListSet<>();

    Acquaintances(KnownIncarnations known) {
        this.known = known;
    }

    Optional<String> incarnationOf(NodeId peer) {
        return known.of(peer);
    }

    /** Everybody this server could introduce to another one. */
    SortedMap<NodeId, Bearer> all() {
        return known.all();
    }

    /** Whether the caller's name is known for another incarnation, and the caller does not show that it came to the name later. */
    boolean isStranger(CallHeaders call) {
        Optional<Bearer> claim = call.introduced().of(call.from());
        if (claim.filter(bearer -> !bearer.incarnation().equals(call.incarnation()))
                .isPresent()) {
            return true;
        }
        return Optional.ofNullable(known.all().get(call.from()))
                .filter(first -> !first.incarnation().equals(call.incarnation()))
                .filter(first -> claim.filter(later -> later.follows(first)).isEmpty())
                .isPresent();
    }

    /**
     * Servers were removed from the cluster. What cannot be forgotten now is at the next change of the members, or start.
     *
     * @param index a place in the log at which they were gone
     */
    void forget(Collection<NodeId> removed, long index) {
        disownedBy.removeAll(removed);
        try {
            known.forget(removed, index);
        } catch (UncheckedIOException e) {
            log.warn("cannot forget the incarnations of {}", removed, e);
        }
    }

    /** Remembers who made a valid call, and whom that one knows. @throws Refused 412 if it is another server than the one first met */
    void meet(CallHeaders call) {
        NodeId peer = call.from();
        try {
            known.learn(call.introduced().bearers());
            if (!known.confirm(peer, call.incarnation())) {
                throw strangeCaller(peer);
            }
        } catch (UncheckedIOException e) {
            log.error("cannot remember the incarnation of {}", peer, e);
            throw new Refused(503, "not available", "the incarnation of the caller cannot be remembered");
        }
        if (call.toIncarnation().isPresent()) {
            acknowledged(peer);
        }
    }

    /** Remembers a peer that has answered. @throws CallFailed if it is another server than the one first met */
    void requireSame(NodeId peer, Answer answer) throws CallFailed {
        if (!answer.trusted()) {
            throw new CallFailed("the signature of the answer is wrong");
        }
        String incarnation =
                answer.headers().incarnation().orElseThrow(() -> new CallFailed("the answer does not say whose it is"));
        try {
            if (!known.confirm(peer, incarnation)) {
                throw new CallFailed("the disk of " + peer + " was wiped");
            }
        } catch (UncheckedIOException e) {
            throw new CallFailed("the incarnation of " + peer + " cannot be remembered", true, e);
        }
        acknowledged(peer);
    }

    /** How a peer is refused that came back with another incarnation. */
    static Refused strangeCaller(NodeId peer) {
        return new Refused(wiped(peer).because(Problem.OTHER_INCARNATION));
    }

    /** How this server refuses a call to the server that had its name. */
    static Refused strangeReceiver(NodeId self) {
        return new Refused(wiped(self));
    }

    private static Problem wiped(NodeId server) {
        return Problem.refused(
                412,
                "another incarnation",
                "the disk of " + server + " was wiped: it has to be removed from the cluster and added again");
    }

    /** A peer has met this server with another incarnation. */
    void disowned(NodeId by) {
        if (disownedBy.add(by)) {
            log.error(
                    "{} knows this server with another incarnation: if the data directory of this server was wiped, "
                            + "remove it from the cluster and add it again",
                    by);
        }
    }

    /** A peer takes this server for the one it has met. */
    private void acknowledged(NodeId by) {
        disownedBy.remove(by);
    }

    SortedSet<NodeId> disownedBy() {
        return new TreeSet<>(disownedBy);
    }
}
