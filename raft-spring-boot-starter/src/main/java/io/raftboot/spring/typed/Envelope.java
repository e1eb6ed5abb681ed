package io.raftboot.spring.typed;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * A command or a question as bytes: <code>{"t":"Increment","v":1,"c":{…}}</code>, in that order, which every server reads without
 * knowing the type. What it makes of other bytes depends on the types and on nothing else; reasons are its own words, since those of a
 * library change from version to version, and a result must not.
 */
final class Envelope {

    private static final Received NO_ENVELOPE =
            new Received.Unreadable("this is no command and no query of a typed state machine");

    private final RecordTypes types;
    private final String bodyName;

    /**
     * @param types what may be in it
     * @param bodyName another one for commands than for questions, so that neither is taken for the other
     */
    Envelope(RecordTypes types, String bodyName) {
        this.types = types;
        this.bodyName = bodyName;
    }

    /** @throws IllegalArgumentException if nobody could read it, for a component that is null, for instance */
    byte[] write(Object value) {
        RecordType type = types.of(value);
        byte[] bytes = write(type, value);
        try {
            if (read(bytes, false) instanceof Received.Known) {
                return bytes;
            }
        } catch (JacksonException illegible) {
            throw unreadableAgain(type, illegible.getOriginalMessage(), illegible);
        }
        throw unreadableAgain(type, "it is no JSON object", null);
    }

    private static IllegalArgumentException unreadableAgain(
            RecordType type, String reason, @Nullable JacksonException cause) {
        return new IllegalArgumentException(
                type.record().getName() + " cannot be read again as it is written: " + reason, cause);
    }

    private byte[] write(RecordType type, Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = TypedJson.MAPPER.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringProperty("t", type.name().name());
            json.writeNumberProperty("v", type.name().version());
            json.writeName(bodyName);
            type.writer().writeValue(json, value);
            json.writeEndObject();
        } catch (JacksonException unwritable) {
            throw new IllegalArgumentException(
                    type.record().getName() + " cannot be written as JSON: " + unwritable.getOriginalMessage(),
                    unwritable);
        }
        return out.toByteArray();
    }

    Received read(byte[] bytes) {
        try {
            return read(bytes, false);
        } catch (UnrecognizedPropertyException unknown) {
            return readNewer(bytes, unknown.getPropertyName());
        } catch (JacksonException e) {
            return unreadable(bytes);
        }
    }

    /** A component that was added to the record is understood by the version that did it, and by no other. */
    private Received readNewer(byte[] bytes, String component) {
        try {
            return read(bytes, true) instanceof Received.Known readable
                    ? new Received.Newer("the component '" + component + "' in a "
                            + readable.type().name())
                    : NO_ENVELOPE;
        } catch (JacksonException e) {
            return unreadable(bytes);
        }
    }

    private Received read(byte[] bytes, boolean leniently) {
        try (JsonParser json = TypedJson.MAPPER.createParser(bytes)) {
            Optional<TypeName> name = header(json);
            if (name.isEmpty()) {
                return NO_ENVELOPE;
            }
            Optional<RecordType> type = types.find(name.get());
            if (type.isEmpty()) {
                json.skipChildren();
                return isAtEnd(json) ? new Received.Newer("the type " + name.get()) : NO_ENVELOPE;
            }
            Object value = (leniently ? type.get().lenientReader() : type.get().reader()).readValue(json);
            return isAtEnd(json) ? new Received.Known(type.get(), value) : NO_ENVELOPE;
        }
    }

    /** Reads up to the beginning of the body. */
    private Optional<TypeName> header(JsonParser json) {
        if (json.nextToken() != JsonToken.START_OBJECT || !"t".equals(json.nextName())) {
            return Optional.empty();
        }
        String name = json.nextStringValue();
        if (name == null || !TypeName.isName(name) || !"v".equals(json.nextName())) {
            return Optional.empty();
        }
        int version = json.nextIntValue(0);
        if (version < 1 || !bodyName.equals(json.nextName()) || json.nextToken() != JsonToken.START_OBJECT) {
            return Optional.empty();
        }
        return Optional.of(new TypeName(name, version));
    }

    private static boolean isAtEnd(JsonParser json) {
        return json.nextToken() == JsonToken.END_OBJECT && json.nextToken() == null;
    }

    private Received unreadable(byte[] bytes) {
        try (JsonParser json = TypedJson.MAPPER.createParser(bytes)) {
            return header(json)
                    .<Received>map(name -> new Received.Unreadable("this does not fit the record of " + name))
                    .orElse(NO_ENVELOPE);
        } catch (JacksonException e) {
            return NO_ENVELOPE;
        }
    }
}
