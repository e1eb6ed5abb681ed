package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.InstallSnapshot;
import io.raftboot.model.Message.InstallSnapshotReply;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.RequestVoteReply;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** That what one server says is true and durable, and that it never gives two votes in a term. */
final class MessageChecker {

    private final World world;
    private final SimulatedServer self;
    private Map<Long, NodeId> votes = new HashMap<>();

    /** These, and those of each server that it was before. What a wiped one says now nobody counts. */
    private final List<Map<Long, NodeId>> countedVotes = new ArrayList<>(List.of(votes));

    private final Map<NodeId, RequestVote> voteRequests = new HashMap<>();
    private int unanswered;

    MessageChecker(World world, SimulatedServer self) {
        this.world = world;
        this.self = self;
    }

    /** The server is about to take a message. */
    void stepping(Message message) {
        if (message instanceof Message.Request) {
            unanswered++;
        }
        if (message instanceof InstallSnapshot rpc) {
            self.snapshots().stepped(rpc);
        }
        // Whoever hears a leader owes nobody a vote (§6), even if it hears it no more before its answer leaves.
        if (message instanceof RequestVote rpc
                && !rpc.preVote()
                && !self.consensus().hearsLeader()) {
            voteRequests.put(rpc.from(), rpc);
        }
    }

    /**
     * The server has taken a message: whoever hears of a later term adopts it (§5.1), but for a vote it does not care for (§6). So
     * nobody who asks for votes deposes a leader, a removed server least of all, unless that leader sent it (thesis §3.10).
     *
     * @param wasLeader whether the server led until then
     */
    void stepped(Message message, boolean wasLeader) {
        boolean asksForVote = message instanceof RequestVote rpc && !rpc.leadershipTransfer();
        require(
                !(wasLeader && asksForVote) || self.consensus().role() == RaftRole.LEADER,
                "%s gives up leadership because of %s",
                self,
                message);
        require(
                message instanceof RequestVote || self.consensus().currentTerm() >= message.term(),
                "%s does not adopt the term of %s",
                self,
                message);
    }

    /** The server lost what it had in mind. */
    void crashed() {
        unanswered = 0;
        voteRequests.clear();
    }

    /** The server comes back with an empty disk. */
    void wiped() {
        votes = new HashMap<>();
        if (!self.isWiped()) {
            countedVotes.add(votes);
        }
    }

    /** The server has done all it had to do: every request has its answer. */
    void idle() {
        require(unanswered == 0, "%s leaves %d requests without an answer", self, unanswered);
        voteRequests.clear();
    }

    /** Whether this server, in any life in which it is listened to, told anybody that it votes so. */
    boolean hasVotedFor(NodeId candidate, long term) {
        return countedVotes.stream().anyMatch(given -> candidate.equals(given.get(term)));
    }

    /** A message leaves the server now. */
    void sending(Message message) {
        HardState durable = self.disk().hardState();
        if (message instanceof Message.Reply) {
            unanswered--;
        } else if (message instanceof Message.TimeoutNow) {
            world.coverage.saw(
                    self.consensus().isShortOfRoom() ? Seen.LEADER_WITHOUT_ROOM_HANDS_OVER : Seen.TIMEOUT_NOW_SENT);
        }
        long promised = message instanceof RequestVote rpc && rpc.preVote() ? message.term() - 1 : message.term();
        require(promised <= durable.currentTerm(), "%s leaves before its term is durable: %s", message, durable);
        if (message instanceof AppendEntries rpc) {
            require(
                    world.checker.leaderOf(rpc.term()) == self.number()
                            && rpc.leaderCommit() <= world.checker.lastCommitted(),
                    "%s from a server that does not lead or has not committed that: %s",
                    rpc,
                    self);
            requireCommittedForLearner(rpc);
        } else if (message instanceof RequestVote rpc && !rpc.preVote()) {
            checkVote(rpc, rpc.from(), durable);
        } else if (message instanceof RequestVoteReply reply && !reply.preVote()) {
            checkVoteReply(reply, durable);
        } else if (message instanceof AppendEntriesReply reply && reply.success()) {
            checkMatch(reply, durable);
            if (reply.room().isPresent()) {
                world.coverage.saw(Seen.FOLLOWER_WITHOUT_ROOM);
            }
        } else if (message instanceof InstallSnapshot rpc) {
            world.snapshots.offered(self, rpc);
        } else if (message instanceof InstallSnapshotReply reply) {
            world.snapshots.acknowledged(self, reply, durable);
            self.snapshots().sending(reply);
        }
    }

