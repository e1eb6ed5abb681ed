package io.raftboot.consensus;

import static io.raftboot.model.BrokenInvariant.require;

import io.raftboot.model.NodeId;
import java.util.Optional;

/**
 * What must hold on a server after every step, in production too: the order of the log pointers, and that term, vote and commit
 * index only ever move forward. The properties of Figure 3 that span servers are checked by the simulation.
 */
final class Invariants {

    private long currentTerm;
    private Optional<NodeId> votedFor = Optional.empty();
    private long commitIndex;

    /** Checks the server. @throws io.raftboot.model.BrokenInvariant with the numbers, if something does not hold */
    void check(ServerState state, Role role) {
        checkOrder(state);
        checkForward(state);
        if (role instanceof Leader leader) {
            checkLeader(state, leader);
        }
        currentTerm = state.currentTerm();
        votedFor = state.votedFor();
        commitIndex = state.commitIndex();
    }

    private static void checkOrder(ServerState state) {
        RaftLog log = state.log();
        require(
                log.base().lastIncludedIndex() <= state.applying()
                        && state.lastApplied() <= state.applying()
                        && state.applying() <= state.commitIndex()
                        && state.commitIndex() <= log.lastIndex()
                        && log.durableIndex() <= log.lastIndex(),
                "base %d and applied %d <= applying %d <= committed %d <= last %d, durable %d <= last",
                log.base().lastIncludedIndex(),
                state.lastApplied(),
                state.applying(),
                state.commitIndex(),
                log.lastIndex(),
                log.durableIndex());
        require(
                log.base().lastIncludedIndex() == 0
                        || state.snapshot()
                                .filter(snapshot -> snapshot.lastIncludedIndex()
                                        >= log.base().lastIncludedIndex())
                                .isPresent(),
                "the log begins behind %d, and the newest snapshot is %s",
                log.base().lastIncludedIndex(),
                state.snapshot());
        require(
                log.lastTerm() <= state.currentTerm(),
                "the log ends in term %d, and the current term is %d",
                log.lastTerm(),
                state.currentTerm());
    }

    private void checkForward(ServerState state) {
        require(state.currentTerm() >= currentTerm, "the term fell from %d to %d", currentTerm, state.currentTerm());
        require(
                state.currentTerm() > currentTerm || votedFor.isEmpty() || votedFor.equals(state.votedFor()),
                "the vote of term %d went from %s to %s",
                currentTerm,
                votedFor,
                state.votedFor());
        require(
                state.commitIndex() >= commitIndex,
                "the commit index fell from %d to %d",
                commitIndex,
                state.commitIndex());
    }

    private static void checkLeader(ServerState state, Leader leader) {
        require(
                state.votedFor().equals(Optional.of(state.self())),
                "leads term %d and voted for %s",
                state.currentTerm(),
                state.votedFor());
        require(
                state.log().lastTerm() == state.currentTerm(),
                "leads term %d, and its log ends in term %d",
                state.currentTerm(),
                state.log().lastTerm());
        // Until an entry of its term is committed, a leader does not know what of its log is.
        require(
                !leader.hasCommittedInItsTerm() || state.log().configurationsBehind(state.commitIndex()) <= 1,
                "leads with two changes of the configuration behind %d",
                state.commitIndex());
        for (Progress follower : leader.followers().all()) {
            require(
                    follower.matchIndex() < follower.nextIndex()
                            && follower.nextIndex() <= state.log().lastIndex() + 1,
                    "%s with a log that ends at %d",
                    follower,
                    state.log().lastIndex());
        }
    }
}
