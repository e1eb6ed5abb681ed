package io.raftboot.model;

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

    /** @throws IllegalArgumentException if the value is empty or too long */
    public RequestId {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a request id has 1 to " + MAX_LENGTH + " characters, this one has " + value.length());
        }
    }

    /** An id that a server makes up for one call and its repetitions, for a caller who gives none. */
    public static RequestId automatic(String name) {
        return new RequestId(AUTOMATIC + name);
    }

    /**
     * Whether a server made it up, as {@link #automatic} does. Such ids are remembered apart from those that callers choose: there is one for every
     * command, of use for seconds only, and they must not push out a key that somebody comes back with in an hour.
     */
    public boolean isAutomatic() {
        return value.charAt(0) == AUTOMATIC;
    }

    @Override
    public String toString() {
        return value;
    }
}