    /** Whoever may not campaign has nothing that makes it deny a vote, or all that are left may wait for it for ever. */
    private void requireCommittedForLearner(AppendEntries rpc) {
        long last = rpc.prevLogIndex() + rpc.entries().size();
        require(
                rpc.entries().isEmpty()
                        || last <= self.consensus().commitIndex()
                        || self.consensus().configuration().isVoter(rpc.to()),
                "%s tells a learner of what is not committed: %s",
                rpc,
                self);
    }

    private void checkVoteReply(RequestVoteReply reply, HardState durable) {
        if (reply.voteGranted()) {
            noteVote(reply);
            checkVote(reply, reply.to(), durable);
            return;
        }
        RequestVote rpc = voteRequests.get(reply.to());
        boolean isOwed = rpc != null
                && rpc.round() == reply.round()
                && rpc.term() == reply.term()
                && reply.term() == durable.currentTerm()
                && durable.votedFor().orElse(reply.to()).equals(reply.to())
                && self.consensus().currentTerm() == reply.term()
                && !self.consensus().hearsLeader()
                && self.driver().hasItsPart()
                && isUpToDate(rpc);
        require(!isOwed, "%s denies a vote that is owed: %s", reply, durable);
    }

    private void noteVote(RequestVoteReply reply) {
        Configuration candidates = world.server(reply.to()).consensus().configuration();
        if (candidates.isVoter(self.id()) && !self.consensus().configuration().isVoter(self.id())) {
            world.coverage.saw(Seen.VOTE_OF_ONE_THAT_DOES_NOT_KNOW_IT_VOTES);
        }
    }

    private boolean isUpToDate(RequestVote rpc) {
        long lastIndex = self.disk().lastIndex();
        long lastTerm = self.disk().term(lastIndex);
        return rpc.lastLogTerm() > lastTerm || (rpc.lastLogTerm() == lastTerm && rpc.lastLogIndex() >= lastIndex);
    }

    private void checkVote(Message message, NodeId candidate, HardState durable) {
        require(
                durable.currentTerm() > message.term() || durable.votedFor().equals(Optional.of(candidate)),
                "%s leaves before the vote is durable: %s",
                message,
                durable);
        NodeId before = votes.putIfAbsent(message.term(), candidate);
        require(
                before == null || before.equals(candidate),
                "%s is a second vote, the first went to %s",
                message,
                before);
    }

    /** An acknowledged entry is on the follower's disk, and it is the leader's. */
    private void checkMatch(AppendEntriesReply reply, HardState durable) {
        long index = reply.matchIndex();
        require(
                durable.currentTerm() > reply.term() || self.disk().lastIndex() >= index,
                "%s leaves before entry %d is durable",
                reply,
                index);
        SimulatedServer leader = world.server(reply.to());
        if (durable.currentTerm() == reply.term()
                && world.checker.leads(leader, reply.term())
                && leader.disk().lastIndex() >= index) {
            require(
                    world.checker.term(leader.disk(), index) == world.checker.term(self.disk(), index),
                    "%s acknowledges entry %d, which is of term %d here and %d there",
                    reply,
                    index,
                    world.checker.term(self.disk(), index),
                    world.checker.term(leader.disk(), index));
        }
    }
}
