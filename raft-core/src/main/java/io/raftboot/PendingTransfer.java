package io.raftboot;

import io.raftboot.consensus.Consensus;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import java.util.Optional;

/** Who waits for leadership to be handed over (thesis §3.10). Owned by the raft thread. */
final class PendingTransfer {

    private final Consensus consensus;
    private final Answers answers;
    private Optional<Input.Transfer> running = Optional.empty();

    PendingTransfer(Consensus consensus, Answers answers) {
        this.consensus = consensus;
        this.answers = answers;
    }

    /** Begins to hand leadership over, instead of to whom it was to go before. */
    void begin(Input.Transfer request) {
        try {
            NodeId successor = consensus.transferLeadership(request.target());
            running.ifPresent(replaced -> answers.fail(
                    replaced.result(),
                    new RaftException.ChangeRefused("leadership is being handed over to " + successor + " instead")));
            running = Optional.of(request);
        } catch (RaftException | IllegalArgumentException refusal) {
            answers.fail(request.result(), refusal);
        }
    }

    /** It is over when another server leads, or when this one has given it up and goes on leading. */
    void goOn(long nowNanos) {
        running = running.filter(request -> {
            if (consensus.leaderId().isPresent() && consensus.transferTarget().isEmpty()) {
                answers.succeed(request.result(), consensus.leaderId().get());
                return false;
            }
            if (nowNanos - request.deadlineNanos() >= 0) {
                answers.fail(request.result(), new RaftException.NotLeader(Optional.empty()));
                return false;
            }
            return true;
        });
    }

    /** The server stops. */
    void stop() {
        running.ifPresent(request -> answers.fail(request.result(), new RaftException.NotLeader(Optional.empty())));
    }
}
