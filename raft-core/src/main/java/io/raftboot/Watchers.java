package io.raftboot;

import io.raftboot.model.RaftException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who watches during one run of the server. Opened and closed by any thread, told by the apply thread. */
final class Watchers {

    /** How many may watch one server. Each is told after every batch of commands, so that they cost time and not memory. */
    static final int MAX_WATCHERS = 1_000;

    private final ReplicatedState state;
    private final Set<JournalWatch> open = new LinkedHashSet<>();
    private volatile List<JournalWatch> toBeTold = List.of();
    private Optional<RaftException> closed = Optional.empty();

    Watchers(ReplicatedState state) {
        this.state = state;
    }

    /** See {@link RaftOperations#watch}. */
    synchronized Watch open(long fromIndex, Runnable whenThereIsMore) {
        if (fromIndex < 1) {
            throw new IllegalArgumentException("the first index is 1, not " + fromIndex);
        }
        closed.ifPresent(reason -> {
            throw reason;
        });
        state.applied().divergedAt().ifPresent(index -> {
            throw Applier.diverged(index);
        });
        state.journal().requireFrom(fromIndex);
        if (open.size() >= MAX_WATCHERS) {
            throw new RaftException.Overloaded(MAX_WATCHERS + " watchers are open on this server");
        }
        JournalWatch watch = new JournalWatch(state.journal(), fromIndex, whenThereIsMore, this::over);
        open.add(watch);
        toBeTold = List.copyOf(open);
        return watch;
    }

    private synchronized void over(JournalWatch watch) {
        if (open.remove(watch)) {
            toBeTold = List.copyOf(open);
        }
    }

    /** Something was applied: tells those who wait for it. */
    void applied(Answers answers) {
        for (JournalWatch watch : toBeTold) {
            tell(watch, answers);
        }
    }

    /** Ends all that are open. */
    synchronized void end(RaftException reason, Answers answers) {
        List<JournalWatch> ending = List.copyOf(open);
        for (JournalWatch watch : ending) {
            watch.over(reason);
            tell(watch, answers);
        }
    }

    /** Ends all, and lets nobody in any more. */
    synchronized void close(RaftException reason, Answers answers) {
        closed = Optional.of(reason);
        end(reason, answers);
    }

    private static void tell(JournalWatch watch, Answers answers) {
        if (watch.takeTurn()) {
            answers.tell(watch::tell);
        }
    }
}
