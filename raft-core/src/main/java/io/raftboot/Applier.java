package io.raftboot;

import io.raftboot.model.LogEntry;
import io.raftboot.model.Result;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/**
 * Feeds the state machine during one run of the server, and finds the answers for those who wait. Used by the apply thread alone;
 * only {@link #failure} may be asked by others.
 */
final class Applier {

    /** A committed entry, and who waits for it on this server. */
    record Committed(LogEntry entry, Optional<CompletableFuture<Result>> waiting) {}

    /** A question that may be answered once everything up to {@code readIndex} is applied. */
    record Query(long readIndex, byte[] query, CompletableFuture<Result> waiting) {}

    private final ReplicatedState state;
    private final Answers answers;
    private final PriorityQueue<Query> queries = new PriorityQueue<>(Comparator.comparingLong(Query::readIndex));
    private volatile Optional<Throwable> failure = Optional.empty();

    Applier(ReplicatedState state, Answers answers) {
        this.state = state;
        this.answers = answers;
    }

    /** What the state machine threw, after which nothing is applied any more. */
    Optional<Throwable> failure() {
        return failure;
    }

    /** Applies entries that follow the last applied one. */
    void apply(List<Committed> entries) {
        if (failure.isPresent()) {
            return;
        }
        try {
            entries.forEach(this::apply);
        } catch (RuntimeException | Error e) {
            failure = Optional.of(e);
        } finally {
            state.publish();
        }
        answerQueries();
        answers.flush();
    }

    /** Answers a question now, or as soon as enough is applied. */
    void query(Query query) {
        queries.add(query);
        answerQueries();
        answers.flush();
    }

    /** Gives up the questions that still wait. */
    void cancelQueries(RuntimeException reason) {
        queries.forEach(query -> answers.fail(query.waiting(), reason));
        queries.clear();
        answers.flush();
    }

    private void apply(Committed committed) {
        Result result = state.apply(committed.entry());
        committed.waiting().ifPresent(waiting -> answers.succeed(waiting, result));
    }

    private void answerQueries() {
        for (Query next = queries.peek();
                next != null && next.readIndex() <= state.lastApplied();
                next = queries.peek()) {
            queries.remove();
            answer(next);
        }
    }

    /** Whatever the state machine throws goes to the one who asked: a question changes nothing (SPI). */
    private void answer(Query query) {
        try {
            answers.succeed(query.waiting(), state.query(query.query()));
        } catch (RuntimeException e) {
            answers.fail(query.waiting(), e);
        }
    }
}
