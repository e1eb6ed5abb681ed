package io.raftboot;

import io.raftboot.model.AppliedDigest;
import io.raftboot.model.LogEntry;
import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.SnapshotStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Feeds the state machine during one run of the server, and finds the answers for those who wait. Used by the apply thread alone;
 * only {@link #failure} and {@link #watchers} may be asked by others.
 */
final class Applier {

    /** A committed entry, and who waits for it on this server. */
    record Committed(LogEntry entry, Optional<CompletableFuture<Result>> waiting) {}

    /**
     * A question that may be answered once everything up to {@code readIndex} is applied.
     *
     * @param holds looked at after the state was read: whether what was read may be told
     * @param otherwise done instead
     */
    record Query(
            long readIndex,
            byte[] query,
            CompletableFuture<Result> waiting,
            BooleanSupplier holds,
            Runnable otherwise) {

        /** A question that is answered in any case. */
        Query(long readIndex, byte[] query, CompletableFuture<Result> waiting) {
            this(readIndex, query, waiting, () -> true, () -> {});
        }
    }

    /** So many questions may wait before those are looked for that nobody waits for any more. */
    static final int MIN_TO_TIDY = 1_000;

    private final ReplicatedState state;
    private final Answers answers;
    private final PriorityQueue<Query> queries = new PriorityQueue<>(Comparator.comparingLong(Query::readIndex));
    private final Watchers watchers;
    private Consumer<LogEntry> afterwards = entry -> {};
    private LongConsumer afterRestoring = index -> {};
    private int tidyAt = MIN_TO_TIDY;
    private Optional<RaftException> closed = Optional.empty();
    private volatile Optional<Throwable> failure = Optional.empty();

    Applier(ReplicatedState state, Answers answers) {
        this.state = state;
        this.answers = answers;
        this.watchers = new Watchers(state);
    }

    /** Those who want to see every command; any thread. */
    Watchers watchers() {
        return watchers;
    }

    /** What the state machine threw, after which nothing is applied any more. */
    Optional<Throwable> failure() {
        return failure;
    }

    /** From now on these are told of every entry when it is applied, and of the last index of every snapshot that is restored. */
    void afterEvery(Consumer<LogEntry> entryListener, LongConsumer restoredListener) {
        afterwards = entryListener;
        afterRestoring = restoredListener;
    }

    /** Applies entries that follow the last applied one. */
    void apply(List<Committed> entries) {
        guarded(() -> entries.forEach(this::apply));
    }

    /** Puts a snapshot in the place of the state. */
    void restore(Snapshot snapshot, SnapshotStore store) {
        guarded(() -> {
            try (InputStream content = store.open(snapshot)) {
                state.restore(snapshot.metadata(), content);
                afterRestoring.accept(snapshot.lastIncludedIndex());
            } catch (IOException e) {
                throw new IllegalStateException(snapshot + " cannot be restored", e);
            }
        });
    }

    /** Compares the state with what is right at some index; one that has diverged answers no questions. */
    void compare(AppliedDigest right) {
        state.compare(right);
        state.publish();
        state.divergedAt().ifPresent(index -> watchers.end(diverged(index), answers));
        answers.flush();
    }

    /** Answers a question now, or as soon as enough is applied. */
    void query(Query query) {
        if (closed.isPresent()) {
            answers.fail(query.waiting(), closed.get());
            answers.flush();
            return;
        }
        queries.add(query);
        if (queries.size() > tidyAt) {
            queries.removeIf(waiting -> waiting.waiting().isDone());
            tidyAt = Math.max(MIN_TO_TIDY, 2 * queries.size());
        }
        answerQueries();
        answers.flush();
    }

    /** How many questions wait, or waited until they were given up. */
    int waitingQueries() {
        return queries.size();
    }

    /** Nothing is applied any more: gives up the questions that still wait, and those who watch. */
    void close(RaftException reason) {
        closed = Optional.of(reason);
        queries.forEach(query -> answers.fail(query.waiting(), reason));
        queries.clear();
        watchers.close(reason, answers);
        answers.flush();
    }

    /** Does something to the state; once that has failed, nobody knows what the state is, and nothing more is done to it. */
    private void guarded(Runnable change) {
        if (failure.isPresent()) {
            return;
        }
        try {
            change.run();
        } catch (RuntimeException | Error e) {
            failure = Optional.of(e);
        } finally {
            state.publish();
        }
        answerQueries();
        watchers.applied(answers);
        answers.flush();
    }

    private void apply(Committed committed) {
        Effect effect = state.apply(committed.entry());
        committed.waiting().ifPresent(waiting -> {
            if (effect instanceof Effect.Gives gives) {
                answers.succeed(waiting, gives.result());
            } else if (effect instanceof Effect.Refusal refusal) {
                answers.fail(waiting, refusal.exception());
            }
        });
        afterwards.accept(committed.entry());
    }

    /** After a failure nobody knows what the state is, so nothing is told of it. */
    private void answerQueries() {
        if (failure.isPresent()) {
            return;
        }
        for (Query next = queries.peek();
                next != null && next.readIndex() <= state.lastApplied();
                next = queries.peek()) {
            queries.remove();
            answer(next);
        }
    }

    static RaftException diverged(long index) {
        return new RaftException.Stopped(
                "the state of this server has not been that of the others since index " + index + " at the latest");
    }

    /** Whatever the state machine throws goes to the one who asked: a question changes nothing (SPI). */
    private void answer(Query query) {
        if (state.divergedAt().isPresent()) {
            answers.fail(query.waiting(), diverged(state.divergedAt().get()));
            return;
        }
        try {
            Result result = state.query(query.query());
            if (query.holds().getAsBoolean()) {
                answers.succeed(query.waiting(), result);
            } else {
                query.otherwise().run();
            }
        } catch (RuntimeException e) {
            answers.fail(query.waiting(), e);
        }
    }
}
