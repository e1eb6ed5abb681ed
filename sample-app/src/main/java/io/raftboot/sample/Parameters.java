package io.raftboot.sample;

import io.raftboot.model.Consistency;
import io.raftboot.model.RequestId;
import io.raftboot.sample.Precondition.Tags;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * What a request says beside its body, checked. Every method throws a {@link Refusal} with 400 if it is not as it should be:
 * what is not understood is refused and never ignored.
 */
record Parameters(HttpServletRequest request) {

    /** The longest key, in characters. */
    static final int MAX_KEY_LENGTH = 256;

    /** How many entries a list holds if the caller does not say. */
    static final int DEFAULT_LIMIT = 100;

    /** How many entries a list holds at most. */
    static final int MAX_LIMIT = 1000;

    /** The oldest state anybody may ask for by its age. */
    static final Duration MAX_STALENESS = Duration.ofHours(1);

    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    static final String LAST_EVENT_ID = "Last-Event-ID";

    /** No index is longer. */
    private static final Pattern REVISION = Pattern.compile("[0-9]{1,18}");

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._-]{1," + MAX_KEY_LENGTH + "}");

    /**
     * The key in the path.
     *
     * @param captured the part of the path that is the key, decoded, perhaps with the slash before it
     */
    String key(String captured) {
        String key = captured.startsWith("/") ? captured.substring(1) : captured;
        // Spring drops what follows a semicolon from a path; "a;b" would become the key "a".
        if (!KEY.matcher(key).matches() || request.getRequestURI().indexOf(';') >= 0) {
            throw bad("a key has 1 to " + MAX_KEY_LENGTH + " characters of A-Z a-z 0-9 . _ -");
        }
        return key;
    }

    /** How the keys of a list begin; empty for every key. */
    String prefix() {
        String prefix = parameter("prefix").orElse("");
        if (!prefix.isEmpty() && !KEY.matcher(prefix).matches()) {
            throw bad("a prefix has at most " + MAX_KEY_LENGTH + " characters of A-Z a-z 0-9 . _ -");
        }
        return prefix;
    }

    /** How many entries a list may hold. */
    int limit() {
        long limit = integer("limit", DEFAULT_LIMIT);
        if (limit < 1 || limit > MAX_LIMIT) {
            throw bad("limit is between 1 and " + MAX_LIMIT);
        }
        return (int) limit;
    }

    /** How much is added to a value. */
    long by() {
        return integer("by", 1);
    }

    /**
     * The caller's name for its command, so that it can be sent again. It is all that tells one command from another: callers who do
     * not know each other choose long ones by chance.
     */
    Optional<RequestId> idempotencyKey() {
        List<String> keys = Collections.list(request.getHeaders(IDEMPOTENCY_KEY));
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        String key = keys.get(0);
        if (keys.size() > 1 || key.isEmpty() || key.length() > RequestId.MAX_LENGTH) {
            throw bad(IDEMPOTENCY_KEY + " is given once and has 1 to " + RequestId.MAX_LENGTH + " characters");
        }
        return Optional.of(new RequestId(key));
    }

    /** The revision of the last event that a caller got, if it got one. */
    OptionalLong lastEventId() {
        List<String> ids = Collections.list(request.getHeaders(LAST_EVENT_ID));
        if (ids.isEmpty()) {
            return OptionalLong.empty();
        }
        if (ids.size() > 1 || !REVISION.matcher(ids.get(0)).matches()) {
            throw bad(LAST_EVENT_ID + " is given once and is the id of an event");
        }
        return OptionalLong.of(Long.parseLong(ids.get(0)));
    }

    /** How fresh the state of a read must be; who names an index or an age asks for a local read. */
    Freshness freshness() {
        long minIndex = integer("minIndex", 0);
        if (minIndex < 0) {
            throw bad("minIndex is not negative");
        }
        Optional<Duration> maxStaleness = parameter("maxStaleness").map(Parameters::age);
        boolean isBounded = parameter("minIndex").isPresent() || maxStaleness.isPresent();
        Consistency consistency = consistency(isBounded ? "local" : "linearizable");
        if (isBounded && consistency != Consistency.LOCAL) {
            throw bad("minIndex and maxStaleness are for local reads, " + consistency + " promises more");
        }
        boolean here = parameter("consistency").equals(Optional.of("read-index"));
        return new Freshness(consistency, here, minIndex, maxStaleness);
    }

    private static Duration age(String text) {
        try {
            Duration age = DurationStyle.detectAndParse(text);
            if (!age.isNegative() && age.compareTo(MAX_STALENESS) <= 0) {
                return age;
            }
        } catch (IllegalArgumentException | ArithmeticException noDuration) {
            // It is answered like one that is out of range.
        }
        throw bad("maxStaleness is a time such as 500ms or 2s, at most " + MAX_STALENESS.toHours() + "h");
    }

    private Consistency consistency(String fallback) {
        String name = parameter("consistency").orElse(fallback);
        return switch (name) {
            case "linearizable", "read-index" -> Consistency.LINEARIZABLE;
            case "lease" -> Consistency.LEASE;
            case "local" -> Consistency.LOCAL;
            default -> throw bad("consistency is linearizable, read-index, lease or local");
        };
    }

    /** What must be so for a command to be carried out. */
    Precondition precondition() {
        // A weak tag never satisfies If-Match, while it counts in If-None-Match (RFC 9110, sections 13.1.1 and 13.1.2).
        return new Precondition(tags(HttpHeaders.IF_MATCH, false), tags(HttpHeaders.IF_NONE_MATCH, true));
    }

    private Optional<Tags> tags(String header, boolean weakOnesCount) {
        String value = String.join(",", Collections.list(request.getHeaders(header)));
        if (value.isEmpty() && request.getHeader(header) == null) {
            return Optional.empty();
        }
        List<ETag> tags = ETag.parse(value);
        if (tags.isEmpty()) {
            throw bad(header + " is * or a list of revisions in quotation marks");
        }
        return Optional.of(new Tags(
                tags.stream().anyMatch(ETag::isWildcard),
                tags.stream()
                        .filter(tag -> weakOnesCount || !tag.weak())
                        .map(ETag::tag)
                        .toList()));
    }

    private long integer(String name, long fallback) {
        Optional<String> value = parameter(name);
        try {
            return value.map(Long::parseLong).orElse(fallback);
        } catch (NumberFormatException notANumber) {
            throw bad(name + " is an integer of 64 bits");
        }
    }

    private Optional<String> parameter(String name) {
        String[] values;
        try {
            values = request.getParameterValues(name);
        } catch (IllegalStateException unreadable) {
            // What the servlet specification makes of a query string or form that cannot be decoded.
            throw bad("the parameters cannot be read");
        }
        if (values == null) {
            return Optional.empty();
        }
        if (values.length > 1) {
            throw bad(name + " is given more than once");
        }
        return Optional.of(values[0]);
    }

    private static Refusal bad(String detail) {
        return Refusal.of(HttpStatus.BAD_REQUEST, detail);
    }
}
