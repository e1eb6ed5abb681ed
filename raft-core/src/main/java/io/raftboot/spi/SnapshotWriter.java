package io.raftboot.spi;

import java.io.IOException;
import java.io.OutputStream;

/** A state captured by {@link StateMachine#snapshot()}, to be written at leisure. */
@FunctionalInterface
public interface SnapshotWriter {

    /**
     * Writes the captured state. Runs beside the state machine, so it touches only what was captured.
     *
     * @param out where to; buffered, not closed by the writer
     * @throws IOException if {@code out} does not take it; the snapshot is given up
     */
    void writeTo(OutputStream out) throws IOException;
}
