package io.raftboot.simulation;

import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.RequestId;
import io.raftboot.testkit.Operation.Kind;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The state machine: a number for each key, 0 at first. A command that was applied before, by its request id, is not applied
 * again and gives the same result.
 */
final class Registers {

    private static final int COMMAND_BYTES = 13;

    private final boolean forgetsRequests;
    private final Map<Integer, Long> values = new HashMap<>();
    private final Map<RequestId, Long> results = new HashMap<>();
    private long lastApplied;
    private long lastTerm;
    private long digest;
    private Configuration configuration;

    /**
     * The state before the first entry.
     *
     * @param configuration what the server was bootstrapped with
     * @param forgetsRequests a bug to be found: repeated commands are applied again
     */
    Registers(Configuration configuration, boolean forgetsRequests) {
        this.configuration = configuration;
        this.forgetsRequests = forgetsRequests;
    }

    /**
     * The same state, to be changed apart from the other: what a snapshot is made of.
     *
     * @param forgetsResults a bug to be found: which commands were applied is not part of the snapshot
     */
    Registers copy(boolean forgetsResults) {
        Registers copy = new Registers(configuration, forgetsRequests);
        copy.values.putAll(values);
        if (!forgetsResults) {
            copy.results.putAll(results);
        }
        copy.lastApplied = lastApplied;
        copy.lastTerm = lastTerm;
        copy.digest = digest;
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
        return lastApplied;
    }

    /** The term of the last applied entry. */
    long lastTerm() {
        return lastTerm;
    }

    /** The configuration as of the last applied entry. */
    Configuration configuration() {
        return configuration;
    }

    /** A number that differs when what was applied differs. */
    long digest() {
        return digest;
    }

    long read(String key) {
        return read(Integer.parseInt(key));
    }

    private long read(int key) {
        return values.getOrDefault(key, 0L);
    }

    boolean hasApplied(RequestId requestId) {
        return results.containsKey(requestId);
    }

    /** Takes the next entry, and gives the command's result: 0 for an entry that is none. */
    long apply(LogEntry entry) {
        Violation.require(entry.index() == lastApplied + 1, "entry %s is applied behind index %d", entry, lastApplied);
        lastApplied = entry.index();
        lastTerm = entry.term();
        long result = 0;
        if (entry instanceof LogEntry.Command command) {
            RequestId requestId = command.requestId().orElseThrow();
            Long known = forgetsRequests ? null : results.get(requestId);
            result = known == null ? change(command.command()) : known;
            results.put(requestId, result);
        }
        if (entry instanceof LogEntry.Membership membership) {
            configuration = membership.configuration();
        }
        digest = digest * 31 + entry.term() * 17 + result;
        return result;
    }

    private long change(byte[] command) {
        ByteBuffer buffer = ByteBuffer.wrap(command);
        boolean isIncrement = buffer.get() == 1;
        int key = buffer.getInt();
        long value = buffer.getLong();
        long result = isIncrement ? read(key) + 1 : value;
        values.put(key, result);
        return result;
    }
}
