package io.raftboot.spring;

import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Optional;

/**
 * An answer of a server that need not lead.
 *
 * @param result the answer, and an index up to which everything had been applied
 * @param staleness how old the state may be that it was read from, when it is handed out: everything that was acknowledged before that
 *     is in it. Empty if this server does not know
 */
public record DatedResult(Result result, Optional<Duration> staleness) {}
