package io.raftboot.sample;

import io.raftboot.model.Consistency;
import java.time.Duration;
import java.util.Optional;

/**
 * How fresh the state of a read must be.
 *
 * @param consistency what is promised; the other two are for local reads, because everything else promises more
 * @param minIndex how far the server that answers must be; 0 for no matter
 * @param maxStaleness how old its state may be, if that matters
 */
record Freshness(Consistency consistency, long minIndex, Optional<Duration> maxStaleness) {

    /** Everything that was acknowledged before is seen. */
    static final Freshness LINEARIZABLE = new Freshness(Consistency.LINEARIZABLE, 0, Optional.empty());
}
