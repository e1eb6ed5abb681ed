package io.raftboot.sample;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What a list is answered with.
 *
 * @param entries what was found, in the order of keys
 * @param revision the index at which the read was answered
 * @param truncated in the JSON only if entries were left out because the answer would be too large: ask with a longer prefix
 */
record Page(
        List<Entry> entries,
        long revision,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean truncated) {

    Page {
        entries = List.copyOf(entries);
    }
}
