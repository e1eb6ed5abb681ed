package io.raftboot.spring.typed;

/**
 * A change of the state, to be implemented by a record. Its JSON is in the log, under the name and version of {@link CommandType}, so
 * its components are not to be changed but for new ones of type {@link java.util.Optional}: any other change needs a new version. No
 * component is null. A check in its constructor is part of its type, and is not to be made stricter either: better have the handler
 * refuse.
 *
 * @param <R> what it gives: anything that Jackson reads and writes, a record, a sealed interface of records, {@code Long}, {@code
 *     List<String>}, or {@code Void}
 */
public interface RaftCommand<R> {}
