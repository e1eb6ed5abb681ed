package io.raftboot.spring.h2;

import java.nio.file.Path;

/**
 * The data directory cannot be used: it is taken, it belongs to another server, or it does not hold what this server has
 * promised to remember. Thrown while the server starts; the directory is left as it was. The message names {@code
 * raft.data-dir} and what to do.
 */
public final class DataDirectoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final String REPLACE = "This server must not take part with it: it may have forgotten a vote or an"
            + " acknowledged entry. Put the missing or damaged files back if you moved them. Otherwise keep a copy of the"
            + " directory for inspection, remove the server from the cluster, and add it again with an empty directory and a"
            + " raft.node-id that was never used; it gets the log from the others. An old copy of single files does not help.";

    private final String problem;
    private final String action;

    /**
     * @param problem what is wrong, one or two sentences
     * @param action what to write or do instead
     */
    public DataDirectoryException(String problem, String action) {
        super(problem + " " + action);
        this.problem = problem;
        this.action = action;
    }

    private DataDirectoryException(String problem, String action, Throwable cause) {
        super(problem + " " + action, cause);
        this.problem = problem;
        this.action = action;
    }

    /** What is wrong. */
    public String problem() {
        return problem;
    }

    /** What the operator can do. */
    public String action() {
        return action;
    }

    /** Something that was certainly written is not there any more. */
    static DataDirectoryException lost(Path directory, String what) {
        return new DataDirectoryException("raft.data-dir " + directory + ": " + what + ".", REPLACE);
    }

    /** The same, noticed by another exception. */
    static DataDirectoryException lost(Path directory, String what, Throwable cause) {
        return new DataDirectoryException(
                "raft.data-dir " + directory + ": " + what + " (" + cause + ").", REPLACE, cause);
    }

    /** The file system refuses. */
    static DataDirectoryException unusable(Path directory, Throwable cause) {
        return new DataDirectoryException(
                "raft.data-dir " + directory + " cannot be used (" + cause + ").",
                "Name a directory on a local disk that the user who runs the application may read and write.",
                cause);
    }
}
