package io.raftboot;

import io.raftboot.consensus.Quorum;
import io.raftboot.model.AppliedDigest;
import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The digests of all servers at one index, as they come in. */
final class Audit {

    private final AppliedDigest own;
    private final SortedMap<NodeId, Long> answers = new TreeMap<>();
    private final long deadlineNanos;
    private boolean hasNews = true;

    /**
     * An audit in which this server has answered.
     *
     * @param deadlineNanos when it ends even if answers are missing
     */
    Audit(NodeId self, AppliedDigest own, long deadlineNanos) {
        this.own = own;
        this.deadlineNanos = deadlineNanos;
        answers.put(self, own.digest());
    }

    AppliedDigest own() {
        return own;
    }

    SortedMap<NodeId, Long> answers() {
        return Collections.unmodifiableSortedMap(answers);
    }

    void answered(NodeId server, AppliedDigest answer) {
        if (answer.index() == own.index()) {
            Long before = answers.put(server, answer.digest());
            hasNews |= before == null || before != answer.digest();
        }
    }

    /** Whether nobody is left to wait for. */
    boolean isOver(Configuration configuration, long nowNanos) {
        return answers.keySet().containsAll(configuration.members().keySet()) || nowNanos - deadlineNanos >= 0;
    }

    /** Whether something has come in since the last call. */
    boolean takeNews() {
        boolean hadNews = hasNews;
        hasNews = false;
        return hadNews;
    }

    /** What a majority of the voters says; empty if there is none. */
    Optional<AppliedDigest> ofMajority(Configuration configuration) {
        return answers.values().stream()
                .filter(digest -> Quorum.isMajority(configuration, voter -> digest.equals(answers.get(voter))))
                .findFirst()
                .map(digest -> new AppliedDigest(own.index(), digest));
    }
}
