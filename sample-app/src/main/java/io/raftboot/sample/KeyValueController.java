package io.raftboot.sample;

import io.raftboot.model.RequestId;
import io.raftboot.sample.Command.Delete;
import io.raftboot.sample.Command.Increment;
import io.raftboot.sample.Command.Put;
import io.raftboot.sample.CommandResult.Deleted;
import io.raftboot.sample.CommandResult.Reason;
import io.raftboot.sample.CommandResult.Refused;
import io.raftboot.sample.CommandResult.Stored;
import io.raftboot.sample.Query.Found;
import io.raftboot.sample.Query.Get;
import io.raftboot.sample.Query.ListKeys;
import io.raftboot.sample.Query.Listing;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The store over HTTP. Every server takes every call. The methods return futures, so no request thread waits for a commit; what
 * goes wrong is answered by {@link ProblemAdvice}.
 *
 * <p>A write with an {@code Idempotency-Key} is carried out once, however often it comes; all but the first are given the first
 * answer, whatever it was.
 *
 * <p>The rest of the path is the key, so that a path that can be no key is answered with 400 and not with 404.
 */
@RestController
final class KeyValueController {

    private final ReplicatedStore store;
    private final ValueReader values;

    KeyValueController(ReplicatedStore store, ValueReader values) {
        this.store = store;
        this.values = values;
    }

    /** Writes a value: 200 with the entry, 412 if the precondition does not hold. */
    @PutMapping("/kv/{*path}")
    CompletableFuture<ResponseEntity<Entry>> put(@PathVariable String path, HttpServletRequest request) {
        Parameters parameters = new Parameters(request);
        String key = parameters.key(path);
        Precondition precondition = parameters.precondition();
        Optional<RequestId> idempotencyKey = parameters.idempotencyKey();
        return store.submit(new Put(key, values.read(request), precondition), idempotencyKey)
                .thenApply(this::stored);
    }

    /** Reads a value: 200 with the entry, or 404. */
    @GetMapping("/kv/{*path}")
    CompletableFuture<ResponseEntity<Entry>> get(@PathVariable String path, HttpServletRequest request) {
        Parameters parameters = new Parameters(request);
        return store.read(new Get(parameters.key(path)), parameters.freshness()).thenApply(this::found);
    }

    /** Removes a key: 204, or 404; 412 if the precondition does not hold. */
    @DeleteMapping("/kv/{*path}")
    CompletableFuture<ResponseEntity<Void>> delete(@PathVariable String path, HttpServletRequest request) {
        Parameters parameters = new Parameters(request);
        Delete command = new Delete(parameters.key(path), parameters.precondition());
        return store.submit(command, parameters.idempotencyKey()).thenApply(this::deleted);
    }

    /** Adds to a value: 200 with the new entry, 409 if the value is no integer, 412 if the precondition does not hold. */
    @PostMapping("/kv/{key}/increment")
    CompletableFuture<ResponseEntity<Entry>> increment(@PathVariable String key, HttpServletRequest request) {
        Parameters parameters = new Parameters(request);
        Increment command = new Increment(parameters.key(key), parameters.by(), parameters.precondition());
        return store.submit(command, parameters.idempotencyKey()).thenApply(this::stored);
    }

    /** Lists the entries whose keys begin with a prefix, in the order of keys. */
    @GetMapping("/kv")
    CompletableFuture<ResponseEntity<Page>> list(HttpServletRequest request) {
        Parameters parameters = new Parameters(request);
        return store.read(new ListKeys(parameters.prefix(), parameters.limit()), parameters.freshness())
                .thenApply(this::page);
    }

    private ResponseEntity<Entry> stored(Answer<CommandResult> answer) {
        if (answer.value() instanceof Stored stored) {
            return entry(stored.entry(), answer);
        }
        throw refused(answer);
    }

    private ResponseEntity<Void> deleted(Answer<CommandResult> answer) {
        if (answer.value() instanceof Deleted) {
            return reply(HttpStatus.NO_CONTENT, answer).build();
        }
        throw refused(answer);
    }

    private ResponseEntity<Entry> found(Answer<Found> answer) {
        return answer.value()
                .entry()
                .map(entry -> entry(entry, answer))
                .orElseThrow(() -> Refusal.of(HttpStatus.NOT_FOUND, "there is no such key", answer));
    }

    private ResponseEntity<Page> page(Answer<Listing> answer) {
        Listing listing = answer.value();
        return json(answer).body(new Page(listing.entries(), answer.index(), listing.truncated()));
    }

    private static ResponseEntity<Entry> entry(Entry entry, Answer<?> answer) {
        return json(answer).eTag('"' + entry.tag() + '"').body(entry);
    }

    /** JSON whatever the caller accepts: to find out after the commit that it cannot be written would help nobody. */
    private static ResponseEntity.BodyBuilder json(Answer<?> answer) {
        return reply(HttpStatus.OK, answer).contentType(MediaType.APPLICATION_JSON);
    }

    private static ResponseEntity.BodyBuilder reply(HttpStatus status, Answer<?> answer) {
        return ResponseEntity.status(status).headers(headers -> RaftHeaders.describe(answer, headers));
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
