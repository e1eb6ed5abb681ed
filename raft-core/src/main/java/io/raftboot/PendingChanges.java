package io.raftboot;

import io.raftboot.consensus.Consensus;
import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.Configuration;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Who waits for a change of the members on a leader. A change that brings new voters begins with a step of its own, in which they
 * catch up as learners. Owned by the raft thread.
 */
final class PendingChanges {

    private record Begun(long index, CompletableFuture<Configuration> result) {}

    private final Consensus consensus;
    private final Answers answers;
    private List<Begun> begun = new ArrayList<>();

    /** The change whose servers are catching up. */
    private Optional<Input.Change> preparing = Optional.empty();

    PendingChanges(Consensus consensus, Answers answers) {
        this.consensus = consensus;
        this.answers = answers;
    }

    /** Begins a change, or refuses it. */
    void begin(Input.Change request) {
        attempt(request, () -> {
            if (preparing.isPresent()) {
                throw new RaftException.ChangeRefused("another change is in progress: its servers are catching up");
            }
            Optional<MembershipChange> preparation = request.change() instanceof MembershipChange.Replace replace
                    ? replace.preparation(consensus.configuration())
                    : Optional.empty();
            if (preparation.isPresent()) {
                consensus.change(preparation.get(), request.force());
                preparing = Optional.of(request);
            } else {
                begun.add(new Begun(consensus.change(request.change(), request.force()), request.result()));
            }
        });
    }

    /** What a change would lead to. */
    void foresee(Input.Foresee request) {
        try {
            answers.succeed(request.result(), consensus.outlook(request.change()));
        } catch (RaftException refusal) {
            answers.fail(request.result(), refusal);
        }
    }

    /** Answers those whose change is over. */
    void goOn(long nowNanos) {
        if (preparing.isPresent() && consensus.role() == RaftRole.LEADER) {
            prepare(preparing.get(), nowNanos);
        }
        if (begun.isEmpty()) {
            return;
        }
        List<Begun> rest = new ArrayList<>();
        for (Begun change : begun) {
            if (consensus.isChangeOver(change.index())) {
                answers.succeed(change.result(), consensus.committedConfiguration());
            } else {
                rest.add(change);
            }
        }
        begun = rest;
    }

    /** The step before is over as soon as the change itself would be safe. */
    private void prepare(Input.Change request, long nowNanos) {
        boolean isLate = nowNanos - request.deadlineNanos() >= 0;
        attempt(request, () -> {
            ChangeOutlook outlook = consensus.outlook(request.change());
            if (outlook.safe() || isLate) {
                preparing = Optional.empty();
                begun.add(new Begun(consensus.change(request.change(), request.force()), request.result()));
            }
        });
    }

    /** This server leads no longer; the next leader may finish what is begun. */
    void leadershipLost() {
        RaftException reason = new RaftException.OutcomeUnknown("leadership was lost while the members were changing");
        begun.forEach(change -> answers.fail(change.result(), reason));
        preparing.ifPresent(request -> answers.fail(request.result(), reason));
        begun = new ArrayList<>();
        preparing = Optional.empty();
    }

    private void attempt(Input.Change request, Runnable step) {
        try {
            step.run();
        } catch (RaftException refusal) {
            preparing = preparing.filter(waiting -> !waiting.equals(request));
            answers.fail(request.result(), refusal);
        }
    }
}
