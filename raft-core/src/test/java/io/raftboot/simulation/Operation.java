package io.raftboot.simulation;

import io.raftboot.model.RequestId;
import io.raftboot.simulation.Registers.Kind;

/** One call of a client, from its beginning to its answer, if there ever is one. */
final class Operation {

    /** When an operation is answered that never was. */
    static final long NEVER = Long.MAX_VALUE;

    private final RequestId id;
    private final Kind kind;
    private final int key;
    private final long argument;
    private final long invokedAt;
    private long answeredAt = NEVER;
    private long result;

    /**
     * An operation that has just begun.
     *
     * @param argument what is written; unique among all writes
     * @param invokedAt a moment on a clock that no two calls or answers share
     */
    Operation(RequestId id, Kind kind, int key, long argument, long invokedAt) {
        this.id = id;
        this.kind = kind;
        this.key = key;
        this.argument = argument;
        this.invokedAt = invokedAt;
    }

    RequestId id() {
        return id;
    }

    Kind kind() {
        return kind;
    }

    int key() {
        return key;
    }

    long argument() {
        return argument;
    }

    long invokedAt() {
        return invokedAt;
    }

    long answeredAt() {
        return answeredAt;
    }

    boolean isAnswered() {
        return answeredAt != NEVER;
    }

    long result() {
        return result;
    }

    void answer(long at, long value) {
        answeredAt = at;
        result = value;
    }

    @Override
    public String toString() {
        return id + " " + kind + " key " + key + (kind == Kind.WRITE ? " := " + argument : "") + " [" + invokedAt + ", "
                + (isAnswered() ? answeredAt + "] = " + result : "open)");
    }
}
