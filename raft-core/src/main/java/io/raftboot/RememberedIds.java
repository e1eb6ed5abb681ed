package io.raftboot;

import io.raftboot.model.RequestId;
import io.raftboot.model.SessionLimits;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Request ids in the order in which they were first seen, each with what its command gave. Every look-up costs the same. */
final class RememberedIds {

    /**
     * A command that was applied.
     *
     * @param fingerprint of the command
     * @param timeMillis the log time at which it was applied
     * @param index its place in the log
     * @param term the term of its entry
     * @param value what the state machine gave; not to be changed
     */
    record Remembered(RequestId id, long fingerprint, long timeMillis, long index, long term, byte[] value) {}

    private final Map<RequestId, Remembered> byId = new LinkedHashMap<>();
    private long resultBytes;

    Optional<Remembered> find(RequestId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Adds an id that is not among them. */
    void add(Remembered applied) {
        byId.put(applied.id(), applied);
        resultBytes += applied.value().length;
    }

    /** Forgets the oldest ones, as far as the limits demand. */
    void forget(SessionLimits limits, long nowMillis) {
        Iterator<Remembered> oldestFirst = byId.values().iterator();
        while (oldestFirst.hasNext()) {
            Remembered oldest = oldestFirst.next();
            boolean isExpired = nowMillis - oldest.timeMillis() >= limits.expiryMillis();
            if (!isExpired && !isTooMuch(limits)) {
                return;
            }
            oldestFirst.remove();
            resultBytes -= oldest.value().length;
        }
    }

    /** The newest result is kept however large: without it, the next repetition of its command would be applied. */
    private boolean isTooMuch(SessionLimits limits) {
        return byId.size() > limits.maxIds() || (byId.size() > 1 && resultBytes > limits.maxResultBytes());
    }

    /** All of them as they are now, oldest first. */
    List<Remembered> copy() {
        return List.copyOf(byId.values());
    }

    int size() {
        return byId.size();
    }
}
