package io.raftboot.model;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/** One entry of the replicated log (§5.3). An index and a term name it: two entries that agree in both are the same. */
public sealed interface LogEntry {

    /** What an entry counts for beside its payload, in bytes, when messages and queues are bounded. */
    int OVERHEAD_BYTES = 48;

    /** Its place in the log; the first entry has index 1. */
    long index();

    /** The term of the leader that made it; never falls from one entry to the next. */
    long term();

    /** What it counts for when messages and queues are bounded, in bytes. */
    long sizeInBytes();

    /**
     * The entry a leader begins its term with, so that earlier entries can be committed (§8).
     *
     * @param sessions how many request ids all servers remember from here on
     */
    record NoOp(long index, long term, SessionLimits sessions) implements LogEntry {

        /** @throws IllegalArgumentException if a number is impossible */
        public NoOp {
            check(index, term);
        }

        /** With the limits that hold where nobody names any. */
        public NoOp(long index, long term) {
            this(index, term, SessionLimits.DEFAULT);
        }

        @Override
        public long sizeInBytes() {
            return OVERHEAD_BYTES;
        }

        @Override
        public String toString() {
            return index + ":" + term + " no-op";
        }
    }

    /**
     * A command for the state machine.
     *
     * @param timestampMillis the leader's wall clock when it took the command, in milliseconds since 1970; the only clock that
     *     replicated state may look at
     * @param requestId the caller's name for it, if it gave one
     * @param command what the state machine gets; not copied, and not to be changed
     */
    record Command(long index, long term, long timestampMillis, Optional<RequestId> requestId, byte[] command)
            implements LogEntry {

        /** @throws IllegalArgumentException if a number is impossible */
        public Command {
            check(index, term);
        }

        @Override
        public long sizeInBytes() {
            int idLength = requestId.map(id -> id.value().length()).orElse(0);
            return OVERHEAD_BYTES + (long) idLength + command.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Command that
                    && index == that.index
                    && term == that.term
                    && timestampMillis == that.timestampMillis
                    && requestId.equals(that.requestId)
                    && Arrays.equals(command, that.command);
        }

        @Override
        public int hashCode() {
            return Objects.hash(index, term, timestampMillis, requestId, Arrays.hashCode(command));
        }

        @Override
        public String toString() {
            return index + ":" + term + " command[" + command.length + "]";
        }
    }

    /** A configuration, in force on each server from the moment the entry is in its log, committed or not (§6). */
    record Membership(long index, long term, Configuration configuration) implements LogEntry {

        /** @throws IllegalArgumentException if a number is impossible */
        public Membership {
            check(index, term);
        }

        @Override
        public long sizeInBytes() {
            return OVERHEAD_BYTES + 64L * configuration.members().size();
        }

        @Override
        public String toString() {
            return index + ":" + term + " " + configuration;
        }
    }

    private static void check(long index, long term) {
        if (index < 1 || index > Message.MAX_NUMBER || term < 1 || term > Message.MAX_NUMBER) {
            throw new IllegalArgumentException("no log entry has index " + index + " and term " + term);
        }
    }
}
