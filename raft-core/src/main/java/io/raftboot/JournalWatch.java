package io.raftboot;

import io.raftboot.model.AppliedCommand;
import io.raftboot.model.RaftException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A place in the {@link Journal}. Whoever is slow loses its place, and costs nothing until then. */
final class JournalWatch implements Watch {

    private static final Logger log = LoggerFactory.getLogger("io.raftboot");

    private final Journal journal;
    private final Runnable whenThereIsMore;
    private final Consumer<JournalWatch> whenOver;
    private final AtomicBoolean isWaiting = new AtomicBoolean();
    private long nextIndex;
    private volatile Optional<RaftException> end = Optional.empty();

    JournalWatch(Journal journal, long fromIndex, Runnable whenThereIsMore, Consumer<JournalWatch> whenOver) {
        this.journal = journal;
        this.nextIndex = fromIndex;
        this.whenThereIsMore = whenThereIsMore;
        this.whenOver = whenOver;
    }

    @Override
    public synchronized List<AppliedCommand> poll(int maxCommands) {
        if (maxCommands < 1) {
            throw new IllegalArgumentException("at least one command is asked for, not " + maxCommands);
        }
        List<AppliedCommand> found = next(maxCommands);
        if (!found.isEmpty()) {
            return found;
        }
        isWaiting.set(true);
        // What came before that was set has told nobody.
        return next(maxCommands);
    }

    private List<AppliedCommand> next(int maxCommands) {
        end.ifPresent(reason -> {
            throw reason;
        });
        try {
            long through = journal.lastIndex();
            List<AppliedCommand> found = journal.read(nextIndex, through, maxCommands);
            boolean isAll = found.size() < maxCommands;
            nextIndex = isAll
                    ? Math.max(nextIndex, through + 1)
                    : found.get(found.size() - 1).index() + 1;
            return found;
        } catch (RaftException.HistoryGone gone) {
            over(gone);
            throw gone;
        }
    }

    @Override
    public synchronized long nextIndex() {
        return nextIndex;
    }

    @Override
    public void close() {
        isWaiting.set(false);
        over(new RaftException.Stopped("the watch is closed"));
    }

    /** It has ended; the first reason counts. */
    void over(RaftException reason) {
        if (end.isEmpty()) {
            end = Optional.of(reason);
        }
        whenOver.accept(this);
    }

    /** Whether its reader is to be told, which is so once after it was given nothing. */
    boolean takeTurn() {
        return isWaiting.compareAndSet(true, false);
    }

    /** Tells the reader. What it throws must not keep others from their answers. */
    void tell() {
        try {
            whenThereIsMore.run();
        } catch (RuntimeException e) {
            log.error("a watcher failed when it was told that there is more", e);
        }
    }
}
