package io.raftboot.spring.typed;

/**
 * The state machine refuses a command or a question. A handler throws it before it has changed anything; the caller gets it with the same
 * message, from every server. So to the caller it means: the command is in the log and has certainly changed nothing, and the same one
 * under the same request id will be refused again. Which HTTP status that is, the application says. A refusal that says more than a
 * message is better a result, of a sealed interface for instance.
 */
public final class CommandRejected extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Whose refusal it is. */
    public enum Reason {
        /** A handler does not want it. */
        REJECTED,
        /** It is no command, or does not fit the record of its type, so that no handler has seen it. */
        UNREADABLE
    }

    private final Reason reason;

    /** @param message why, for the caller; the same on every server, so without clock, randomness or name of the server */
    public CommandRejected(String message) {
        this(Reason.REJECTED, message);
    }

    CommandRejected(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Whether a handler has refused it. */
    public Reason reason() {
        return reason;
    }
}
