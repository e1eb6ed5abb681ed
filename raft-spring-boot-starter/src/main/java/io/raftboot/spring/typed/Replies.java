package io.raftboot.spring.typed;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;

/** Results as bytes: <code>{"ok":…}</code>, or <code>{"rejected":"why"}</code>, or <code>{"unreadable":"why"}</code>. */
final class Replies {

    private static final String OK = "ok";
    private static final String REJECTED = "rejected";
    private static final String UNREADABLE = "unreadable";

    private Replies() {}

    /** What a handler gave. @throws IllegalStateException if it is null, or cannot be written */
    static byte[] ok(RecordType type, @Nullable Object result) {
        if (result == null && !type.givesNothing()) {
            throw new IllegalStateException("the handler of " + type.name() + " gave null; " + type.result()
                    + " is never null, make it an Optional or a Void");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = TypedJson.VALUES.createGenerator(out)) {
            json.writeStartObject();
            json.writeName(OK);
            TypedJson.VALUES.writerFor(type.result()).writeValue(json, result);
            json.writeEndObject();
        } catch (JacksonException unwritable) {
            throw new IllegalStateException(
                    "what the handler of " + type.name() + " gave cannot be written as JSON", unwritable);
        }
        return out.toByteArray();
    }

    static byte[] rejected(String message) {
        return refusal(REJECTED, message);
    }

    static byte[] unreadable(String message) {
        return refusal(UNREADABLE, message);
    }

    private static byte[] refusal(String kind, String message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = TypedJson.VALUES.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringProperty(kind, message);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /**
     * The result; null for a {@code Void}, which no handler has to tell anything about.
     *
     * @throws CommandRejected if it is a refusal
     * @throws IllegalStateException if this version of the application cannot read it
     */
    static Object read(RecordType type, byte[] reply) {
        try (JsonParser json = TypedJson.VALUES.createParser(reply)) {
            String kind = json.nextToken() == JsonToken.START_OBJECT ? json.nextName() : null;
            if (REJECTED.equals(kind)) {
                throw new CommandRejected(CommandRejected.Reason.REJECTED, json.nextStringValue());
            }
            if (UNREADABLE.equals(kind)) {
                throw new CommandRejected(CommandRejected.Reason.UNREADABLE, json.nextStringValue());
            }
            if (OK.equals(kind)) {
                return result(type, json);
            }
        } catch (JacksonException illegible) {
            throw unlike(type, illegible);
        }
        throw unlike(type, null);
    }

    /** A newer server may have more to say than this one can hear. */
    @SuppressWarnings("NullAway") // a Void is null
    private static Object result(RecordType type, JsonParser json) {
        json.nextToken();
        Object result = TypedJson.VALUES
                .readerFor(type.result())
                .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .readValue(json);
        if (result == null && !type.givesNothing()) {
            throw unlike(type, null);
        }
        return result;
    }

    private static IllegalStateException unlike(RecordType type, @Nullable JacksonException cause) {
        return new IllegalStateException(
                type.name() + " was answered, and with something else than " + type.result()
                        + ": another version of the application may have done it",
                cause);
    }
}
