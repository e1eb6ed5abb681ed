package io.raftboot;

import io.raftboot.Input.Waiting;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Who waits for which log entry or read on a leader. A command is filed under index and term, so that nobody gets the answer to
 * another's entry. Owned by the raft thread.
 */
final class PendingRequests {

    /** A linearizable read that is not confirmed yet. */
    record PendingRead(Waiting waiting, byte[] query) {}

    private record Deadline(Waiting waiting, Runnable giveUp) {}

    private final Answers answers;
    private final Map<LogPosition, Waiting> commands = new HashMap<>();
    private final Map<Long, PendingRead> reads = new HashMap<>();

    /** In the order of arrival, which is about the order of deadlines; an answered one goes when it comes to the front. */
    private final Queue<Deadline> deadlines = new ArrayDeque<>();

    private long lastReadId;

    PendingRequests(Answers answers) {
        this.answers = answers;
    }

    /** Somebody waits for the command at this position. */
    void addCommand(LogPosition position, Waiting waiting) {
        commands.put(position, waiting);
        deadlines.add(new Deadline(waiting, () -> {
            commands.remove(position);
            answers.fail(
                    waiting.result(),
                    new RaftException.OutcomeUnknown("the command was not committed and applied in time"));
        }));
    }

    /** Somebody waits for a read. @return its id */
    long addRead(PendingRead read) {
        long readId = ++lastReadId;
        reads.put(readId, read);
        deadlines.add(new Deadline(read.waiting(), () -> {
            reads.remove(readId);
            answers.fail(read.waiting().result(), new RaftException.NotLeader(Optional.empty()));
        }));
        return readId;
    }

    /** Takes out who waits for a committed entry. */
    Optional<CompletableFuture<Result>> takeCommand(LogEntry entry) {
        return Optional.ofNullable(commands.remove(new LogPosition(entry.index(), entry.term())))
                .map(Waiting::result);
    }

    /** Takes out a confirmed read, unless it was given up in between. */
    Optional<PendingRead> takeRead(long readId) {
        return Optional.ofNullable(reads.remove(readId));
    }

    /** Answers what has waited too long. */
    void expire(long nowNanos) {
        for (Deadline next = deadlines.peek(); next != null; next = deadlines.peek()) {
            if (!next.waiting().result().isDone()) {
                if (!next.waiting().isOverdue(nowNanos)) {
                    break;
                }
                next.giveUp().run();
            }
            deadlines.remove();
        }
    }

    /** This server leads no longer: a command in its log may still be committed by the next leader, a read has changed nothing. */
    void leadershipLost(Optional<NodeId> leaderId) {
        commands.values()
                .forEach(waiting -> answers.fail(
                        waiting.result(),
                        new RaftException.OutcomeUnknown("leadership was lost while the command was on its way")));
        reads.values().forEach(read -> answers.fail(read.waiting().result(), new RaftException.NotLeader(leaderId)));
        commands.clear();
        reads.clear();
    }
}
