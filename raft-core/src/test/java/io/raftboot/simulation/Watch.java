package io.raftboot.simulation;

import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;

/** Everything that looks at one server alone: at what it says, when it campaigns, and on what grounds. */
final class Watch {

    private final SimulatedServer self;
    private final MessageChecker messages;
    private final CampaignChecker campaign;
    private final TimerChecker timer;
    private int ticksOfTurn;

    Watch(World world, SimulatedServer self) {
        this.self = self;
        this.messages = new MessageChecker(world, self);
        this.campaign = new CampaignChecker(world, self);
        this.timer = new TimerChecker(world, self);
    }

    /** The server takes a message. */
    void step(Message message) {
        messages.stepping(message);
        RaftRole before = self.consensus().role();
        self.consensus().step(message);
        messages.stepped(message, before == RaftRole.LEADER);
        campaign.stepped(message, before);
        timer.stepped(message);
    }

    void turnBegins() {
        ticksOfTurn = 0;
        campaign.turnBegins();
        timer.turnBegins();
    }

    /** The server is told that it was removed. */
    void removed() {
        campaign.removed();
    }

    /** The server learns that the process of another one is gone. */
    void gone(NodeId other) {
        timer.gone(other);
        self.consensus().gone(other);
    }

    /** The server has ticked. */
    void ticked() {
        ticksOfTurn++;
        timer.ticked();
    }

    /** A message leaves the server now. */
    void sending(Message message) {
        messages.sending(message);
        campaign.sending(message);
        if (message instanceof Message.RequestVoteReply reply && reply.voteGranted() && !reply.preVote()) {
            timer.grantedVote(ticksOfTurn);
        }
    }

    /** Whether this server ever voted so. */
    boolean hasVotedFor(NodeId candidate, long term) {
        return messages.hasVotedFor(candidate, term);
    }

    /** The server's role may have changed because something is durable. */
    void noteRole() {
        timer.noteRole();
    }

    /** The server has done all there was to do. */
    void idle() {
        messages.idle();
        timer.idle();
    }

    void started() {
        timer.started();
    }

    /** The server lost what it had in mind. */
    void crashed() {
        messages.crashed();
        campaign.crashed();
    }

    /** The server comes back with an empty disk. */
    void wiped() {
        messages.wiped();
    }
}
