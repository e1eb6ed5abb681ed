package io.raftboot.model;

import java.util.regex.Pattern;

/**
 * The stable name of a server. No other server gets it; one that lost its disk comes back under it only after it was removed and added
 * again.
 *
 * @param value 1 to 64 characters of {@code [A-Za-z0-9._-]}
 */
public record NodeId(String value) implements Comparable<NodeId> {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** @throws IllegalArgumentException if the value has another form */
    public NodeId {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a node id has 1 to 64 characters of [A-Za-z0-9._-], this one has " + value.length());
        }
    }

    /** The id with this value. @throws IllegalArgumentException if the value is not allowed */
    public static NodeId of(String value) {
        return new NodeId(value);
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
