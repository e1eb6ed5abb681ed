package io.raftboot;

import static io.raftboot.model.BrokenInvariant.require;
import static java.util.Objects.requireNonNull;

import io.raftboot.model.AppliedDigest;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Result;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/**
 * The state machine, how far it is (Figure 2, {@code lastApplied}), and the digest of what it did. It outlives a stop and start
 * of its server, because the application's state does. Used by the apply thread; only {@link #applied} and {@link #recentDigests} may be asked by
 * others.
 */
final class ReplicatedState {

    /**
     * How far the state machine is.
     *
     * @param digest the digest at that point
     * @param divergedAt the first index at which it is known to have done something else than those of the other servers
     */
    record Applied(long index, String digest, Optional<Long> divergedAt) {}

    private static final byte[] NOTHING = {};

    /** What a snapshot begins with; another number is another layout. */
    private static final int SNAPSHOT_FORMAT = 1;

    private final StateMachine stateMachine;
    private final ApplyDigest digest = new ApplyDigest();
    private long lastApplied;
    private long lastTerm;
    private Configuration configuration = Configuration.empty();
    private final RecentDigests recentDigests = new RecentDigests();
    private Optional<Long> divergedAt = Optional.empty();
    private volatile Applied applied = new Applied(0, digest.toString(), divergedAt);

    ReplicatedState(StateMachine stateMachine) {
        this.stateMachine = stateMachine;
        recentDigests.restart(0, digest.value());
    }

    /** The digests at the last indexes; any thread. */
    RecentDigests recentDigests() {
        return recentDigests;
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
        if (entry instanceof LogEntry.Membership membership) {
            configuration = membership.configuration();
        }
        lastApplied = entry.index();
        lastTerm = entry.term();
        recentDigests.add(lastApplied, digest.value());
        return new Result(lastApplied, lastTerm, value);
    }

    /** Begins before the first entry, with the servers that the cluster is bootstrapped with. */
    void begin(Configuration initialConfiguration) {
        require(lastApplied == 0, "begins after %d", lastApplied);
        configuration = initialConfiguration;
    }

    /** What a snapshot of the state as it is now would stand for. */
    SnapshotMetadata position() {
        return new SnapshotMetadata(lastApplied, lastTerm, configuration);
    }

    /** Captures the state as it is now; written later, on another thread. */
    SnapshotWriter snapshot() {
        long digestNow = digest.value();
        SnapshotWriter captured = requireNonNull(stateMachine.snapshot(), "the state machine's snapshot is null");
        return out -> {
            DataOutputStream header = new DataOutputStream(out);
            header.writeInt(SNAPSHOT_FORMAT);
            header.writeLong(digestNow);
            captured.writeTo(out);
        };
    }

    /** Takes over the state that {@link #snapshot} captured, on another server perhaps. */
    void restore(SnapshotMetadata metadata, InputStream snapshot) throws IOException {
        DataInputStream header = new DataInputStream(snapshot);
        int format = header.readInt();
        if (format != SNAPSHOT_FORMAT) {
            throw new IOException(
                    "the snapshot is of format " + format + ", and this version reads " + SNAPSHOT_FORMAT);
        }
        digest.restart(header.readLong());
        stateMachine.restore(snapshot);
        lastApplied = metadata.lastIncludedIndex();
        lastTerm = metadata.lastIncludedTerm();
        configuration = metadata.configuration();
        recentDigests.restart(lastApplied, digest.value());
        divergedAt = Optional.empty();
    }

    /** Compares itself with what is right; a state that is right at some index was right before. */
    void compare(AppliedDigest right) {
        Optional<Long> before = divergedAt;
        recentDigests
                .at(right.index())
                .ifPresent(own -> divergedAt =
                        own.equals(right) ? Optional.empty() : before.or(() -> Optional.of(right.index())));
    }

    /** The first index at which it is known to have diverged. */
    Optional<Long> divergedAt() {
        return divergedAt;
    }

    /** Asks the state machine. */
    Result query(byte[] query) {
        byte[] value = requireNonNull(stateMachine.query(query), "the state machine's answer is null");
        return new Result(lastApplied, lastTerm, value);
    }

    /** Lets the others know how far it is. */
    void publish() {
        applied = new Applied(lastApplied, digest.toString(), divergedAt);
    }
}
