package io.raftboot.testkit;

import io.raftboot.model.RequestId;
import io.raftboot.testkit.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What clients did and were told, register by register, in the order in which this history heard of it. A client says {@link
 * #begin} before it calls and {@link #answer} after it was answered; a call whose outcome is unknown gets no answer and stays open
 * for ever. Each register takes at most {@link LinearizabilityChecker#MAX_OPERATIONS} operations, and each open one doubles what
 * has to be considered: better many registers with short histories than one with a long one. Thread-safe.
 */
public final class History {

    private final Map<String, List<Operation>> byKey = new TreeMap<>();
    private long begun;
    private long clock;

    /** A history in which nothing has happened yet. */
    public History() {
        // Nothing is known beforehand.
    }

    /**
     * A client is about to call.
     *
     * @param key the register
     * @param argument what is written, best a value that nobody else writes; ignored unless it is a write
     * @return the call, with a name that no other one in this history has
     */
    public synchronized Operation begin(Kind kind, String key, long argument) {
        return begin(new RequestId("op" + ++begun), kind, key, argument);
    }

    /** The same under a name of the client's, which no other one in this history has. */
    public synchronized Operation begin(RequestId id, Kind kind, String key, long argument) {
        Operation operation = new Operation(id, kind, key, argument, ++clock);
        byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(operation);
        return operation;
    }

    /**
     * The client got an answer.
     *
     * @param result what was read, or what an increment led to; of a write it means nothing
     */
    public synchronized void answer(Operation operation, long result) {
        operation.answer(++clock, result);
    }

    /** The client was told that its call was certainly not carried out, so nobody may ever see it. */
    public synchronized void remove(Operation operation) {
        byKey.getOrDefault(operation.key(), new ArrayList<>()).remove(operation);
    }

    /** The operations on one register so far, in the order in which they began. */
    public synchronized List<Operation> operations(String key) {
        return List.copyOf(byKey.getOrDefault(key, List.of()));
    }

    /**
     * Checks each register on its own, as linearizability allows (Herlihy and Wing, 1990).
     *
     * @return the evidence against the first one that is not linearizable
     */
    public synchronized Optional<String> check() {
        return byKey.values().stream()
                .flatMap(operations -> LinearizabilityChecker.check(operations).stream())
                .findFirst();
    }
}
