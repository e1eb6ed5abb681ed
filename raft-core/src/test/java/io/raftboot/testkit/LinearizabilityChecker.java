package io.raftboot.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a history of one register is linearizable: whether each answered operation can be placed at one moment between its call
 * and its answer so that a single register gives all the answers. Wing and Gong's search with Lowe's memory of configurations
 * ("Testing for linearizability", 2017). An unanswered operation may take effect at any time after its call, or never.
 */
public final class LinearizabilityChecker {

    /** The most operations in the history of one register. */
    public static final int MAX_OPERATIONS = 10_000;

    /** How many configurations are looked at before giving up; giving up counts as a violation. */
    public static final int MAX_CONFIGURATIONS = 1_000_000;

    /** The place before the first event. */
    private static final int HEAD = 0;

    private record Event(int operation, long at, boolean isAnswer) {}

    /** What has taken effect, in whatever order, and what the register holds then. */
    private record Configuration(BitSet done, long value) {}

    private record Step(int call, long valueBefore) {}

    private final int maxConfigurations;
    private final List<Operation> operations;
    private final List<Event> events = new ArrayList<>();

    /** A list of the calls and answers of what has not taken effect, by their places in {@link #events}. */
    private final int[] next;

    private final int[] previous;

    /** Where the answer to each operation stands in {@link #events}; only for those that have one. */
    private final int[] answers;

    private final Set<Configuration> visited = new HashSet<>();
    private final Deque<Step> path = new ArrayDeque<>();
    private final BitSet done = new BitSet();
    private long value;
    private int answersLeft;

    private LinearizabilityChecker(Collection<Operation> history, int maxConfigurations) {
        this.maxConfigurations = maxConfigurations;
        this.operations = history.stream()
                .filter(operation -> operation.isAnswered() || operation.kind() != Operation.Kind.READ)
                .toList();
        if (operations.size() > MAX_OPERATIONS) {
            throw new IllegalArgumentException(
                    operations.size() + " operations on one register, and " + MAX_OPERATIONS + " can be checked");
        }
        answers = new int[operations.size()];
        order();
        next = new int[events.size()];
        previous = new int[events.size()];
        for (int place = 0; place < events.size(); place++) {
            next[place] = place + 1;
            previous[place] = place - 1;
        }
    }

    /**
     * Checks the operations on one register, which holds 0 at first.
     *
     * @param history in any order; whoever shares a moment with another counts as concurrent with it
     * @return the evidence if they are not linearizable, or if more than {@link #MAX_CONFIGURATIONS} would have to be looked at
     * @throws IllegalArgumentException if there are more than {@link #MAX_OPERATIONS}
     */
    public static Optional<String> check(Collection<Operation> history) {
        return check(history, MAX_CONFIGURATIONS);
    }

    static Optional<String> check(Collection<Operation> history, int maxConfigurations) {
        LinearizabilityChecker checker = new LinearizabilityChecker(history, maxConfigurations);
        if (checker.search()) {
            return Optional.empty();
        }
        String verdict = checker.hasGivenUp() ? "not known to be linearizable" : "not linearizable";
        return Optional.of(verdict
                + checker.operations.stream()
                        .sorted(Comparator.comparingLong(Operation::invokedAt))
                        .map(operation -> "\n  " + operation)
                        .collect(Collectors.joining("", ":", "")));
    }

    private void order() {
        events.add(new Event(-1, Long.MIN_VALUE, false));
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            events.add(new Event(i, operation.invokedAt(), false));
            if (operation.isAnswered()) {
                events.add(new Event(i, operation.answeredAt(), true));
                answersLeft++;
            }
        }
        events.subList(HEAD + 1, events.size())
                .sort(Comparator.comparingLong(Event::at).thenComparing(Event::isAnswer));
        for (int place = HEAD + 1; place < events.size(); place++) {
            if (events.get(place).isAnswer()) {
                answers[events.get(place).operation()] = place;
            }
        }
    }

    /** Whatever takes effect next was called before the first answer among the operations that are left. */
    private boolean search() {
        int place = next[HEAD];
        while (answersLeft > 0) {
            if (!events.get(place).isAnswer()) {
                place = takesEffect(place) ? next[HEAD] : next[place];
            } else if (path.isEmpty() || hasGivenUp()) {
                return false;
            } else {
                place = next[undo()];
            }
        }
        return true;
    }

    private boolean hasGivenUp() {
        return visited.size() > maxConfigurations;
    }

    /** Lets an operation take effect, if it can and leads to a configuration that was not tried before. */
    private boolean takesEffect(int call) {
        int number = events.get(call).operation();
        OptionalLong after = valueAfter(operations.get(number));
        if (after.isEmpty()) {
            return false;
        }
        done.set(number);
        if (!visited.add(new Configuration((BitSet) done.clone(), after.getAsLong()))) {
            done.clear(number);
            return false;
        }
        path.push(new Step(call, value));
        value = after.getAsLong();
        takeOut(call);
        if (operations.get(number).isAnswered()) {
            takeOut(answers[number]);
            answersLeft--;
        }
        return true;
    }

    private OptionalLong valueAfter(Operation operation) {
        return switch (operation.kind()) {
            case READ -> operation.result() == value ? OptionalLong.of(value) : OptionalLong.empty();
            case WRITE -> OptionalLong.of(operation.argument());
            case INCREMENT ->
                !operation.isAnswered() || operation.result() == value + 1
                        ? OptionalLong.of(value + 1)
                        : OptionalLong.empty();
        };
    }

    /** Takes the last step back. @return the call that it let take effect */
    private int undo() {
        Step last = path.pop();
        int number = events.get(last.call()).operation();
        done.clear(number);
        value = last.valueBefore();
        if (operations.get(number).isAnswered()) {
            putBack(answers[number]);
            answersLeft++;
        }
        putBack(last.call());
        return last.call();
    }

    private void takeOut(int place) {
        next[previous[place]] = next[place];
        if (next[place] < events.size()) {
            previous[next[place]] = previous[place];
        }
    }

    private void putBack(int place) {
        next[previous[place]] = place;
        if (next[place] < events.size()) {
            previous[next[place]] = place;
        }
    }
}
