package io.raftboot;

import static io.raftboot.model.BrokenInvariant.require;
import static java.util.Objects.requireNonNull;

import io.raftboot.model.LogEntry;
import io.raftboot.model.Result;
import io.raftboot.spi.CommandContext;
import io.raftboot.spi.StateMachine;
import java.time.Instant;

/**
 * The state machine, how far it is (Figure 2, {@code lastApplied}), and the digest of what it did. It outlives a stop and start
 * of its server, because the application's state does. Used by the apply thread; only {@link #applied} may be asked by others.
 */
final class ReplicatedState {

    /** How far the state machine is, and the digest at that point. */
    record Applied(long index, String digest) {}

    private static final byte[] NOTHING = {};

    private final StateMachine stateMachine;
    private final ApplyDigest digest = new ApplyDigest();
    private long lastApplied;
    private long lastTerm;
    private volatile Applied applied = new Applied(0, digest.toString());

    ReplicatedState(StateMachine stateMachine) {
        this.stateMachine = stateMachine;
    }

    Applied applied() {
        return applied;
    }

    long lastApplied() {
        return lastApplied;
    }

    /** Applies the entry that follows the last applied one. @return what the state machine gave, nothing for other entries */
    Result apply(LogEntry entry) {
        require(entry.index() == lastApplied + 1, "entry %s cannot be applied after %d", entry, lastApplied);
        byte[] value = NOTHING;
        if (entry instanceof LogEntry.Command command) {
            CommandContext context =
                    new CommandContext(entry.index(), entry.term(), Instant.ofEpochMilli(command.timestampMillis()));
            value = requireNonNull(
                    stateMachine.apply(context, command.command()), "the state machine's result is null");
            digest.update(entry.index(), command.command(), value);
        } else {
            digest.update(entry.index());
        }
        lastApplied = entry.index();
        lastTerm = entry.term();
        return new Result(lastApplied, lastTerm, value);
    }

    /** Asks the state machine. */
    Result query(byte[] query) {
        byte[] value = requireNonNull(stateMachine.query(query), "the state machine's answer is null");
        return new Result(lastApplied, lastTerm, value);
    }

    /** Lets the others know how far it is. */
    void publish() {
        applied = new Applied(lastApplied, digest.toString());
    }
}
