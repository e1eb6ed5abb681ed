package io.raftboot.testkit;

import io.raftboot.model.RequestId;

/**
 * One call of a client on one register, which holds a number, from its beginning to its answer, if there ever is one. Made by a
 * {@link History}; or by hand where calls were recorded otherwise.
 */
public final class Operation {

    /** What a call does to its register, which holds 0 at first. */
    public enum Kind {
        /** Sets it to the argument. */
        WRITE,
        /** Adds one; the result is the new value. */
        INCREMENT,
        /** Asks for the value. */
        READ
    }

    /** When an operation is answered that never was. */
    static final long NEVER = Long.MAX_VALUE;

    private final RequestId id;
    private final Kind kind;
    private final String key;
    private final long argument;
    private final long invokedAt;
    private long answeredAt = NEVER;
    private long result;

    /**
     * An operation that has just begun.
     *
     * @param id its name; may serve as the request id of the command
     * @param key the register
     * @param argument what is written; the checker sees most if it is unique among all writes
     * @param invokedAt when it began, in any unit, on the clock of all operations of its history
     */
    public Operation(RequestId id, Kind kind, String key, long argument, long invokedAt) {
        this.id = id;
        this.kind = kind;
        this.key = key;
        this.argument = argument;
        this.invokedAt = invokedAt;
    }

    /** Its name. */
    public RequestId id() {
        return id;
    }

    /** What it does. */
    public Kind kind() {
        return kind;
    }

    /** The register. */
    public String key() {
        return key;
    }

    /** What is written, if it is a write. */
    public long argument() {
        return argument;
    }

    /** When it began. */
    public long invokedAt() {
        return invokedAt;
    }

    /** When it was answered, {@link Long#MAX_VALUE} if it was not. */
    public long answeredAt() {
        return answeredAt;
    }

    /** Whether it was answered. One that was not may take effect at any time from its beginning on, or never. */
    public boolean isAnswered() {
        return answeredAt != NEVER;
    }

    /** What the answer was: the value that was read or that an increment led to. */
    public long result() {
        return result;
    }

    /**
     * It is answered. One whose outcome is unknown never is.
     *
     * @param at when, on the same clock as its beginning
     * @param value what was read, or what an increment led to; of a write it means nothing
     * @throws IllegalArgumentException if that is before it began
     * @throws IllegalStateException if it was answered before
     */
    public void answer(long at, long value) {
        if (at < invokedAt) {
            throw new IllegalArgumentException(this + " cannot be answered at " + at);
        }
        if (isAnswered()) {
            throw new IllegalStateException(this + " is answered");
        }
        answeredAt = at;
        result = value;
    }

    @Override
    public String toString() {
        return id + " " + kind + " key " + key + (kind == Kind.WRITE ? " := " + argument : "") + " [" + invokedAt + ", "
                + (isAnswered() ? answeredAt + "] = " + result : "open)");
    }
}
