package io.raftboot;

import static java.util.Objects.requireNonNull;

import io.raftboot.model.RequestId;
import io.raftboot.model.SessionLimits;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Request ids in the order in which they were first seen, each with what its command gave, as far as there is room for that. Every
 * look-up costs the same.
 */
final class RememberedIds {

    /**
     * A command that was applied.
     *
     * @param fingerprint of the command
     * @param timeMillis the log time at which it was applied
     * @param index its place in the log
     * @param term the term of its entry
     * @param value what the state machine gave; not to be changed; empty when that is forgotten
     */
    record Remembered(RequestId id, long fingerprint, long timeMillis, long index, long term, Optional<byte[]> value) {

        private int bytes() {
            return value.map(bytes -> bytes.length).orElse(0);
        }

        private Remembered withoutValue() {
            return new Remembered(id, fingerprint, timeMillis, index, term, Optional.empty());
        }
    }

    private final Map<RequestId, Remembered> byId = new LinkedHashMap<>();

    /** The results that take room, oldest first. */
    private final Deque<RequestId> results = new ArrayDeque<>();

    private final Consumer<RequestId> whenForgotten;

    private long resultBytes;

    /** @param whenForgotten is told of every id that is not remembered any more */
    RememberedIds(Consumer<RequestId> whenForgotten) {
        this.whenForgotten = whenForgotten;
    }

    Optional<Remembered> find(RequestId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Adds an id that is not among them. */
    void add(Remembered applied) {
        byId.put(applied.id(), applied);
        if (applied.bytes() > 0) {
            results.add(applied.id());
            resultBytes += applied.bytes();
        }
    }

    /**
     * Forgets the oldest ones, as far as the limits demand. Too many bytes of results cost the oldest results and not their ids, which
     * are what keeps a command from being applied again. The newest result is kept however large.
     */
    void forget(SessionLimits limits, long nowMillis) {
        forgetIds(limits, nowMillis);
        while (results.size() > 1 && resultBytes > limits.maxResultBytes()) {
            byId.computeIfPresent(forgetResult(), (id, applied) -> applied.withoutValue());
        }
    }

    private void forgetIds(SessionLimits limits, long nowMillis) {
        Iterator<Remembered> oldestFirst = byId.values().iterator();
        while (oldestFirst.hasNext()) {
            Remembered oldest = oldestFirst.next();
            boolean isExpired = nowMillis - oldest.timeMillis() >= limits.expiryMillis();
            if (!isExpired && byId.size() <= limits.maxIds()) {
                return;
            }
            if (oldest.bytes() > 0) {
                forgetResult();
            }
            oldestFirst.remove();
            whenForgotten.accept(oldest.id());
        }
    }

    /** @return the id of the oldest result, which does not count any more */
    private RequestId forgetResult() {
        RequestId oldest = results.remove();
        resultBytes -= requireNonNull(byId.get(oldest)).bytes();
        return oldest;
    }

    /** All of them as they are now, oldest first. */
    List<Remembered> copy() {
        return List.copyOf(byId.values());
    }

    int size() {
        return byId.size();
    }
}
