package io.raftboot.spring.http;

/**
 * The server that bears a name.
 *
 * @param incarnation minted with its data directory
 * @param since a place in the log at which nobody bore the name, because who had it before was removed; 0 if that is not known. Of
 *     two servers under one name, the one with the larger number came later
 */
public record Bearer(String incarnation, long since) {

    /** @throws IllegalArgumentException if it could not travel in a header */
    public Bearer {
        if (!CallHeaders.isToken(incarnation) || since < 0) {
            throw new IllegalArgumentException("no incarnation, or no place in the log: " + incarnation + " " + since);
        }
    }

    /** Whether the name was free between that one and this one. */
    boolean follows(Bearer earlier) {
        return since > earlier.since;
    }
}
