package io.raftboot.model;

import java.util.Optional;

/**
 * The name a caller gives to a command, so that sending it again does not apply it again.
 *
 * @param value 1 to 128 characters
 */
public record RequestId(String value) {

    /** The longest value, in characters. */
    public static final int MAX_LENGTH = 128;

    /** A control character, which no HTTP header holds: whoever passes a client's key on as it is makes none of these by accident. */
    private static final char AUTOMATIC = '\u0001';

    private static final char BEFORE_NUMBER = '.';

    private static final int RADIX = 36;

    /**
     * What an id says that a server made up.
     *
     * @param process of one start of the server and no other
     * @param number greater than those of the commands before
     */
    public record Automatic(String process, long number) {}

    /** @throws IllegalArgumentException if the value is empty or too long */
    public RequestId {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a request id has 1 to " + MAX_LENGTH + " characters, this one has " + value.length());
        }
    }

    /**
     * An id that a server makes up for one call and its repetitions, for a caller who gives none.
     *
     * @param process names one start of the server and no other; up to 100 characters
     * @param number of this command among those of the process, from 1 on
     */
    public static RequestId automatic(String process, long number) {
        return new RequestId(AUTOMATIC + process + BEFORE_NUMBER + Long.toString(number, RADIX));
    }

    /**
     * Whether a server made it up, as {@link #automatic} does. Such ids are remembered apart from those that callers choose: there is one for every
     * command, of use for seconds only, and they must not push out a key that somebody comes back with in an hour.
     */
    public boolean isAutomatic() {
        return value.charAt(0) == AUTOMATIC;
    }

    /** What it says if it is one that {@link #automatic(String, long)} gives. */
    public Optional<Automatic> automatic() {
        int end = value.lastIndexOf(BEFORE_NUMBER);
        if (!isAutomatic() || end < 1) {
            return Optional.empty();
        }
        try {
            long number = Long.parseLong(value, end + 1, value.length(), RADIX);
            return Optional.of(new Automatic(value.substring(1, end), number));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
