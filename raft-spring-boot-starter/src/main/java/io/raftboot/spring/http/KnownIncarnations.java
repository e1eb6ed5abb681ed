package io.raftboot.spring.http;

import io.raftboot.model.NodeId;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Which incarnation of each peer this server has met or was told of. A peer that comes back with another one has lost its disk, and
 * with it perhaps a vote that was counted: it must not take part under the old name (DESIGN.md §6; bugs R25, R43). Used by any
 * thread.
 */
public interface KnownIncarnations {

    /** The incarnation this peer was first met with or heard of, if it ever was. */
    Optional<String> of(NodeId peer);

    /** All of them; unmodifiable. */
    SortedMap<NodeId, Bearer> all();

    /**
     * Remembers the incarnation of a peer that was not known before; it is durable when the method returns.
     *
     * @return whether it is the one this peer is known with
     * @throws java.io.UncheckedIOException if it cannot be remembered
     */
    boolean confirm(NodeId peer, String incarnation);

    /**
     * Remembers of whom another server has told, where nobody was known before, or one whose removal was missed here; it is durable
     * when the method returns.
     *
     * @throws java.io.UncheckedIOException if it cannot be remembered
     */
    void learn(SortedMap<NodeId, Bearer> told);

    /**
     * Forgets peers that were removed from the cluster: they may be added again with other disks.
     *
     * @param index a place in the log at which they were gone
     * @throws java.io.UncheckedIOException if that cannot be made durable
     */
    void forget(Collection<NodeId> removed, long index);
}
