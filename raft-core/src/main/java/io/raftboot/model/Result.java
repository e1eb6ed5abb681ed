package io.raftboot.model;

import java.util.Arrays;

/**
 * What a command or a read gave.
 *
 * @param index a command's place in the log; for a read, an index up to which everything had been applied
 * @param term the term in which it was answered
 * @param value what the state machine returned; not to be changed
 * @param replayed whether it is what the same command gave before: it was sent again under its request id and not applied
 *     again, and index and term are those of the first time
 */
public record Result(long index, long term, byte[] value, boolean replayed) {

    /** A result that was not given before. */
    public Result(long index, long term, byte[] value) {
        this(index, term, value, false);
    }

    /** The same, given again. */
    public Result again() {
        return new Result(index, term, value, true);
    }

    /** The same, as it was given the first time. */
    public Result first() {
        return new Result(index, term, value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Result that
                && index == that.index
                && term == that.term
                && replayed == that.replayed
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(index) * 31 + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "Result[" + index + ":" + term + " value[" + value.length + "]" + (replayed ? " again]" : "]");
    }
}
