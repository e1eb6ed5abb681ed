/**
 * The consensus algorithm: Figure 2 of the Raft paper, a file for each of its boxes. A value-in, value-out machine without
 * threads, clocks, I/O or randomness of its own: the same inputs give the same outputs. Depends on the model only.
 *
 * <p>§ means a section of "In Search of an Understandable Consensus Algorithm (Extended Version)", thesis a section of Diego
 * Ongaro's dissertation.
 */
@NullMarked
package io.raftboot.consensus;

import org.jspecify.annotations.NullMarked;
