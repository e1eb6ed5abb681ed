package io.raftboot.consensus;

import io.raftboot.model.LogEntry;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.model.WriteBatch;
import java.util.List;
import java.util.Optional;

/**
 * What a server has to do now, in the order of the components; then {@link Consensus#advance} is called. Nothing but {@code
 * replicate} may leave the server before {@code writes} are durable: others rely on it. {@code confirmedReads} do not rest on them
 * either, nor does what is {@code committed} up to {@link Consensus#durableIndex}, unless there is something to {@code restore}.
 *
 * @param replicate the leader's own AppendEntries. They may leave before the leader's disk is done, because the leader does not
 *     count itself yet (thesis §10.2.1)
 * @param writes what must be durable before anything that follows
 * @param messages votes, replies, and all else that rests on what was written
 * @param fetch a snapshot to be downloaded; one at a time, and asked for again after {@link Consensus#snapshotNotFetched}
 * @param restore a snapshot to take the place of the state machine's state, before {@code committed}
 * @param committed the next entries for the state machine, in order, each once
 * @param confirmedReads reads that may be answered as soon as their index is applied
 */
public record Ready(
        List<Message> replicate,
        WriteBatch writes,
        List<Message> messages,
        Optional<Fetch> fetch,
        Optional<Snapshot> restore,
        List<LogEntry> committed,
        List<ConfirmedRead> confirmedReads) {

    /** The most entries that are with the state machine at a time; more are handed out as it finishes. */
    public static final int MAX_APPLYING_ENTRIES = 8192;

    /**
     * A download.
     *
     * @param snapshot what to fetch
     * @param leaderId who offered it and has it for certain
     */
    public record Fetch(Snapshot snapshot, NodeId leaderId) {}

    /**
     * A read that is known to have arrived while this server led.
     *
     * @param readId what {@link Consensus#readIndex} was called with
     * @param readIndex what must be applied before it is answered
     */
    public record ConfirmedRead(long readId, long readIndex) {}

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return replicate.isEmpty()
                && writes.isEmpty()
                && messages.isEmpty()
                && fetch.isEmpty()
                && restore.isEmpty()
                && committed.isEmpty()
                && confirmedReads.isEmpty();
    }
}
