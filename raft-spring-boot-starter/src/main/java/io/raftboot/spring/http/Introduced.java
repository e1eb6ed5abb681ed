package io.raftboot.spring.http;

import io.raftboot.model.NodeId;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whom a caller knows by which name, so that who has not met them yet does not take a wiped disk for the first one.
 *
 * @param bearers unmodifiable
 */
record Introduced(SortedMap<NodeId, Bearer> bearers) {

    /** The most servers in one call: with the longest names they take 3.4 KB, and a web server reads 8 KB of headers. */
    static final int MAX_BEARERS = 16;

    static final Introduced NOBODY = new Introduced(new TreeMap<>());

    private static final int WORDS = 3;

    /** @throws IllegalArgumentException if they are too many */
    Introduced {
        if (bearers.size() > MAX_BEARERS) {
            throw new IllegalArgumentException("a call introduces at most " + MAX_BEARERS + " servers");
        }
        bearers = Collections.unmodifiableSortedMap(new TreeMap<>(bearers));
    }

    /** Reads what {@link #text} has made. @throws IllegalArgumentException if it has not */
    static Introduced read(String text) {
        String[] words = text.split(" ", -1);
        if (words.length % WORDS != 0) {
            throw new IllegalArgumentException("who is introduced has a name, an incarnation and a number");
        }
        SortedMap<NodeId, Bearer> bearers = new TreeMap<>();
        for (int i = 0; i < words.length; i += WORDS) {
            Bearer bearer = new Bearer(words[i + 1], CallHeaders.number(words[i], words[i + 2]));
            if (bearers.put(NodeId.of(words[i]), bearer) != null) {
                throw new IllegalArgumentException(words[i] + " is introduced twice");
            }
        }
        return new Introduced(bearers);
    }

    /** What travels in a header; empty if there is nothing to tell. */
    String text() {
        return bearers.entrySet().stream().map(Introduced::words).collect(Collectors.joining(" "));
    }

    private static String words(Map.Entry<NodeId, Bearer> entry) {
        return entry.getKey() + " " + entry.getValue().incarnation() + " "
                + entry.getValue().since();
    }

    boolean isEmpty() {
        return bearers.isEmpty();
    }

    Optional<Bearer> of(NodeId name) {
        return Optional.ofNullable(bearers.get(name));
    }
}
