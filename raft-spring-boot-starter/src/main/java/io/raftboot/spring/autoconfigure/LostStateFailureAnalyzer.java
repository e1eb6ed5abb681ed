package io.raftboot.spring.autoconfigure;

import io.raftboot.model.LostState;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells the operator of a server whose snapshot is damaged how it comes back, instead of a stack trace. */
final class LostStateFailureAnalyzer extends AbstractFailureAnalyzer<LostState> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, LostState cause) {
        String problem = "raft.data-dir has lost something: " + cause.getMessage()
                + ". Its term, its vote and the rest of its log are whole, and nothing was deleted: what is damaged was put"
                + " aside in the same directory under a name that ends with .damaged.";
        String action =
                "Copy a file <index>-<term>-<checksum>.snapshot with an index from " + cause.firstIndex() + " to "
                        + cause.lastIndex()
                        + " from the directory snapshots in the raft.data-dir of another server of the cluster"
                        + " into the one named above, for the user who runs the application, and start again: it is checked before"
                        + " it is used. If no server has one, remove this server from the cluster, and add it again with an empty"
                        + " raft.data-dir and a raft.node-id that was never used. If there is no other server, put the file back"
                        + " from a copy of the disk, or start with an empty raft.data-dir and raft.restore-from=<a backup>.";
        return new FailureAnalysis(problem, action, rootFailure);
    }
}
