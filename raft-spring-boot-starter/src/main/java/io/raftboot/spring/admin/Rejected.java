package io.raftboot.spring.admin;

import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import java.util.Optional;

/** A call that is answered with a problem instead (RFC 9457). */
final class Rejected extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String title;
    private final transient Optional<RaftException> reason;

    /**
     * A rejection.
     *
     * @param status the HTTP status code
     * @param title what the status code says, in words
     * @param detail what is wrong, for the operator
     */
    Rejected(int status, String title, String detail) {
        this(status, title, detail, Optional.empty());
    }

    private Rejected(int status, String title, String detail, Optional<RaftException> reason) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
        this.reason = reason;
    }

    /** So many of these may be under way at a time. */
    static Rejected tooMany(int limit, String what) {
        return because(new RaftException.Overloaded(limit + " " + what + " are under way already"));
    }

    /** What the server said (API.md §3, §5). */
    static Rejected because(RaftException reason) {
        String detail = String.valueOf(reason.getMessage());
        if (reason instanceof RaftException.ChangeRefused) {
            return new Rejected(409, "Conflict", detail, Optional.of(reason));
        }
        if (reason instanceof RaftException.UnknownMember) {
            return new Rejected(404, "Not Found", detail, Optional.of(reason));
        }
        return reason.outcome() == RaftException.Outcome.UNKNOWN
                ? new Rejected(504, "Gateway Timeout", detail, Optional.of(reason))
                : new Rejected(503, "Service Unavailable", detail, Optional.of(reason));
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    /** {@code not-applied} or {@code unknown}. */
    Optional<String> outcome() {
        return reason.map(known -> known.outcome().toString());
    }

    Optional<NodeId> leaderId() {
        return reason.flatMap(
                known -> known instanceof RaftException.NotLeader other ? other.leaderId() : Optional.empty());
    }
}
