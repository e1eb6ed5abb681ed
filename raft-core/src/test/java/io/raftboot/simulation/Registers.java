package io.raftboot.simulation;

import io.raftboot.StateRules;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Result;
import io.raftboot.testkit.Operation.Kind;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The replicated state: the product's own, with request ids, around the application. */
final class Registers {

    private static final int COMMAND_BYTES = 13;

    private final Values values = new Values();
    private final StateRules state = new StateRules(values);

    /** The same state, to be changed apart from the other: what a snapshot is made of. */
    Registers copy() {
        Registers copy = new Registers();
        copy.state.restore(state.position(), state.snapshot());
        return copy;
    }

    /**
     * A command for the log.
     *
     * @param key an integer, so that all commands are of one size
     * @param padding how many bytes to add, to make it large
     */
    static byte[] encode(Kind kind, String key, long value, int padding) {
        ByteBuffer buffer = ByteBuffer.allocate(COMMAND_BYTES + padding);
        return buffer.put((byte) (kind == Kind.INCREMENT ? 1 : 0))
                .putInt(Integer.parseInt(key))
                .putLong(value)
                .array();
    }

    /** The key that a command is about. */
    static String keyOf(byte[] command) {
        return Integer.toString(ByteBuffer.wrap(command).getInt(1));
    }

    long lastApplied() {
        return state.position().lastIncludedIndex();
    }

    /** The term of the last applied entry. */
    long lastTerm() {
        return state.position().lastIncludedTerm();
    }

    /** A number that differs when what was applied differs. */
    long digest() {
        return state.digest();
    }

    long read(String key) {
        return values.read(key);
    }

    /** Takes the next entry, and gives what the client is told; nothing if its request id stands for another command. */
    Optional<Result> apply(LogEntry entry) {
        Violation.require(
                entry.index() == lastApplied() + 1, "entry %s is applied behind index %d", entry, lastApplied());
        return state.apply(entry);
    }

    /** The number in a command's result. */
    static long valueOf(Result result) {
        return ByteBuffer.wrap(result.value()).getLong();
    }
}
