package io.raftboot.sample;

import java.time.Duration;
import java.util.Optional;

/**
 * A result, and where in the log it holds.
 *
 * @param index the index at which the command was applied, or the read was answered
 * @param term the term in which it was answered
 * @param value the result
 * @param staleness how old the state may be that a read was answered from; empty if nobody knows, zero for a command
 * @param replayed whether the command was sent before under its key, and this is what it gave then
 */
record Answer<T>(long index, long term, T value, Optional<Duration> staleness, boolean replayed) {}
