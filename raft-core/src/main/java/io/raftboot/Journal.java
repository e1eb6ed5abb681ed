package io.raftboot;

import io.raftboot.model.AppliedCommand;
import io.raftboot.model.RaftException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The commands that were applied last, for those who watch: one copy for all of them, bounded in number and bytes. Written by the
 * apply thread, read by any.
 */
final class Journal {

    /** How many commands it keeps. */
    static final int MAX_COMMANDS = 10_000;

    /** How many bytes of commands and results it keeps; a single command that is larger is kept all the same. */
    static final long MAX_BYTES = 16L << 20;

    private final int maxCommands;
    private final long maxBytes;
    private final Deque<AppliedCommand> commands = new ArrayDeque<>();
    private long bytes;

    /** From here on nothing is missing. */
    private long firstIndex = 1;

    private volatile long lastIndex;

    Journal() {
        this(MAX_COMMANDS, MAX_BYTES);
    }

    Journal(int maxCommands, long maxBytes) {
        this.maxCommands = maxCommands;
        this.maxBytes = maxBytes;
    }

    /** Begins anew: what was before is only known as a state. */
    synchronized void beginAfter(long index) {
        firstIndex = index + 1;
        commands.clear();
        bytes = 0;
        lastIndex = index;
    }

    /** Takes a command; it is read once all that came before is there too. */
    synchronized void add(AppliedCommand command) {
        commands.add(command);
        bytes += command.sizeInBytes();
        while (commands.size() > 1 && (commands.size() > maxCommands || bytes > maxBytes)) {
            AppliedCommand oldest = commands.remove();
            firstIndex = oldest.index() + 1;
            bytes -= oldest.sizeInBytes();
        }
    }

    /** All that was applied up to this index is here, unless it was too much. */
    void isCompleteThrough(long index) {
        lastIndex = index;
    }

    /** The last index it knows about. */
    long lastIndex() {
        return lastIndex;
    }

    /** @throws RaftException.HistoryGone if commands from that index on are missing */
    synchronized void requireFrom(long index) {
        if (index < firstIndex) {
            throw new RaftException.HistoryGone(index, firstIndex);
        }
    }

    /**
     * The commands between two indexes.
     *
     * @param from the first index
     * @param through the last index, at most {@link #lastIndex}
     * @param maxCommands how many at most
     * @throws RaftException.HistoryGone if some of them are missing
     */
    synchronized List<AppliedCommand> read(long from, long through, int maxCommands) {
        requireFrom(from);
        // Backwards: those who watch are near the end.
        Iterator<AppliedCommand> newestFirst = commands.descendingIterator();
        List<AppliedCommand> found = new ArrayList<>();
        while (newestFirst.hasNext()) {
            AppliedCommand command = newestFirst.next();
            if (command.index() < from) {
                break;
            }
            if (command.index() <= through) {
                found.add(command);
            }
        }
        Collections.reverse(found);
        return List.copyOf(found.subList(0, Math.min(maxCommands, found.size())));
    }
}
