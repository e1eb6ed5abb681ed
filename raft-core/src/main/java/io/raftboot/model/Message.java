package io.raftboot.model;

import java.util.List;
import java.util.Optional;

/**
 * What servers say to each other: the RPCs of Figure 2 and their replies. A request carries a {@code round}, a number its sender
 * never uses twice in its lifetime; the reply repeats it. Messages may be lost, delayed, repeated and reordered.
 */
public sealed interface Message {

    /** No term, index or round is larger: far beyond reach, and sums of two do not overflow. */
    long MAX_NUMBER = 1L << 62;

    /** Who sent it. */
    NodeId from();

    /** Whom it is for. */
    NodeId to();

    /** The sender's current term; in a pre-vote request the term it would campaign in. */
    long term();

    /** The number of the request, repeated in the reply. */
    long round();

    /** A call; every call is answered, a stale one too. */
    sealed interface Request extends Message permits RequestVote, AppendEntries, InstallSnapshot, TimeoutNow {}

    /** The answer to a call. */
    sealed interface Reply extends Message
            permits RequestVoteReply, AppendEntriesReply, InstallSnapshotReply, TimeoutNowReply {}

    /**
     * A candidate asks for a vote (§5.2, §5.4.1).
     *
     * @param lastLogIndex index of the candidate's last entry
     * @param lastLogTerm term of that entry
     * @param preVote the candidate only asks whether it would get the vote; nothing changes by answering (thesis §9.6)
     * @param leadershipTransfer the leader itself asked for this election, so hearing that leader is no reason to refuse
     *     (thesis §3.10)
     */
    record RequestVote(
            NodeId from,
            NodeId to,
            long term,
            long round,
            long lastLogIndex,
            long lastLogTerm,
            boolean preVote,
            boolean leadershipTransfer)
            implements Request {

        /** @throws IllegalArgumentException if a number is impossible */
        public RequestVote {
            check(term, round, lastLogIndex, lastLogTerm);
        }
    }

    /**
     * The answer to {@link RequestVote}.
     *
     * @param term the answering server's own current term, also for a pre-vote
     * @param preVote whether it answers a pre-vote
     */
    record RequestVoteReply(NodeId from, NodeId to, long term, long round, boolean preVote, boolean voteGranted)
            implements Reply {

        /** @throws IllegalArgumentException if a number is impossible */
        public RequestVoteReply {
            check(term, round);
        }
    }

    /**
     * The leader replicates entries, or with none of them says that it is there (§5.3).
     *
     * @param prevLogIndex index of the entry right before the new ones
     * @param prevLogTerm term of that entry
     * @param entries what follows it; empty for a heartbeat
     * @param leaderCommit the leader's commit index
     * @param digestQuestion what the leader wants to know of the follower's state machine
     */
    record AppendEntries(
            NodeId from,
            NodeId to,
            long term,
            long round,
            long prevLogIndex,
            long prevLogTerm,
            List<LogEntry> entries,
            long leaderCommit,
            Optional<DigestQuestion> digestQuestion)
            implements Request {

        /** The most entries in one message. */
        public static final int MAX_ENTRIES = 4096;

        /** @throws IllegalArgumentException if a number is impossible or the entries do not follow {@code prevLogIndex} */
        public AppendEntries {
            check(term, round, prevLogIndex, prevLogTerm, leaderCommit);
            entries = List.copyOf(entries);
            if (entries.size() > MAX_ENTRIES) {
                throw new IllegalArgumentException(entries.size() + " entries in one message");
            }
            long index = prevLogIndex;
            long entryTerm = prevLogTerm;
            for (LogEntry entry : entries) {
                if (entry.index() != ++index || entry.term() < entryTerm || entry.term() > term) {
                    throw new IllegalArgumentException(
                            "entry " + entry + " cannot follow " + (index - 1) + ":" + entryTerm);
                }
                entryTerm = entry.term();
            }
        }

        /** A message that asks nothing about the state machine. @throws IllegalArgumentException see above */
        public AppendEntries(
                NodeId from,
                NodeId to,
                long term,
                long round,
                long prevLogIndex,
                long prevLogTerm,
                List<LogEntry> entries,
                long leaderCommit) {
            this(from, to, term, round, prevLogIndex, prevLogTerm, entries, leaderCommit, Optional.empty());
        }

        /** The same, with a question. */
        public AppendEntries with(DigestQuestion question) {
            return new AppendEntries(
                    from, to, term, round, prevLogIndex, prevLogTerm, entries, leaderCommit, Optional.of(question));
        }

        @Override
        public String toString() {
            return "AppendEntries[" + from + "->" + to + " term=" + term + " round=" + round + " prev=" + prevLogIndex
                    + ":" + prevLogTerm + " entries=" + entries + " commit=" + leaderCommit + "]";
        }
    }

    /**
     * The leader compares what the state machines of all servers did.
     *
     * @param index where it wants to know the digest
     * @param right which digest it has found to be right, at an earlier index mostly
     */
    record DigestQuestion(long index, Optional<AppliedDigest> right) {

        /** @throws IllegalArgumentException if the index is impossible */
        public DigestQuestion {
            check(index);
        }
    }

