package io.raftboot.sample;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * A question to the state.
 *
 * @param <R> what answers it
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Query.Get.class, name = "get"),
    @JsonSubTypes.Type(value = Query.ListKeys.class, name = "list")
})
sealed interface Query<R> {

    /** Answers it from these entries, without changing them. */
    R on(NavigableMap<String, Entry> entries);

    /** The class of the answer. */
    Class<R> answerType();

    /** Asks for one key. */
    record Get(String key) implements Query<Found> {

        @Override
        public Found on(NavigableMap<String, Entry> entries) {
            return new Found(Optional.ofNullable(entries.get(key)));
        }

        @Override
        public Class<Found> answerType() {
            return Found.class;
        }
    }

    /**
     * Asks for the keys that begin alike, in their order.
     *
     * @param prefix how they begin; empty for every key
     * @param limit how many of them at most
     */
    record ListKeys(String prefix, int limit) implements Query<Listing> {

        @Override
        public Listing on(NavigableMap<String, Entry> entries) {
            List<Entry> found = new ArrayList<>();
            long length = 0;
            for (Entry entry : entries.tailMap(prefix, true).values()) {
                if (found.size() == limit || !entry.key().startsWith(prefix)) {
                    break;
                }
                length += entry.length();
                if (length > Listing.MAX_LENGTH && !found.isEmpty()) {
                    return new Listing(found, true);
                }
                found.add(entry);
            }
            return new Listing(found, false);
        }

        @Override
        public Class<Listing> answerType() {
            return Listing.class;
        }
    }

    /** The answer to {@link Get}: empty if the key is not there. */
    record Found(Optional<Entry> entry) {}

    /**
     * The answer to {@link ListKeys}.
     *
     * @param entries what was found, in the order of keys
     * @param truncated whether some were left out because the answer would exceed {@link #MAX_LENGTH}
     */
    record Listing(List<Entry> entries, boolean truncated) {

        /**
         * How much one answer holds, in characters of keys and values; the first entry is always part of it. Without this bound
         * a thousand values of the largest size would be built in memory at once.
         */
        static final int MAX_LENGTH = 1 << 20;

        public Listing {
            entries = List.copyOf(entries);
        }
    }
}
