package io.raftboot.model;

/**
 * The name a caller gives to a command, so that sending it again does not apply it again.
 *
 * @param value 1 to 128 characters
 */
public record RequestId(String value) {

    /** The longest value, in characters. */
    public static final int MAX_LENGTH = 128;

    /** @throws IllegalArgumentException if the value is empty or too long */
    public RequestId {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a request id has 1 to " + MAX_LENGTH + " characters, this one has " + value.length());
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