    /**
     * The answer to {@link AppendEntries}.
     *
     * @param success whether the entry before the sent ones is in the follower's log, so that it took them, as far as it had room
     * @param matchIndex up to where the follower's log is known to equal the leader's, durably, if successful: {@code prevLogIndex}
     *     plus the number of entries it took, never the follower's last index
     * @param conflictIndex if not: the last entry of the follower that may still equal the leader's
     * @param conflictTerm the term of that entry
     * @param digest what the leader asked for; empty if that is not applied yet, or too long ago
     * @param room how many bytes of commands the follower's disk still takes, if that is little
     */
    record AppendEntriesReply(
            NodeId from,
            NodeId to,
            long term,
            long round,
            boolean success,
            long matchIndex,
            long conflictIndex,
            long conflictTerm,
            Optional<AppliedDigest> digest,
            Optional<Long> room)
            implements Reply {

        /** @throws IllegalArgumentException if a number is impossible */
        public AppendEntriesReply {
            check(term, round, matchIndex, conflictIndex, conflictTerm);
        }

        /** An answer that says nothing about the state machine. @throws IllegalArgumentException if a number is impossible */
        public AppendEntriesReply(
                NodeId from,
                NodeId to,
                long term,
                long round,
                boolean success,
                long matchIndex,
                long conflictIndex,
                long conflictTerm) {
            this(
                    from,
                    to,
                    term,
                    round,
                    success,
                    matchIndex,
                    conflictIndex,
                    conflictTerm,
                    Optional.empty(),
                    Optional.empty());
        }

        /** The same, with what the leader asked for, if it is known. */
        public AppendEntriesReply with(Optional<AppliedDigest> answer) {
            return new AppendEntriesReply(
                    from, to, term, round, success, matchIndex, conflictIndex, conflictTerm, answer, room);
        }

        /** The same from a follower whose disk is nearly full. */
        public AppendEntriesReply withRoom(Optional<Long> bytes) {
            return new AppendEntriesReply(
                    from, to, term, round, success, matchIndex, conflictIndex, conflictTerm, digest, bytes);
        }

        /** The follower has all of the request's entries. */
        public static AppendEntriesReply accepted(AppendEntries request, long currentTerm) {
            return accepted(request, currentTerm, request.entries().size());
        }

        /** The follower has so many of the request's entries, and no room for the next one. */
        public static AppendEntriesReply accepted(AppendEntries request, long currentTerm, int entries) {
            long matchIndex = request.prevLogIndex() + entries;
            return new AppendEntriesReply(
                    request.to(), request.from(), currentTerm, request.round(), true, matchIndex, 0, 0);
        }

        /** The entry before the new ones is not the leader's, or the request is of an earlier term. */
        public static AppendEntriesReply refused(AppendEntries request, long currentTerm, LogPosition conflict) {
            return new AppendEntriesReply(
                    request.to(),
                    request.from(),
                    currentTerm,
                    request.round(),
                    false,
                    0,
                    conflict.index(),
                    conflict.term());
        }
    }

    /**
     * The leader tells a follower, whose next entry it does not have any more, of a snapshot to fetch (§7). The bytes travel
     * beside the RPC, which stays small and is repeated as the heartbeat until the follower has installed it.
     *
     * @param snapshot what to fetch
     */
    record InstallSnapshot(NodeId from, NodeId to, long term, long round, Snapshot snapshot) implements Request {

        /** @throws IllegalArgumentException if a number is impossible or the snapshot is of a later term */
        public InstallSnapshot {
            check(term, round);
            if (snapshot.lastIncludedTerm() > term) {
                throw new IllegalArgumentException(snapshot + " cannot be offered in term " + term);
            }
        }
    }

    /**
     * The answer to {@link InstallSnapshot}.
     *
     * @param matchIndex the snapshot's last index if the follower has everything up to there, durably; 0 as long as it has not
     */
    record InstallSnapshotReply(NodeId from, NodeId to, long term, long round, long matchIndex) implements Reply {

        /** @throws IllegalArgumentException if a number is impossible */
        public InstallSnapshotReply {
            check(term, round, matchIndex);
        }

        /** The follower has everything that the snapshot stands for. */
        public static InstallSnapshotReply installed(InstallSnapshot request, long currentTerm) {
            return reply(request, currentTerm, request.snapshot().lastIncludedIndex());
        }

        /** The follower does not have it yet, or the request is of an earlier term. */
        public static InstallSnapshotReply notInstalled(InstallSnapshot request, long currentTerm) {
            return reply(request, currentTerm, 0);
        }

        private static InstallSnapshotReply reply(InstallSnapshot request, long currentTerm, long matchIndex) {
            return new InstallSnapshotReply(request.to(), request.from(), currentTerm, request.round(), matchIndex);
        }
    }

    /** The leader asks the receiver to start an election at once (thesis §3.10). */
    record TimeoutNow(NodeId from, NodeId to, long term, long round) implements Request {

        /** @throws IllegalArgumentException if a number is impossible */
        public TimeoutNow {
            check(term, round);
        }
    }

    /** The receiver has seen the request. */
    record TimeoutNowReply(NodeId from, NodeId to, long term, long round) implements Reply {

        /** @throws IllegalArgumentException if a number is impossible */
        public TimeoutNowReply {
            check(term, round);
        }
    }

    private static void check(long... numbers) {
        for (long number : numbers) {
            if (number < 0 || number > MAX_NUMBER) {
                throw new IllegalArgumentException("no term, index or round is " + number);
            }
        }
    }
}
