package io.raftboot.sample;

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
     * @param revision the index of the command, which becomes the revision of what it writes
     * @return the new state of the key, or why there is none
     */
    CommandResult on(Optional<Entry> current, long revision);

    /** Writes a value, whether the key is there or not. */
    record Put(String key, String value, Precondition precondition) implements Command {

        @Override
        public CommandResult on(Optional<Entry> current, long revision) {
            if (!precondition.holds(current)) {
                return new Refused(Reason.PRECONDITION_FAILED);
            }
            return new Stored(new Entry(key, value, revision));
        }
    }

    /** Removes a key. One that is not there is reported as missing even if the precondition fails (RFC 9110, section 13.2.1). */
    record Delete(String key, Precondition precondition) implements Command {

        @Override
        public CommandResult on(Optional<Entry> current, long revision) {
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
        public CommandResult on(Optional<Entry> current, long revision) {
            if (!precondition.holds(current)) {
                return new Refused(Reason.PRECONDITION_FAILED);
            }
            String value = current.map(Entry::value).orElse("0");
            if (!INTEGER.matcher(value).matches()) {
                return new Refused(Reason.NOT_AN_INTEGER);
            }
            try {
                long sum = Math.addExact(Long.parseLong(value), by);
                return new Stored(new Entry(key, Long.toString(sum), revision));
            } catch (NumberFormatException | ArithmeticException beyond64Bits) {
                return new Refused(Reason.OUT_OF_RANGE);
            }
        }
    }
}
