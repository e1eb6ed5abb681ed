package io.raftboot.spring.typed;

/** The log holds what this version of the application does not know. To skip it would make the servers differ. */
final class NewerCommand extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** @param what it does not know */
    NewerCommand(String what, long index) {
        super("The command at index " + index + " has something that this version of the application does not know: "
                + what
                + ". It comes from a newer version, or the record was removed. This server has stopped there, because to"
                + " skip the command would make it differ from the others; nothing is lost. Start it with a version of the"
                + " application that knows it. Every server must know a type, or a new component, before the first one"
                + " submits it.");
    }
}
