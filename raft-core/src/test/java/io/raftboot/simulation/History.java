package io.raftboot.simulation;

import io.raftboot.model.RequestId;
import io.raftboot.simulation.Registers.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What clients did and were told, key by key. A key is given up when its history becomes hard to check. */
final class History {

    private static final int MAX_OPERATIONS_PER_KEY = 40;

    /** Operations without an answer stay open for ever, and each doubles what the checker has to consider. */
    private static final int MAX_OPEN_PER_KEY = 8;

    private static final int KEYS_IN_USE = 1;

    private final World world;
    private final TreeMap<Integer, List<Operation>> byKey = new TreeMap<>();
    private final int[] keysInUse = new int[KEYS_IN_USE];
    private int keys;
    private long begun;

    History(World world) {
        this.world = world;
        for (int i = 0; i < KEYS_IN_USE; i++) {
            keysInUse[i] = ++keys;
        }
    }

    /** A new operation of somebody. */
    Operation begin() {
        begun++;
        int roll = world.dice.below(10);
        Kind kind = roll < 4 ? Kind.WRITE : roll < 6 ? Kind.INCREMENT : Kind.READ;
        int slot = world.dice.below(KEYS_IN_USE);
        if (isFull(byKey.getOrDefault(keysInUse[slot], List.of()))) {
            keysInUse[slot] = ++keys;
        }
        int key = keysInUse[slot];
        // Far apart, so that increments of one value do not reach the next.
        long value = begun * 1_000_000;
        Operation operation = new Operation(new RequestId("op" + begun), kind, key, value, world.historyMoment());
        byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(operation);
        return operation;
    }

    private static boolean isFull(List<Operation> operations) {
        long open =
                operations.stream().filter(operation -> !operation.isAnswered()).count();
        return operations.size() >= MAX_OPERATIONS_PER_KEY || open >= MAX_OPEN_PER_KEY;
    }

    /** It was certainly not done, so nobody may ever see it. */
    void undo(Operation operation) {
        byKey.getOrDefault(operation.key(), List.of()).remove(operation);
    }

    /** Checks each key on its own: registers are independent. @return the evidence against the first one that fails */
    Optional<String> check() {
        for (Map.Entry<Integer, List<Operation>> key : byKey.entrySet()) {
            Optional<String> evidence = LinearizabilityChecker.check(key.getValue());
            if (evidence.isPresent()) {
                return evidence;
            }
        }
        return Optional.empty();
    }
}
