package io.raftboot.model;

import java.util.Arrays;
import java.util.Objects;

/**
 * A command that the state machine has applied: the same on every server.
 *
 * @param index its place in the log; grows with every command, not by one
 * @param term the term of the leader that took it
 * @param timestampMillis that leader's wall clock when it took the command, in milliseconds since 1970
 * @param command what the caller submitted; not to be changed
 * @param result what the state machine returned, a refusal perhaps; not to be changed
 */
public record AppliedCommand(long index, long term, long timestampMillis, byte[] command, byte[] result) {

    /** What it counts for where memory is bounded, in bytes. */
    public long sizeInBytes() {
        return (long) LogEntry.OVERHEAD_BYTES + command.length + result.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AppliedCommand that
                && index == that.index
                && term == that.term
                && timestampMillis == that.timestampMillis
                && Arrays.equals(command, that.command)
                && Arrays.equals(result, that.result);
    }

    @Override
    public int hashCode() {
        return Objects.hash(index, term, timestampMillis, Arrays.hashCode(command), Arrays.hashCode(result));
    }

    @Override
    public String toString() {
        return index + ":" + term + " command[" + command.length + "] result[" + result.length + "]";
    }
}
