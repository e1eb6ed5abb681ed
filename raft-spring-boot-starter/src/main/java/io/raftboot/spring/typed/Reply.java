package io.raftboot.spring.typed;

import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Optional;

/**
 * What a command or a question gave.
 *
 * @param value what the handler returned; null if it is a {@code Void}
 * @param index a command's place in the log; for a question, an index up to which everything had been applied
 * @param term the term in which it was answered
 * @param replayed whether the command was sent before under its request id, and this is what it gave then
 * @param staleness how old the state may be that a question was answered from; empty if nobody knows, zero for a command
 */
public record Reply<R>(R value, long index, long term, boolean replayed, Optional<Duration> staleness) {

    /** The same, read. */
    public static <R> Reply<R> of(Result result, R value, Optional<Duration> staleness) {
        return new Reply<>(value, result.index(), result.term(), result.replayed(), staleness);
    }
}
