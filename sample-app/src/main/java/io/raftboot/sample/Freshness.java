package io.raftboot.sample;

import io.raftboot.model.Consistency;
import java.time.Duration;
import java.util.Optional;

/**
 * How fresh the state of a read must be.
 *
 * @param consistency what is promised; minIndex and maxStaleness are for local reads, because everything else promises more
 * @param here whether this server answers a linearizable read from its own state, and asks the leader only how far that must be
 * @param minIndex how far the server that answers must be; 0 for no matter
 * @param maxStaleness how old its state may be, if that matters
 */
record Freshness(Consistency consistency, boolean here, long minIndex, Optional<Duration> maxStaleness) {

    /** Everything that was acknowledged before is seen. */
    static final Freshness LINEARIZABLE = new Freshness(Consistency.LINEARIZABLE, false, 0, Optional.empty());
}
