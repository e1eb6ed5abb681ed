package io.raftboot.sample;

import io.raftboot.model.RequestId;
import io.raftboot.sample.Command.Delete;
import io.raftboot.sample.Command.Increment;
import io.raftboot.sample.Command.Put;
import io.raftboot.sample.CommandResult.Deleted;
import io.raftboot.sample.CommandResult.Reason;
import io.raftboot.sample.CommandResult.Refused;
import io.raftboot.sample.Query.Found;
import io.raftboot.sample.Query.Get;
import io.raftboot.sample.Query.ListKeys;
import io.raftboot.sample.Query.Listing;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The store over HTTP. Every server takes every call. No request thread waits for a commit ({@link LateResponse}); what goes wrong is
 * answered by {@link Problems}.
 *
 * <p>A write with an {@code Idempotency-Key} is carried out once, however often it comes; all but the first are given the first
 * answer, whatever it was.
 *
 * <p>The rest of the path is the key, so that a path that can be no key is answered with 400 and not with 404.
 */
final class KeyValueHandler {

    private final ReplicatedStore store;
    private final ValueReader values;
    private final Problems problems;
    private final Duration limit;

    /** @param limit how long a caller waits at most, whatever hangs */
    KeyValueHandler(ReplicatedStore store, ValueReader values, Problems problems, Duration limit) {
        this.store = store;
        this.values = values;
        this.problems = problems;
        this.limit = limit;
    }

    /** Writes a value: 200 with the entry, 412 if the precondition does not hold. */
    ServerResponse put(ServerRequest request) {
        Parameters parameters = new Parameters(request.servletRequest());
        String key = parameters.key(request.pathVariable("path"));
        Precondition precondition = parameters.precondition();
        Optional<RequestId> idempotencyKey = parameters.idempotencyKey();
        Put command = new Put(key, values.read(request.servletRequest()), precondition);
        return late(request, store.submit(command, idempotencyKey), answer -> written(command, answer));
    }

    /** Reads a value: 200 with the entry, or 404. */
    ServerResponse get(ServerRequest request) {
        Parameters parameters = new Parameters(request.servletRequest());
        Get query = new Get(parameters.key(request.pathVariable("path")));
        return late(request, store.read(query, parameters.freshness()), this::found);
    }

    /** Removes a key: 204, or 404; 412 if the precondition does not hold. */
    ServerResponse delete(ServerRequest request) {
        Parameters parameters = new Parameters(request.servletRequest());
        Delete command = new Delete(parameters.key(request.pathVariable("path")), parameters.precondition());
        return late(request, store.submit(command, parameters.idempotencyKey()), this::deleted);
    }

    /** Adds to a value: 200 with the new entry, 409 if the value is no integer, 412 if the precondition does not hold. */
    ServerResponse increment(ServerRequest request) {
        Parameters parameters = new Parameters(request.servletRequest());
        Increment command =
                new Increment(parameters.key(request.pathVariable("key")), parameters.by(), parameters.precondition());
        return late(request, store.submit(command, parameters.idempotencyKey()), answer -> written(command, answer));
    }

    /** Lists the entries whose keys begin with a prefix, in the order of keys. */
    ServerResponse list(ServerRequest request) {
        Parameters parameters = new Parameters(request.servletRequest());
        ListKeys query = new ListKeys(parameters.prefix(), parameters.limit());
        return late(request, store.read(query, parameters.freshness()), this::page);
    }

    private <T> ServerResponse late(
            ServerRequest request, CompletableFuture<Answer<T>> answer, Function<Answer<T>, ServerResponse> response) {
        return new LateResponse<>(
                answer,
                limit,
                response,
                failure -> problems.of(failure, request),
                given -> RaftHeaders.describe(store.status(), given));
    }

    private static ServerResponse written(Command command, Answer<CommandResult> answer) {
        return command.written(answer.value(), answer.index())
                .map(entry -> entry(entry, answer))
                .orElseThrow(() -> refused(answer));
    }

    private ServerResponse deleted(Answer<CommandResult> answer) {
        if (answer.value() instanceof Deleted) {
            return reply(HttpStatus.NO_CONTENT, answer).build();
        }
        throw refused(answer);
    }

    private ServerResponse found(Answer<Found> answer) {
        return answer.value()
                .entry()
                .map(entry -> entry(entry, answer))
                .orElseThrow(() -> Refusal.of(HttpStatus.NOT_FOUND, "there is no such key", answer));
    }

    private ServerResponse page(Answer<Listing> answer) {
        Listing listing = answer.value();
        return json(answer).body(new Page(listing.entries(), answer.index(), listing.truncated()));
    }

    private static ServerResponse entry(Entry entry, Answer<?> answer) {
        return json(answer).eTag('"' + entry.tag() + '"').body(entry);
    }

    /** JSON whatever the caller accepts: to find out after the commit that it cannot be written would help nobody. */
    private static ServerResponse.BodyBuilder json(Answer<?> answer) {
        return reply(HttpStatus.OK, answer).contentType(MediaType.APPLICATION_JSON);
    }

    private static ServerResponse.BodyBuilder reply(HttpStatus status, Answer<?> answer) {
        return ServerResponse.status(status).headers(headers -> RaftHeaders.describe(answer, headers));
    }

    private static Refusal refused(Answer<CommandResult> answer) {
        if (answer.value() instanceof Refused refused) {
            return Refusal.of(statusOf(refused.reason()), detailOf(refused.reason()), answer);
        }
        throw new IllegalStateException("no answer to this command: " + answer.value());
    }

    private static HttpStatus statusOf(Reason reason) {
        return switch (reason) {
            case MISSING -> HttpStatus.NOT_FOUND;
            case PRECONDITION_FAILED -> HttpStatus.PRECONDITION_FAILED;
            case NOT_AN_INTEGER, OUT_OF_RANGE -> HttpStatus.CONFLICT;
        };
    }

    private static String detailOf(Reason reason) {
        return switch (reason) {
            case MISSING -> "there is no such key";
            case PRECONDITION_FAILED -> "the key is in another state than If-Match or If-None-Match asks for";
            case NOT_AN_INTEGER -> "the value is not a decimal integer";
            case OUT_OF_RANGE -> "the value or the sum is beyond 64 bits";
        };
    }
}
