package io.raftboot.spring.http;

import io.raftboot.model.RaftException;
import io.raftboot.model.RaftException.Outcome;
import java.util.Optional;

/**
 * Why a call was not carried out, as {@code application/problem+json} (RFC 9457). It says nothing about the inside of the server
 * (threat S23).
 *
 * @param status the HTTP status code
 * @param outcome whether anything may have been applied
 * @param leaderId who leads, where it is known
 * @param reason for the calling server, where the status alone does not tell what to do
 */
record Problem(
        int status,
        String title,
        String detail,
        Optional<String> outcome,
        Optional<String> leaderId,
        Optional<String> reason) {

    static final String MEDIA_TYPE = "application/problem+json";

    /** The server is not started, stopping or failed. */
    static final String STOPPED = "stopped";
    /** The caller comes with another incarnation than it was first met with. */
    static final String OTHER_INCARNATION = "other-incarnation";

    /** The caller was removed from the cluster. */
    static final String REMOVED = "removed";

    /** The state machine threw an exception at a query; asking again elsewhere is of no use. */
    static final String QUERY_FAILED = "query-failed";

    /** The request id is older than those that are remembered; sending the command again is of no use. */
    static final String FORGOTTEN = "forgotten";

    /** There is a result, and it did not fit into the answer beside the others. */
    static final String LEFT_OUT = "left-out";

    /** A call that was refused before anything was done. */
    static Problem refused(int status, String title, String detail) {
        return problem(status, title, detail, Outcome.NOT_APPLIED);
    }

    /** A call that failed on the way, so that nobody knows. */
    static Problem unknown(int status, String title, String detail) {
        return problem(status, title, detail, Outcome.UNKNOWN);
    }

    private static Problem problem(int status, String title, String detail, Outcome outcome) {
        return new Problem(status, title, detail, Optional.of(outcome.toString()), Optional.empty(), Optional.empty());
    }

    /** What a command or a read ended with (API.md §5). */
    static Problem of(RaftException exception) {
        String detail = String.valueOf(exception.getMessage());
        Problem problem = problem(statusOf(exception), titleOf(exception.outcome()), detail, exception.outcome());
        if (exception instanceof RaftException.Stopped) {
            return problem.because(STOPPED);
        }
        if (exception instanceof RaftException.OutcomeUnknown unknown && unknown.isForgotten()) {
            return problem.because(FORGOTTEN);
        }
        return exception instanceof RaftException.NotLeader notLeader
                ? problem.withLeader(notLeader.leaderId().map(Object::toString))
                : problem;
    }

    private static String titleOf(Outcome outcome) {
        return switch (outcome) {
            case NOT_APPLIED -> "not applied";
            case UNKNOWN -> "outcome unknown";
            case APPLIED -> "applied before";
        };
    }

    private static int statusOf(RaftException exception) {
        if (exception instanceof RaftException.OutcomeUnknown) {
            return 504;
        }
        if (exception instanceof RaftException.Overloaded overloaded) {
            return overloaded.isDiskFull() ? 507 : 429;
        }
        if (exception instanceof RaftException.RequestIdConflict) {
            return 422;
        }
        if (exception instanceof RaftException.ResultForgotten) {
            return 410;
        }
        return exception instanceof RaftException.CommandTooLarge ? 413 : 503;
    }

    Problem because(String machineReadable) {
        return new Problem(status, title, detail, outcome, leaderId, Optional.of(machineReadable));
    }

    private Problem withLeader(Optional<String> leader) {
        return new Problem(status, title, detail, outcome, leader, reason);
    }

    /** Whether it says that this has become of the command. */
    boolean says(Outcome known) {
        return outcome.filter(known.toString()::equals).isPresent();
    }

    boolean isBecause(String machineReadable) {
        return reason.filter(machineReadable::equals).isPresent();
    }
}
