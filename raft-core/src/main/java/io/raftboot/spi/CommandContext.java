package io.raftboot.spi;

import java.time.Instant;

/**
 * What a state machine may know beside the command: the same on every server.
 *
 * @param index the command's place in the log; grows with every command, not by one
 * @param term the term of the leader that took it
 * @param timestamp that leader's wall clock when it took the command, to the millisecond; may go back after a change of leader
 */
public record CommandContext(long index, long term, Instant timestamp) {}
