package io.raftboot.spring.http;

import io.raftboot.model.NodeId;
import java.util.Optional;

/**
 * Which incarnation of each peer this server has met. A peer that comes back with another one has lost its disk, and with it
 * perhaps a vote that was counted: it must not take part under the old name (DESIGN.md §6; bugs R25, R43). Used by any thread.
 */
public interface KnownIncarnations {

    /** The incarnation this peer was first met with, if it was ever met. */
    Optional<String> of(NodeId peer);

    /**
     * Remembers the incarnation of a peer that was not met before; it is durable when the method returns.
     *
     * @return whether it is the one this peer was first met with
     * @throws java.io.UncheckedIOException if it cannot be remembered
     */
    boolean confirm(NodeId peer, String incarnation);

    /**
     * Forgets a peer that was removed from the cluster: it may be added again with another disk.
     *
     * @throws java.io.UncheckedIOException if that cannot be made durable
     */
    void forget(NodeId peer);
}
