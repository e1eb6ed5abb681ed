package io.raftboot;

import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Who waits for which log entry or read on a leader. A command is filed under index and term, so that nobody gets the answer to
 * another's entry. Owned by the raft thread.
 */
final class PendingRequests {

    private final Answers answers;
    private final Map<LogPosition, CompletableFuture<Result>> commands = new HashMap<>();
    private final Map<Long, Input.Read> reads = new HashMap<>();
    private long lastReadId;

    PendingRequests(Answers answers) {
        this.answers = answers;
    }

    /** Somebody waits for the command at this position. */
    void addCommand(LogPosition position, CompletableFuture<Result> result) {
        commands.put(position, result);
    }

    /** Somebody waits for a read. @return its id */
    long addRead(Input.Read read) {
        reads.put(++lastReadId, read);
        return lastReadId;
    }

    /** Takes out who waits for a committed entry. */
    Optional<CompletableFuture<Result>> takeCommand(LogEntry entry) {
        return Optional.ofNullable(commands.remove(new LogPosition(entry.index(), entry.term())));
    }

    /** Takes out a confirmed read. */
    Optional<Input.Read> takeRead(long readId) {
        return Optional.ofNullable(reads.remove(readId));
    }

    /** This server leads no longer: a command in its log may still be committed by the next leader, a read has changed nothing. */
    void leadershipLost(Optional<NodeId> leaderId) {
        commands.values()
                .forEach(result -> answers.fail(
                        result,
                        new RaftException.OutcomeUnknown("leadership was lost while the command was on its way")));
        reads.values().forEach(read -> answers.fail(read.result(), new RaftException.NotLeader(leaderId)));
        commands.clear();
        reads.clear();
    }
}
