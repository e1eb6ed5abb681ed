package io.raftboot.sample;

import java.util.List;
import java.util.Optional;

/**
 * What must be so for a command to be carried out (RFC 9110, sections 13.1.1 and 13.1.2). It travels inside the command and is
 * looked at when the command is applied: only there is it certain that nothing comes between the look and the change.
 *
 * @param ifMatch the key must be in one of these states
 * @param ifNoneMatch the key must be in none of these states
 */
record Precondition(Optional<Tags> ifMatch, Optional<Tags> ifNoneMatch) {

    /** Holds always. */
    static final Precondition NONE = new Precondition(Optional.empty(), Optional.empty());

    /** Whether it holds for a key in this state. */
    boolean holds(Optional<Entry> current) {
        return ifMatch.map(tags -> tags.match(current)).orElse(true)
                && ifNoneMatch.map(tags -> !tags.match(current)).orElse(true);
    }

    /**
     * States of a key.
     *
     * @param any {@code *}: every state in which the key is there
     * @param values revisions as the caller wrote them, without quotes; text that is no revision matches nothing
     */
    record Tags(boolean any, List<String> values) {

        Tags {
            values = List.copyOf(values);
        }

        /** Whether the key is in one of these states; a key that is not there is in none. */
        boolean match(Optional<Entry> current) {
            return current.map(entry -> any || values.contains(entry.tag())).orElse(false);
        }
    }
}
