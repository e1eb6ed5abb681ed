package io.raftboot.sample.cluster;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What reads of a few keys may give: each key has one writer, which counts up and repeats a number until it is acknowledged. So a
 * linearizable read never gives less than what was acknowledged, or read, before it began, and nothing that was not yet sent.
 */
final class Registers {

    private final Map<String, Integer> sent = new ConcurrentHashMap<>();
    private final Map<String, Integer> known = new ConcurrentHashMap<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    /** A writer is about to send its next number. @return it */
    int next(String key) {
        return sent.merge(key, 1, Integer::sum);
    }

    /** Its last number was acknowledged. */
    void acknowledged(String key) {
        known.merge(key, sent.getOrDefault(key, 0), Math::max);
    }

    /** What a read that begins now has to give at least. */
    int known(String key) {
        return known.getOrDefault(key, 0);
    }

    /** A read that began when so much was known has given that. */
    void read(String key, int knownBefore, int value, String how) {
        if (value < knownBefore || value > sent.getOrDefault(key, 0)) {
            violations.add(
                    how + " gave " + value + " for " + key + ", known before: " + knownBefore + ", sent: " + sent);
        }
        known.merge(key, value, Math::max);
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    @Override
    public String toString() {
        return "acknowledged or read " + known;
    }
}
