package io.raftboot.sample;

import io.raftboot.sample.CommandResult.Counted;
import io.raftboot.sample.CommandResult.Deleted;
import io.raftboot.sample.CommandResult.Reason;
import io.raftboot.sample.CommandResult.Refused;
import io.raftboot.sample.CommandResult.Stored;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A change of one key. What it does follows from the state of the key and the command's index alone, so every server comes to
 * the same result.
 */
sealed interface Command {

    /** The key it changes. */
    String key();

    /**
     * What comes of it.
     *
     * @param current the key as it is, empty if it is not there
     */
    CommandResult on(Optional<Entry> current);

    /**
     * What it has written, if it has.
     *
     * @param result what came of it
     * @param index its index, which is the revision of what it writes
     */
    default Optional<Entry> written(CommandResult result, long index) {
        return Optional.empty();
    }

    /** Writes a value, whether the key is there or not. */
    record Put(String key, String value, Precondition precondition) implements Command {

        @Override
        public CommandResult on(Optional<Entry> current) {
            return precondition.holds(current) ? new Stored() : new Refused(Reason.PRECONDITION_FAILED);
        }

        @Override
        public Optional<Entry> written(CommandResult result, long index) {
            return result instanceof Stored ? Optional.of(new Entry(key, value, index)) : Optional.empty();
        }
    }

    /** Removes a key. One that is not there is reported as missing even if the precondition fails (RFC 9110, section 13.2.1). */
    record Delete(String key, Precondition precondition) implements Command {

        @Override
        public CommandResult on(Optional<Entry> current) {
            if (current.isEmpty()) {
                return new Refused(Reason.MISSING);
            }
            return precondition.holds(current) ? new Deleted() : new Refused(Reason.PRECONDITION_FAILED);
        }
    }

    /**
     * Adds to a value that is an integer of 64 bits in decimal; a key that is not there counts from 0.
     *
     * @param by how much, also 0 or negative
     */
    record Increment(String key, long by, Precondition precondition) implements Command {

        /**
         * {@link Long#parseLong} alone would take the digits of every script, and which those are depends on the Java version:
         * servers on two versions could disagree.
         */
        private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");

        @Override
        public CommandResult on(Optional<Entry> current) {
            if (!precondition.holds(current)) {
                return new Refused(Reason.PRECONDITION_FAILED);
            }
            String value = current.map(Entry::value).orElse("0");
            if (!INTEGER.matcher(value).matches()) {
                return new Refused(Reason.NOT_AN_INTEGER);
            }
            try {
                long sum = Math.addExact(Long.parseLong(value), by);
                return new Counted(Long.toString(sum));
            } catch (NumberFormatException | ArithmeticException beyond64Bits) {
                return new Refused(Reason.OUT_OF_RANGE);
            }
        }

        @Override
        public Optional<Entry> written(CommandResult result, long index) {
            return result instanceof Counted counted
                    ? Optional.of(new Entry(key, counted.value(), index))
                    : Optional.empty();
        }
    }
}
