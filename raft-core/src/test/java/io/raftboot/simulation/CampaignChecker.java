package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.model.Message;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.RequestVoteReply;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** That a campaign ends as soon as a majority has granted it, and only by answers to questions of this life (§5.2, thesis §9.6). */
final class CampaignChecker {

    /** The first and the last round in which a voter was asked in this life. */
    private record Asked(long first, long last) {}

    private final World world;
    private final SimulatedServer self;
    private final Map<NodeId, Asked> asked = new TreeMap<>();

    /** Who has granted the latest question. */
    private final Set<NodeId> granted = new TreeSet<>();

    /** Who has granted any question of this life since the campaign began. */
    private final Set<NodeId> everGranted = new TreeSet<>();

    /** Whether it was told so, in this turn or before it. */
    private boolean isTold;

    private boolean isRemoved;

    /** What was committed when the turn began: whoever learns more in it may have campaigned before, and what it says leaves later. */
    private long committedBefore;

    CampaignChecker(World world, SimulatedServer self) {
        this.world = world;
        this.self = self;
    }

    /** The server lost what it had in mind. */
    void crashed() {
        asked.clear();
        granted.clear();
        everGranted.clear();
        isTold = false;
        isRemoved = false;
    }

    /** The server is told that it was removed; what it had to say before may still leave it in this turn. */
    void removed() {
        isTold = true;
    }

    void turnBegins() {
        isRemoved = isTold;
        committedBefore = self.consensus().commitIndex();
    }

    /** A message leaves the server now. */
    void sending(Message message) {
        if (message instanceof RequestVote rpc) {
            require(!self.isCatchingUp(), "%s campaigns and waits for a snapshot", self);
            require(!isRemoved, "%s campaigns and was told that it is removed", self);
            require(
                    self.driver().hasItsPart(),
                    "%s campaigns and has not what was committed when it was invited",
                    self);
            require(
                    mayVote(),
                    "%s campaigns and is no voter of %s",
                    self,
                    self.consensus().configuration());
            if (!world.memberships.latest().contains(self.id())) {
                world.coverage.saw(Seen.REMOVED_SERVER_CAMPAIGNS);
            }
            asked.merge(
                    rpc.to(),
                    new Asked(rpc.round(), rpc.round()),
                    (before, now) -> new Asked(before.first(), now.last()));
            granted.remove(rpc.to());
        }
    }

    /**
     * The server has taken a message.
     *
     * @param before what the server was until then
     */
    void stepped(Message message, RaftRole before) {
        if (message instanceof RequestVoteReply reply && reply.voteGranted()) {
            note(reply);
        }
        if (self.consensus().leaderId().isPresent()) {
            isTold = false;
            isRemoved = false;
        }
        RaftRole role = self.consensus().role();
        if (before == RaftRole.PRE_CANDIDATE && role == RaftRole.CANDIDATE && message instanceof RequestVoteReply) {
            require(isMajority(everGranted), "%s starts an election that nobody promised: %s", self, everGranted);
        }
        if (role == before && role == RaftRole.PRE_CANDIDATE) {
            require(!isMajority(granted), "%s asks on, and was granted by %s", self, granted);
        }
        if (role != RaftRole.PRE_CANDIDATE) {
            granted.clear();
            everGranted.clear();
        }
    }

    /** By its own log; where that takes its vote away it may still be needed until the entry is committed (thesis §4.2.2). */
    private boolean mayVote() {
        SimulatedDisk disk = self.disk();
        long known = Math.max(committedBefore, disk.baseIndex());
        return disk.isVoterFrom(known, self.id());
    }

    private void note(RequestVoteReply reply) {
        Asked questions = asked.get(reply.from());
        if (questions == null || !reply.preVote()) {
            return;
        }
        if (reply.round() >= questions.first() && reply.round() <= questions.last()) {
            everGranted.add(reply.from());
        }
        if (reply.round() == questions.last()) {
            granted.add(reply.from());
        }
    }

    private boolean isMajority(Set<NodeId> voters) {
        return Majorities.agree(
                self.consensus().configuration(), voter -> voter.equals(self.id()) || voters.contains(voter));
    }
}
