package io.raftboot.model;

import java.util.Optional;

/**
 * What a server must not forget beside its log (Figure 2, persistent state). Both are stored in one write: a vote without its
 * term could be cast twice.
 *
 * @param currentTerm the latest term the server has seen, 0 at first
 * @param votedFor who got its vote in that term, if anyone
 */
public record HardState(long currentTerm, Optional<NodeId> votedFor) {

    /** What a server has that was never started. */
    public static final HardState INITIAL = new HardState(0, Optional.empty());

    /** @throws IllegalArgumentException if the term is negative or beyond {@link Message#MAX_NUMBER} */
    public HardState {
        if (currentTerm < 0 || currentTerm > Message.MAX_NUMBER) {
            throw new IllegalArgumentException("no term has the number " + currentTerm);
        }
    }
}
