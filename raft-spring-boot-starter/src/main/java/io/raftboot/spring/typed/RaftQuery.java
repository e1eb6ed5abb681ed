package io.raftboot.spring.typed;

/**
 * A question to the state, to be implemented by a record. It is never in the log; it travels between servers, which may run two
 * neighbouring versions of the application.
 *
 * @param <R> what answers it; as of {@link RaftCommand}
 */
public interface RaftQuery<R> {}
