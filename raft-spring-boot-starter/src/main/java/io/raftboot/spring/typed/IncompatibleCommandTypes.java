package io.raftboot.spring.typed;

/**
 * The commands of the application are not those that its log may hold, so the server does not start. Nothing is changed. The message
 * names the type, what has become of it, and what to do.
 */
public final class IncompatibleCommandTypes extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String action;

    /**
     * @param problem what is wrong
     * @param action what to do about it
     */
    IncompatibleCommandTypes(String problem, String action) {
        super(problem + " " + action);
        this.problem = problem;
        this.action = action;
    }

    static IncompatibleCommandTypes changed(TypeName type, String change) {
        return new IncompatibleCommandTypes(
                "The command type " + type + " may be in the log, and this application has changed its record: "
                        + change + ".",
                "Leave the record as it was, with its handler, and declare the changed one under a new version:"
                        + " @CommandType(name = \"" + type.name() + "\", version = " + (type.version() + 1) + "). Only"
                        + " components of type Optional can be added without that.");
    }

    static IncompatibleCommandTypes gone(TypeName type) {
        return new IncompatibleCommandTypes(
                "The command type " + type + " may be in the log, and this application has no record for it.",
                "If the class was renamed, give it its old name: @CommandType(name = \"" + type.name()
                        + "\", version = "
                        + type.version()
                        + "). If this is an older version of the application, start the newer one. If it"
                        + " was removed, put record and handler back; or, once every server has taken a snapshot since the"
                        + " last such command, write retire(\"" + type.name() + "\", " + type.version()
                        + ") in the constructor of the state machine.");
    }

    static IncompatibleCommandTypes illegible(String reason) {
        return new IncompatibleCommandTypes(
                "command-types.json in raft.data-dir, which says what commands may be in the log, cannot be read ("
                        + reason + ").",
                "Put the file back from a copy of the directory. If there is none, and this version of the application is"
                        + " the one that ran here last, delete the file: it is written anew.");
    }

    /** What is wrong, a sentence that names the type. */
    public String problem() {
        return problem;
    }

    /** What to do about it. */
    public String action() {
        return action;
    }
}
