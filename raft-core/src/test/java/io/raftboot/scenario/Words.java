package io.raftboot.scenario;

import io.raftboot.model.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The words of a command, taken one after another. What is missing or too much is an {@link IllegalArgumentException}. */
final class Words {

    private final Deque<String> left;

    Words(String line) {
        this.left = new ArrayDeque<>(Arrays.asList(line.strip().split("\\s+")));
    }

    boolean isEmpty() {
        return left.isEmpty();
    }

    String next(String what) {
        return Optional.ofNullable(left.poll()).orElseThrow(() -> new IllegalArgumentException(what + " is missing"));
    }

    NodeId server() {
        return NodeId.of(next("a server"));
    }

    Optional<NodeId> optionalServer() {
        return isEmpty() ? Optional.empty() : Optional.of(server());
    }

    long number(String what) {
        return Long.parseLong(next(what));
    }

    /** All words that are left; at least one. */
    List<String> several(String what) {
        List<String> words = new ArrayList<>();
        words.add(next(what));
        words.addAll(rest());
        return words;
    }

    /** All words that are left. */
    List<String> rest() {
        List<String> words = List.copyOf(left);
        left.clear();
        return words;
    }

    /** The words up to this one, which is taken too if it is there. */
    List<String> until(String end) {
        List<String> words = new ArrayList<>();
        while (!left.isEmpty()) {
            String word = left.remove();
            if (word.equals(end)) {
                break;
            }
            words.add(word);
        }
        return words;
    }

    void end() {
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("too much: " + String.join(" ", left));
        }
    }
}
