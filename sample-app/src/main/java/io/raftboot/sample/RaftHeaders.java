package io.raftboot.sample;

import io.raftboot.model.NodeId;
import io.raftboot.model.RaftStatus;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Says on every answer, errors included, who gave it and from which state: {@code Raft-Served-By}, {@code Raft-Leader} if it is
 * known, {@code Raft-Term} and {@code Raft-Index}. The filter says what the server knows; an answer that took a while says it anew,
 * and replaces index and term by its own, and says in {@code Raft-Staleness} how old the state may be that it was read from, in milliseconds.
 */
final class RaftHeaders extends OncePerRequestFilter {

    static final String SERVED_BY = "Raft-Served-By";
    static final String LEADER = "Raft-Leader";
    static final String TERM = "Raft-Term";
    static final String INDEX = "Raft-Index";
    static final String STALENESS = "Raft-Staleness";
    static final String REPLAYED = "Idempotency-Replayed";

    private final ReplicatedStore store;

    RaftHeaders(ReplicatedStore store) {
        this.store = store;
    }

    /** Puts the place of an answer of the cluster into its headers, and whether it was given before. */
    static void describe(Answer<?> answer, HttpHeaders headers) {
        headers.set(TERM, Long.toString(answer.term()));
        headers.set(INDEX, Long.toString(answer.index()));
        headers.set(
                STALENESS,
                answer.staleness().map(age -> Long.toString(age.toMillis())).orElse("unknown"));
        if (answer.replayed()) {
            headers.set(REPLAYED, "true");
        }
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        describe(store.status(), response);
        chain.doFilter(request, new SingleValued(response));
    }

    /** Says what a server knows now, in the place of what it knew before. */
    static void describe(RaftStatus status, HttpServletResponse response) {
        response.setHeader(SERVED_BY, status.identity().nodeId().value());
        response.setHeader(TERM, Long.toString(status.term()));
        response.setHeader(INDEX, Long.toString(status.lastApplied()));
        // No value removes the header (Servlet 6.1): the leader that was known before the wait may be gone.
        response.setHeader(LEADER, status.leaderId().map(NodeId::value).orElse(null));
    }

    /** Spring adds the headers of an answer to those that are there; of these, there is one each. */
    private static final class SingleValued extends HttpServletResponseWrapper {

        SingleValued(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void addHeader(String name, String value) {
            if (name.equals(TERM) || name.equals(INDEX)) {
                setHeader(name, value);
            } else {
                super.addHeader(name, value);
            }
        }
    }
}
