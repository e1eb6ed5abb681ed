package io.raftboot.sample;

import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftException.Outcome;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Errors of the store as problem+json (RFC 9457). Each says with {@code outcome} whether the command may have been applied, so
 * that the caller knows whether it is safe to send it again, and with {@code leaderId} who leads, if that is known.
 */
final class Problems {

    /** No command of the store changes the members; that is here because it is a failure like the others. */
    private static final Map<Class<? extends RaftException>, HttpStatus> STATUS = Map.of(
            RaftException.NotLeader.class, HttpStatus.SERVICE_UNAVAILABLE,
            RaftException.Stopped.class, HttpStatus.SERVICE_UNAVAILABLE,
            RaftException.Overloaded.class, HttpStatus.TOO_MANY_REQUESTS,
            RaftException.CommandTooLarge.class, HttpStatus.CONTENT_TOO_LARGE,
            RaftException.RequestIdConflict.class, HttpStatus.UNPROCESSABLE_CONTENT,
            RaftException.ResultForgotten.class, HttpStatus.GONE,
            RaftException.ChangeRefused.class, HttpStatus.CONFLICT,
            RaftException.UnknownMember.class, HttpStatus.NOT_FOUND,
            RaftException.HistoryGone.class, HttpStatus.GONE,
            RaftException.OutcomeUnknown.class, HttpStatus.GATEWAY_TIMEOUT);

    /** What may be better soon. */
    private static final Set<HttpStatus> PASSING =
            Set.of(HttpStatus.SERVICE_UNAVAILABLE, HttpStatus.TOO_MANY_REQUESTS, HttpStatus.INSUFFICIENT_STORAGE);

    /** When it makes sense to try again, in seconds: about the time an election takes. */
    private static final String RETRY_AFTER = "1";

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private final ReplicatedStore store;

    Problems(ReplicatedStore store) {
        this.store = store;
    }

    /** The answer to a call that has failed. */
    ServerResponse of(Throwable failure, ServerRequest request) {
        Throwable cause = failure instanceof CompletionException wrapped
                ? Objects.requireNonNullElse(wrapped.getCause(), wrapped)
                : failure;
        if (cause instanceof Refusal refusal) {
            return refused(refusal, request);
        }
        if (cause instanceof RaftException expected) {
            return failed(expected, request);
        }
        if (cause instanceof TimeoutException) {
            LOG.error("A request has not ended by itself: {} {}", request.method(), request.uri());
            return failed(new RaftException.OutcomeUnknown("there was no answer in time"), request);
        }
        LOG.error("A request failed in a way nobody has foreseen", cause);
        String detail = "the server failed in a way nobody has foreseen";
        // It may have shown after the command was applied.
        return problem(request, HttpStatus.INTERNAL_SERVER_ERROR, detail, Outcome.UNKNOWN, leader(), new HttpHeaders());
    }

    /** The answer to a call with a method that there is not; to OPTIONS, those that there are. */
    ServerResponse otherMethod(ServerRequest request, HttpMethod... methods) {
        if (request.method().equals(HttpMethod.OPTIONS)) {
            return ServerResponse.ok().allow(methods).build();
        }
        HttpHeaders headers = new HttpHeaders();
        headers.setAllow(Set.of(methods));
        String detail = "there is no " + request.method() + " here";
        return problem(request, HttpStatus.METHOD_NOT_ALLOWED, detail, Outcome.NOT_APPLIED, leader(), headers);
    }

    private ServerResponse refused(Refusal refusal, ServerRequest request) {
        HttpHeaders headers = new HttpHeaders();
        refusal.answer().ifPresent(answer -> RaftHeaders.describe(answer, headers));
        return problem(request, refusal.status(), detailOf(refusal), Outcome.NOT_APPLIED, leader(), headers);
    }

    private ServerResponse failed(RaftException failure, ServerRequest request) {
        HttpStatus status = statusOf(failure);
        HttpHeaders headers = new HttpHeaders();
        if (PASSING.contains(status)) {
            headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        }
        // Who has refused knows better who leads.
        Optional<NodeId> leader = failure instanceof RaftException.NotLeader other
                ? other.leaderId().or(this::leader)
                : leader();
        return problem(request, status, detailOf(failure), failure.outcome(), leader, headers);
    }

    private static HttpStatus statusOf(RaftException failure) {
        if (failure instanceof RaftException.Overloaded overloaded && overloaded.isDiskFull()) {
            return HttpStatus.INSUFFICIENT_STORAGE;
        }
        return Objects.requireNonNull(STATUS.get(failure.getClass()), () -> "no status for " + failure.getClass());
    }

    private static ServerResponse problem(
            ServerRequest request,
            HttpStatus status,
            String detail,
            Outcome outcome,
            Optional<NodeId> leader,
            HttpHeaders headers) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setInstance(URI.create(request.uri().getRawPath()));
        problem.setProperty("outcome", outcome.toString());
        leader.ifPresent(id -> problem.setProperty("leaderId", id.value()));
        return ServerResponse.status(status)
                .headers(all -> all.putAll(headers))
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    private static String detailOf(RuntimeException failure) {
        return Objects.requireNonNullElse(failure.getMessage(), "");
    }

    private Optional<NodeId> leader() {
        return store.status().leaderId();
    }
}
