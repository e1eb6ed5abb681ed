package io.raftboot;

import io.raftboot.model.AppliedCommand;
import io.raftboot.model.RaftException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

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
    private final ConcurrentNavigableMap<Long, AppliedCommand> commands = new ConcurrentSkipListMap<>();
    private int size;
    private long bytes;

    /** From here on nothing is missing. Raised before anything is taken out, and looked at after reading. */
    private volatile long firstIndex = 1;

    private volatile long lastIndex;

    Journal() {
        this(MAX_COMMANDS, MAX_BYTES);
    }

    Journal(int maxCommands, long maxBytes) {
        this.maxCommands = maxCommands;
        this.maxBytes = maxBytes;
    }

    /** Begins anew: what was before is only known as a state. */
    void beginAfter(long index) {
        firstIndex = index + 1;
        commands.clear();
        size = 0;
        bytes = 0;
        lastIndex = index;
    }

    /** Takes a command; it is read once all that came before is there too. */
    void add(AppliedCommand command) {
        commands.put(command.index(), command);
        size++;
        bytes += command.sizeInBytes();
        while (size > 1 && (size > maxCommands || bytes > maxBytes)) {
            removeFirst();
        }
    }

    private void removeFirst() {
        AppliedCommand oldest = commands.values().iterator().next();
        firstIndex = oldest.index() + 1;
        commands.remove(oldest.index());
        bytes -= oldest.sizeInBytes();
        size--;
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
    void requireFrom(long index) {
        long first = firstIndex;
        if (index < first) {
            throw new RaftException.HistoryGone(index, first);
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
    List<AppliedCommand> read(long from, long through, int maxCommands) {
        if (through < from) {
            requireFrom(from);
            return List.of();
        }
        List<AppliedCommand> found = new ArrayList<>();
        for (AppliedCommand command : commands.subMap(from, true, through, true).values()) {
            if (found.size() == maxCommands) {
                break;
            }
            found.add(command);
        }
        requireFrom(from);
        return found;
    }
}
