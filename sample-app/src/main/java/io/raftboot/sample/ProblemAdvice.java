package io.raftboot.sample;

import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftException.Outcome;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;

/**
 * Errors of the store as problem+json (RFC 9457). Each says with {@code outcome} whether the command may have been applied, so
 * that the caller knows whether it is safe to send it again, and with {@code leaderId} who leads, if that is known.
 */
@Order(Ordered.HIGHEST_PRECEDENCE) // before Spring's own, which would answer a timeout with 503
@RestControllerAdvice(assignableTypes = {KeyValueController.class, EventsController.class})
final class ProblemAdvice {

    /** When it makes sense to try again, in seconds: about the time an election takes. */
    private static final String RETRY_AFTER = "1";

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    private final ReplicatedStore store;

    ProblemAdvice(ReplicatedStore store) {
        this.store = store;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refusal(Refusal refusal) {
        HttpHeaders headers = new HttpHeaders();
        refusal.answer().ifPresent(answer -> RaftHeaders.describe(answer, headers));
        return problem(refusal.status(), detailOf(refusal), Outcome.NOT_APPLIED, leader(), headers);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> notLeader(RaftException.NotLeader failure) {
        Optional<NodeId> leader = failure.leaderId().or(this::leader);
        return problem(HttpStatus.SERVICE_UNAVAILABLE, detailOf(failure), failure.outcome(), leader, retryLater());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> stopped(RaftException.Stopped failure) {
        return problem(HttpStatus.SERVICE_UNAVAILABLE, failure, retryLater());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> overloaded(RaftException.Overloaded failure) {
        HttpStatus status = failure.isDiskFull() ? HttpStatus.INSUFFICIENT_STORAGE : HttpStatus.TOO_MANY_REQUESTS;
        return problem(status, failure, retryLater());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> tooLarge(RaftException.CommandTooLarge failure) {
        return problem(HttpStatus.CONTENT_TOO_LARGE, failure, new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> otherContent(RaftException.RequestIdConflict failure) {
        return problem(HttpStatus.UNPROCESSABLE_CONTENT, failure, new HttpHeaders());
    }

    /** No command of the store changes the members; what an operator asks for is answered elsewhere. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> changeRefused(RaftException.ChangeRefused failure) {
        return problem(HttpStatus.CONFLICT, failure, new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unknownMember(RaftException.UnknownMember failure) {
        return problem(HttpStatus.NOT_FOUND, failure, new HttpHeaders());
    }

    /** Read the state as it is now, and watch from there on. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> gone(RaftException.HistoryGone failure) {
        return problem(HttpStatus.GONE, failure, new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unknown(RaftException.OutcomeUnknown failure) {
        return problem(HttpStatus.GATEWAY_TIMEOUT, failure, new HttpHeaders());
    }

    /** Where that is limited, the web server may give up before the cluster does; the command is still on its way. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> timeout(AsyncRequestTimeoutException timeout) {
        String detail = "the answer took longer than spring.mvc.async.request-timeout";
        return problem(HttpStatus.GATEWAY_TIMEOUT, detail, Outcome.UNKNOWN, leader(), new HttpHeaders());
    }

    /** A defect. It may have shown after the command was applied. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> defect(RuntimeException defect) {
        LOG.error("A request failed in a way nobody has foreseen", defect);
        String detail = "the server failed in a way nobody has foreseen";
        return problem(HttpStatus.INTERNAL_SERVER_ERROR, detail, Outcome.UNKNOWN, leader(), new HttpHeaders());
    }

    private ResponseEntity<ProblemDetail> problem(HttpStatus status, RaftException failure, HttpHeaders headers) {
        return problem(status, detailOf(failure), failure.outcome(), leader(), headers);
    }

    private static ResponseEntity<ProblemDetail> problem(
            HttpStatus status, String detail, Outcome outcome, Optional<NodeId> leader, HttpHeaders headers) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setProperty("outcome", outcome == Outcome.NOT_APPLIED ? "not-applied" : "unknown");
        leader.ifPresent(id -> problem.setProperty("leaderId", id.value()));
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        return new ResponseEntity<>(problem, headers, status);
    }

    private static String detailOf(RuntimeException failure) {
        return Objects.requireNonNullElse(failure.getMessage(), "");
    }

    private Optional<NodeId> leader() {
        return store.status().leaderId();
    }

    private static HttpHeaders retryLater() {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        return headers;
    }
}
