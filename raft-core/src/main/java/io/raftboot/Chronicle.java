package io.raftboot;

import io.raftboot.consensus.Consensus;
import io.raftboot.consensus.Consensus.FollowerProgress;
import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the story of a server in its log: one line whenever role, term, leader or configuration change. */
final class Chronicle {

    private static final Logger log = LoggerFactory.getLogger("io.raftboot");

    private final NodeId self;
    private RaftRole role = RaftRole.FOLLOWER;
    private long term;
    private Optional<NodeId> leaderId = Optional.empty();
    private Configuration configuration = Configuration.empty();
    private final Set<NodeId> lost = new TreeSet<>();
    private SortedMap<NodeId, Long> diverged = new TreeMap<>();
    private Optional<Long> divergedAt = Optional.empty();
    private boolean diskFull;

    Chronicle(NodeId self) {
        this.self = self;
    }

    /**
     * Looks at the server after a turn.
     *
     * @param ownDivergence where this server has diverged, if it has
     * @param othersDivergence which servers have, as far as this leader knows
     */
    void note(Consensus consensus, Optional<Long> ownDivergence, SortedMap<NodeId, Long> othersDivergence) {
        noteRole(consensus);
        noteLost(consensus);
        noteDiverged(ownDivergence, othersDivergence);
        noteRoom(consensus.isShortOfRoom());
        if (!configuration.equals(consensus.configuration())) {
            configuration = consensus.configuration();
            log.info("{}: configuration {}", self, configuration);
        }
    }

    private void noteRole(Consensus consensus) {
        if (role == consensus.role() && term == consensus.currentTerm() && leaderId.equals(consensus.leaderId())) {
            return;
        }
        role = consensus.role();
        term = consensus.currentTerm();
        leaderId = consensus.leaderId();
        log.info(
                "{}: {} in term {}, leader {}, last log index {}, commit index {}",
                self,
                role,
                term,
                leaderId.map(NodeId::value).orElse("unknown"),
                consensus.lastLogPosition().index(),
                consensus.commitIndex());
    }

    private void noteDiverged(Optional<Long> ownDivergence, SortedMap<NodeId, Long> othersDivergence) {
        if (!ownDivergence.equals(divergedAt)) {
            divergedAt = ownDivergence;
            divergedAt.ifPresentOrElse(
                    index -> log.error(
                            "{}: the state machine has given other results than on the other servers, at index {} at the latest."
                                    + " This server answers no reads any more. The state machine is not deterministic, or its"
                                    + " memory or disk is damaged",
                            self,
                            index),
                    () -> log.info("{}: the state is that of the other servers again", self));
        }
        othersDivergence.forEach((server, index) -> {
            if (!server.equals(self) && !diverged.containsKey(server)) {
                log.error(
                        "{}: the state of {} differs from the others', since index {} at the latest",
                        self,
                        server,
                        index);
            }
        });
        diverged = othersDivergence;
    }

    private void noteRoom(boolean isShort) {
        if (isShort == diskFull) {
            return;
        }
        diskFull = isShort;
        if (isShort) {
            log.warn(
                    "{}: the disk is nearly full: no commands are taken until there is room again. Reads go on, and if this"
                            + " server leads and a majority has room, another one takes over",
                    self);
        } else {
            log.info("{}: there is room on the disk again", self);
        }
    }

    private void noteLost(Consensus consensus) {
        for (FollowerProgress follower : consensus.followers()) {
            if (follower.lost() && lost.add(follower.id())) {
                log.error(
                        "{}: {} has less in its log than it acknowledged, its disk has lost data. Nothing it says is counted"
                                + " any more: remove it from the cluster, and add it again with an empty data directory",
                        self,
                        follower.id());
            }
        }
    }
}
