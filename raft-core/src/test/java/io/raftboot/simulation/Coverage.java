package io.raftboot.simulation;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How often each thing of {@link Seen} happened. */
final class Coverage {

    private final Map<Seen, Long> counts = new EnumMap<>(Seen.class);

    void saw(Seen what) {
        counts.merge(what, 1L, Long::sum);
    }

    void addAll(Coverage other) {
        other.counts.forEach((what, count) -> counts.merge(what, count, Long::sum));
    }

    long count(Seen what) {
        return counts.getOrDefault(what, 0L);
    }

    /** What never happened. */
    List<Seen> missing() {
        return Arrays.stream(Seen.values()).filter(what -> count(what) == 0).toList();
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
