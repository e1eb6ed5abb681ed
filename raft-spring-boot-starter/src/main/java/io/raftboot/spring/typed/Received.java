package io.raftboot.spring.typed;

/** What a server makes of the bytes of a command or a question. */
sealed interface Received {

    /** It is this. */
    record Known(RecordType type, Object value) implements Received {}

    /** It is nothing that any version of the application would have sent. */
    record Unreadable(String reason) implements Received {}

    /**
     * A newer version of the application would understand it.
     *
     * @param what this one does not know
     */
    record Newer(String what) implements Received {}
}
