package io.raftboot;

import static io.raftboot.model.BrokenInvariant.require;
import static java.util.Objects.requireNonNull;

import io.raftboot.RememberedIds.Remembered;
import io.raftboot.model.AppliedCommand;
import io.raftboot.model.AppliedDigest;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Result;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/**
 * The state machine, which requests it has carried out, how far it is (Figure 2, {@code lastApplied}), and the digest of what it did. It outlives a stop and start
 * of its server, because the application's state does. Used by the apply thread; only {@link #applied}, {@link #recentDigests},
 * {@link #mayDiffer} and {@link #journal} may be asked by others.
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
    private static final int SNAPSHOT_FORMAT = 4;

    /** Without the forgotten request ids. */
    private static final int FORMAT_WITHOUT_FORGOTTEN = 3;

    /** The same where every request id has its result. */
    private static final int FORMAT_WITH_ALL_RESULTS = 2;

    /** Without request ids. */
    private static final int FORMAT_WITHOUT_SESSIONS = 1;

    private final StateMachine stateMachine;
    private final ApplyDigest digest = new ApplyDigest();
    private Sessions sessions = new Sessions();
    private long lastApplied;
    private long lastTerm;
    private Configuration configuration = Configuration.empty();
    private final RecentDigests recentDigests = new RecentDigests();
    private final Journal journal = new Journal();
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

    /** The last commands it has applied; any thread. */
    Journal journal() {
        return journal;
    }

    Applied applied() {
        return applied;
    }

    long lastApplied() {
        return lastApplied;
    }

    /**
     * Applies the entry that follows the last applied one.
     *
     * @return what it has come to; an entry that is no command gives nothing
     */
    Effect apply(LogEntry entry) {
        require(entry.index() == lastApplied + 1, "entry %s cannot be applied after %d", entry, lastApplied);
        Effect effect = new Effect.Gives(new Result(entry.index(), entry.term(), NOTHING));
        if (entry instanceof LogEntry.Command command) {
            effect = applyOnce(command);
        } else {
            digest.update(entry.index());
            takeOver(entry);
        }
        lastApplied = entry.index();
        lastTerm = entry.term();
        recentDigests.add(lastApplied, digest.value());
        journal.isCompleteThrough(lastApplied);
        return effect;
    }

    private void takeOver(LogEntry entry) {
        if (entry instanceof LogEntry.Membership membership) {
            configuration = membership.configuration();
        } else if (entry instanceof LogEntry.NoOp noOp) {
            sessions.limit(noOp.sessions());
        }
    }

    private Effect applyOnce(LogEntry.Command command) {
        sessions.advance(command.timestampMillis());
        Optional<Remembered> first = command.requestId().flatMap(sessions::find);
        if (first.isPresent()) {
            return repeat(first.get(), command);
        }
        if (command.requestId().filter(sessions::mayBeForgotten).isPresent()) {
            digest.update(command.index());
            return Effect.Refusal.ID_FORGOTTEN;
        }
        Result result = change(command);
        command.requestId().ifPresent(id -> sessions.remember(id, command, result));
        return new Effect.Gives(result);
    }

    /** In the digest it is another thing to repeat a result than to apply a command that gives the same. */
    private Effect repeat(Remembered first, LogEntry.Command command) {
        digest.update(command.index());
        digest.update(first.index());
        if (!Sessions.isSame(first, command)) {
            return Effect.Refusal.OTHER_COMMAND;
        }
        return first.value()
                .<Effect>map(value -> new Effect.Gives(new Result(first.index(), first.term(), value).again()))
                .orElse(Effect.Refusal.RESULT_FORGOTTEN);
    }

    private Result change(LogEntry.Command command) {
        CommandContext context =
                new CommandContext(command.index(), command.term(), Instant.ofEpochMilli(command.timestampMillis()));
        byte[] value =
                requireNonNull(stateMachine.apply(context, command.command()), "the state machine's result is null");
        digest.update(command.index(), command.command(), value);
        journal.add(new AppliedCommand(
                command.index(), command.term(), command.timestampMillis(), command.command(), value));
        return new Result(command.index(), command.term(), value);
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
        SnapshotWriter sessionsNow = sessions.snapshot();
        SnapshotWriter captured = requireNonNull(stateMachine.snapshot(), "the state machine's snapshot is null");
        return out -> {
            DataOutputStream header = new DataOutputStream(new BufferedOutputStream(out));
            header.writeInt(SNAPSHOT_FORMAT);
            header.writeLong(digestNow);
            sessionsNow.writeTo(header);
            header.flush();
            captured.writeTo(out);
        };
    }

    /** Takes over the state that {@link #snapshot} captured, on another server perhaps. */
    void restore(SnapshotMetadata metadata, InputStream snapshot) throws IOException {
        DataInputStream content = new DataInputStream(new BufferedInputStream(snapshot));
        int format = content.readInt();
        if (format < FORMAT_WITHOUT_SESSIONS || format > SNAPSHOT_FORMAT) {
            throw new IOException(
                    "the snapshot is of format " + format + ", and this version reads up to " + SNAPSHOT_FORMAT);
        }
        digest.restart(content.readLong());
        sessions = switch (format) {
            case FORMAT_WITHOUT_SESSIONS -> new Sessions();
            case FORMAT_WITH_ALL_RESULTS, FORMAT_WITHOUT_FORGOTTEN -> Sessions.readWithoutForgotten(content);
            default -> Sessions.read(content);
        };
        stateMachine.restore(content);
        lastApplied = metadata.lastIncludedIndex();
        lastTerm = metadata.lastIncludedTerm();
        configuration = metadata.configuration();
        recentDigests.restart(lastApplied, digest.value());
        journal.beginAfter(lastApplied);
        divergedAt = Optional.empty();
    }

    /** Whether {@link #compare} is called for: not if it is known to be as it should be. Any thread. */
    boolean mayDiffer(AppliedDigest right) {
        return applied.divergedAt().isPresent()
                || recentDigests.at(right.index()).filter(right::equals).isEmpty();
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
