package io.raftboot;

import io.raftboot.model.AppliedCommand;
import io.raftboot.model.RaftException;
import java.util.List;

/**
 * Shows the commands that a server applies, see {@link RaftOperations#watch}. It holds no thread and keeps nothing for its reader:
 * all read from what the server has in memory, and whoever is so slow that commands are gone before they were read is cut off.
 * Callable from any thread, never blocks.
 */
public interface Watch extends AutoCloseable {

    /**
     * The next commands, in the order of the log.
     *
     * @param maxCommands how many at most, at least 1
     * @return empty if there is nothing new; the watcher is then told when there is
     * @throws RaftException.HistoryGone if the reader is too slow, or a snapshot has taken the place of commands it did not see
     * @throws RaftException.Stopped if the server has stopped, or its state is not that of the others, or the watch is closed
     */
    List<AppliedCommand> poll(int maxCommands);

    /** The first index it has not looked at yet: where to go on elsewhere. */
    long nextIndex();

    /** Ends the watch; its watcher is not told any more. Does nothing if it has ended. */
    @Override
    void close();
}
