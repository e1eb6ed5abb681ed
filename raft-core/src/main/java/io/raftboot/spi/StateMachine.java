package io.raftboot.spi;

import java.io.IOException;
import java.io.InputStream;

/**
 * The application's replicated state. All methods run on one thread, the apply thread, and never at the same time. The same
 * commands in the same order must give the same state and the same results on every server: time comes from the {@link
 * CommandContext}, and there is no randomness, no hash order and no look at anything outside.
 *
 * <p>An exception from {@link #apply} stops the server, because the others cannot be assumed to have failed alike: report a
 * refusal in the result. An exception from {@link #query} goes to the caller of that query and changes nothing.
 */
public interface StateMachine {

    /**
     * Applies a committed command (§5.3). Called in the order of the log and at most once for an index; those of no-ops and
     * configurations, and of commands that were sent again under their request id, are left out. After a restart again from the
     * start of the log or the snapshot.
     *
     * @param context where the command stands in the log, and when the leader took it
     * @param command what the caller submitted; not to be changed
     * @return the result for the caller, alike on every server
     */
    byte[] apply(CommandContext context, byte[] command);

    /**
     * Answers a question from the state as it is, without changing it.
     *
     * @param query what the caller asked
     * @return the answer
     */
    byte[] query(byte[] query);

    /**
     * Captures the state as it is now, cheaply; the writer is called later and on another thread, while commands go on being
     * applied (§7). If it throws, no snapshot is taken this time, and the server goes on.
     */
    SnapshotWriter snapshot();

    /**
     * Replaces the state by one that a {@link SnapshotWriter} wrote.
     *
     * @param snapshot what it wrote; not closed by the state machine
     * @throws IOException if it cannot be read; the server stops
     */
    void restore(InputStream snapshot) throws IOException;
}
