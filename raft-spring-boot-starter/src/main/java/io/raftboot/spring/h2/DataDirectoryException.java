package io.raftboot.spring.h2;

import io.raftboot.model.Identity;
import java.nio.file.Path;

/**
 * The data directory cannot be used: it is taken, it belongs to another server, it does not hold what this server has promised
 * to remember, or the backup it is to be made from is of no use. Thrown while the server starts; the directory is left as it
 * was. The message names {@code raft.data-dir} or {@code raft.restore-from}, and what to do.
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

    /** The directory is empty, and what it is to be made from cannot be used. */
    static DataDirectoryException backup(Path file, String reason) {
        return new DataDirectoryException(
                "The property 'raft.restore-from' has the value '" + file + "': " + reason + ".",
                "Write the path of a file that GET {raft.http.base-path}/admin/backup gave, and that the user who runs the"
                        + " application may read. If this one is damaged, take another copy of it or an older backup. Nothing"
                        + " was restored, and nothing has to be cleaned up.");
    }

    /** There is a server in the directory already, and it was not made from that backup. */
    static DataDirectoryException notEmpty(Path directory, Path backup, Identity owner) {
        return new DataDirectoryException(
                "The property 'raft.restore-from' has the value '" + backup + "', but raft.data-dir " + directory
                        + " is not empty: it holds server '" + owner.nodeId() + "' of cluster " + owner.clusterId()
                        + ", which was not made from that backup. Nothing was changed.",
                "Remove raft.restore-from to go on with what is in raft.data-dir; or, to start a new cluster from the backup,"
                        + " name an empty directory as raft.data-dir.");
    }

    /** The file system refuses. */
    static DataDirectoryException unusable(Path directory, Throwable cause) {
        return new DataDirectoryException(
                "raft.data-dir " + directory + " cannot be used (" + cause + ").",
                "Name a directory on a local disk that the user who runs the application may read and write.",
                cause);
    }
}
