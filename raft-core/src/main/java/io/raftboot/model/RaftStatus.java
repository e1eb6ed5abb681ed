package io.raftboot.model;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One server's own view at one moment.
 *
 * @param identity who it is
 * @param role what it is
 * @param term its current term
 * @param leaderId who leads, as far as it knows
 * @param commitIndex the last entry it knows to be committed
 * @param lastApplied the last entry its state machine has applied
 * @param firstLogIndex the first entry still in its log
 * @param lastLogIndex the last entry in its log
 * @param lastLogTerm the term of that entry
 * @param snapshotIndex the last entry its newest snapshot holds, 0 without one
 * @param applyDigest a digest over everything applied up to {@code digestIndex}: equal on all servers at an equal index
 * @param digestIndex the index the digest stands for
 * @param joint whether a change of voters is under way
 * @param failure why it stopped for good, if it did
 * @param divergedAt the first index at which its state machine is known to have done something else than those of the others;
 *     such a server answers no reads
 * @param diskFull whether there is so little room on its disk that it takes no commands
 * @param catchUp how far it is with the snapshot that it waits for or takes over; empty if it does neither
 * @param members the servers of the configuration in force
 */
public record RaftStatus(
        Identity identity,
        RaftRole role,
        long term,
        Optional<NodeId> leaderId,
        long commitIndex,
        long lastApplied,
        long firstLogIndex,
        long lastLogIndex,
        long lastLogTerm,
        long snapshotIndex,
        String applyDigest,
        long digestIndex,
        boolean joint,
        Optional<String> failure,
        Optional<Long> divergedAt,
        boolean diskFull,
        Optional<CatchUp> catchUp,
        List<MemberStatus> members) {

    /** The list is copied. */
    public RaftStatus {
        members = List.copyOf(members);
    }

    /**
     * A server that is too far behind for the log gets its state as a snapshot (§7). Until it has that, its own state is old.
     *
     * @param snapshotIndex the last entry the snapshot holds
     * @param receivedBytes how many bytes have arrived; all of them while the state machine takes it over
     * @param totalBytes how many bytes it has
     */
    public record CatchUp(long snapshotIndex, long receivedBytes, long totalBytes) {}

    /**
     * A server of the configuration.
     *
     * @param id its name
     * @param url where it is reached
     * @param voter whether its vote counts
     * @param replication what the leader knows of it; empty on every other server
     */
    public record MemberStatus(NodeId id, URI url, boolean voter, Optional<Replication> replication) {}

    /**
     * How far a server has come, as its leader sees it.
     *
     * @param matchIndex the last entry it is known to hold
     * @param lag how many entries it is behind the leader
     * @param lastContact how long ago it last answered
     * @param reachable whether it answered within the election timeout
     * @param divergedAt the first index at which its state machine is known to have done something else than those of the others
     */
    public record Replication(
            long matchIndex, long lag, Duration lastContact, boolean reachable, Optional<Long> divergedAt) {}
}
