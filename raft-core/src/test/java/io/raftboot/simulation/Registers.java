package io.raftboot.simulation;

import io.raftboot.StateRules;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Result;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.testkit.Operation.Kind;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The replicated state: the product's own, with request ids, around the application. */
final class Registers {

    private static final int COMMAND_BYTES = 13;

    private final Values values = new Values();
    private final StateRules state;

    /**
     * The state before the first entry.
     *
     * @param configuration what the server was bootstrapped with
     */
    Registers(Configuration configuration) {
        this.state = new StateRules(values, configuration);
    }

    /** The same state, to be changed apart from the other: what a snapshot is made of. */
    Registers copy() {
        Registers copy = new Registers(Configuration.empty());
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

    /** How far it is, and who the members are as of there. */
    SnapshotMetadata position() {
        return state.position();
    }

    /** A number that differs when what was applied differs. */
    long digest() {
        return state.digest();
    }

    /** A number that differs when its snapshot does. */
    long fingerprint() {
        CRC32C checksum = new CRC32C();
        checksum.update(state.snapshot());
        return checksum.getValue();
    }

    long read(String key) {
        return values.read(key);
    }

    /** Takes the next entry, and gives what the client is told; nothing if it was applied before and that is forgotten. */
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
