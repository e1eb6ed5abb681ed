package io.raftboot;

import io.raftboot.model.AppliedDigest;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Result;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.StateMachine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** What this package does with committed entries around a state machine, for the simulation, which lives elsewhere, to run. */
public final class StateRules {

    private final ReplicatedState state;

    /**
     * The state before the first entry.
     *
     * @param bootstrapped the servers that the cluster begins with, as far as this one knows them
     */
    public StateRules(StateMachine stateMachine, Configuration bootstrapped) {
        this.state = new ReplicatedState(stateMachine);
        state.begin(bootstrapped);
    }

    /**
     * Applies the next entry.
     *
     * @return empty if its result is forgotten, or whether it was applied before
     * @throws IllegalStateException if its request id stands for another command
     */
    public Optional<Result> apply(LogEntry entry) {
        Effect effect = state.apply(entry);
        if (effect == Effect.Refusal.OTHER_COMMAND) {
            throw new IllegalStateException(entry + " is refused, and no client uses an id twice");
        }
        return effect instanceof Effect.Gives gives ? Optional.of(gives.result()) : Optional.empty();
    }

    /** How far it is, and who the members are as of there. */
    public SnapshotMetadata position() {
        return state.position();
    }

    /** The digest of what was applied. */
    public long digest() {
        return state.recentDigests()
                .at(state.lastApplied())
                .map(AppliedDigest::digest)
                .orElseThrow();
    }

    /** A snapshot's content. */
    public byte[] snapshot() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            state.snapshot().writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Takes a snapshot over. */
    public void restore(SnapshotMetadata metadata, byte[] snapshot) {
        try {
            state.restore(metadata, new ByteArrayInputStream(snapshot));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
