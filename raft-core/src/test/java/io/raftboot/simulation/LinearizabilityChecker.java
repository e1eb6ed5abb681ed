package io.raftboot.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a history of one register is linearizable: whether each answered operation can be placed at one moment between its call
 * and its answer so that a single register gives all the answers. Wing and Gong's search with Lowe's memory of configurations
 * ("Testing for linearizability", 2017). An unanswered operation may take effect at any time after its call, or never.
 */
final class LinearizabilityChecker {

    /** The most operations in one history: they are kept as the bits of a long. */
    static final int MAX_OPERATIONS = 63;

    /** How many configurations are looked at before giving up; giving up counts as a violation. */
    private static final int MAX_CONFIGURATIONS = 1_000_000;

    private record Configuration(long done, long value) {}

    private final List<Operation> operations;
    private final Set<Configuration> visited = new HashSet<>();
    private final long answered;

    private LinearizabilityChecker(Collection<Operation> history) {
        this.operations = new ArrayList<>(history);
        operations.removeIf(operation -> !operation.isAnswered() && operation.kind() == Registers.Kind.READ);
        operations.sort(Comparator.comparingLong(Operation::invokedAt));
        Violation.require(
                operations.size() <= MAX_OPERATIONS, "%d operations are too many for the checker", operations.size());
        long bits = 0;
        for (int i = 0; i < operations.size(); i++) {
            bits |= operations.get(i).isAnswered() ? 1L << i : 0;
        }
        this.answered = bits;
    }

    /** Checks the operations on one key. @return the evidence if they are not linearizable */
    static Optional<String> check(Collection<Operation> history) {
        LinearizabilityChecker checker = new LinearizabilityChecker(history);
        return checker.search(0, 0)
                ? Optional.empty()
                : Optional.of("not linearizable:\n  "
                        + String.join(
                                "\n  ",
                                checker.operations.stream()
                                        .map(Operation::toString)
                                        .toList()));
    }

    private boolean search(long done, long value) {
        if ((done & answered) == answered) {
            return true;
        }
        if (!visited.add(new Configuration(done, value))) {
            return false;
        }
        Violation.require(
                visited.size() <= MAX_CONFIGURATIONS, "the checker gave up on %d operations", operations.size());
        // Whatever comes next was called before the first answer among the operations that are left.
        long firstAnswer = Operation.NEVER;
        for (int i = 0; i < operations.size(); i++) {
            if ((done & (1L << i)) == 0) {
                firstAnswer = Math.min(firstAnswer, operations.get(i).answeredAt());
            }
        }
        for (int i = 0; i < operations.size() && operations.get(i).invokedAt() < firstAnswer; i++) {
            if ((done & (1L << i)) == 0 && takesEffect(operations.get(i), done | (1L << i), value)) {
                return true;
            }
        }
        return false;
    }

    private boolean takesEffect(Operation operation, long done, long value) {
        return switch (operation.kind()) {
            case READ -> operation.result() == value && search(done, value);
            case WRITE -> search(done, operation.argument());
            case INCREMENT -> (!operation.isAnswered() || operation.result() == value + 1) && search(done, value + 1);
        };
    }
}
