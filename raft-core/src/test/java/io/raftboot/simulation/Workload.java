package io.raftboot.simulation;

import io.raftboot.model.RequestId;
import io.raftboot.testkit.History;
import io.raftboot.testkit.Operation;
import io.raftboot.testkit.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What clients do, by chance, and were told. A key is given up when its history becomes hard to check. */
final class Workload {

    private static final int MAX_OPERATIONS_PER_KEY = 40;

    /** Operations without an answer stay open for ever, and each doubles what the checker has to consider. */
    private static final int MAX_OPEN_PER_KEY = 8;

    private static final int KEYS_IN_USE = 1;

    private final World world;
    private final History history = new History();
    private final int[] keysInUse = new int[KEYS_IN_USE];
    private final List<Operation> changes = new ArrayList<>();
    private int keys;
    private long begun;

    Workload(World world) {
        this.world = world;
        for (int i = 0; i < KEYS_IN_USE; i++) {
            keysInUse[i] = ++keys;
        }
    }

    /** A key that is in use. */
    String key() {
        return Integer.toString(keysInUse[0]);
    }

    /** A new operation of somebody. */
    Operation begin() {
        begun++;
        int roll = world.dice.below(10);
        Kind kind = roll < 4 ? Kind.WRITE : roll < 6 ? Kind.INCREMENT : Kind.READ;
        int slot = world.dice.below(KEYS_IN_USE);
        if (isFull(history.operations(Integer.toString(keysInUse[slot])))) {
            keysInUse[slot] = ++keys;
        }
        // Far apart, so that increments of one value do not reach the next.
        long value = begun * 1_000_000;
        return history.begin(newId(), kind, Integer.toString(keysInUse[slot]), value);
    }

    /** Every other client leaves it to its server to make one up. */
    private RequestId newId() {
        return begun % 2 == 0 ? RequestId.automatic("clients", begun) : new RequestId("op" + begun);
    }

    private static boolean isFull(List<Operation> operations) {
        long open =
                operations.stream().filter(operation -> !operation.isAnswered()).count();
        return operations.size() >= MAX_OPERATIONS_PER_KEY || open >= MAX_OPEN_PER_KEY;
    }

    /** It was done. */
    void answer(Operation operation, long result) {
        history.answer(operation, result);
        if (operation.kind() != Kind.READ) {
            changes.add(operation);
        }
    }

    /** A change that was answered, perhaps long ago. */
    Optional<Operation> anyChange() {
        return changes.isEmpty() ? Optional.empty() : Optional.of(world.dice.pick(changes));
    }

    /** It was certainly not done, so nobody may ever see it. */
    void undo(Operation operation) {
        history.remove(operation);
    }

    /** The evidence if some client was told what cannot be. */
    Optional<String> check() {
        for (String key : world.sessions.repeatedKeys()) {
            history.operations(key).forEach(history::remove);
        }
        return history.check();
    }
}
