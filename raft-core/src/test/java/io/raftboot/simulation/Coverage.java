package io.raftboot.simulation;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** How often each thing of {@link Seen} happened. */
final class Coverage {

    private static final class Counter {
        private long count;
    }

    private final Map<Seen, Counter> counters = new EnumMap<>(Seen.class);

    Coverage() {
        for (Seen what : Seen.values()) {
            counters.put(what, new Counter());
        }
    }

    private Counter counter(Seen what) {
        return Objects.requireNonNull(counters.get(what));
    }

    void saw(Seen what) {
        counter(what).count++;
    }

    void addAll(Coverage other) {
        counters.forEach((what, counter) -> counter.count += other.count(what));
    }

    long count(Seen what) {
        return counter(what).count;
    }

    /** What never happened. */
    List<Seen> missing() {
        return Arrays.stream(Seen.values()).filter(what -> count(what) == 0).toList();
    }

    @Override
    public String toString() {
        return Arrays.stream(Seen.values())
                .map(what -> what + "=" + count(what))
                .collect(Collectors.joining(" "));
    }
}
