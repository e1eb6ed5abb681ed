package io.raftboot.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.SequenceWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Queries, answers and snapshots as bytes; commands have a codec of their own, {@link CommandCodec}. The mapper is its own: what the application sets under {@code
 * spring.jackson} must not change what is in the log. Callable from any thread.
 */
final class JsonCodec {

    /** One for all: it is what it knows of the classes that makes it fast. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFields.JSON)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    /** A value as JSON, in UTF-8. */
    byte[] encode(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** The value that was encoded. @throws IllegalArgumentException if the bytes are something else */
    <T> T decode(byte[] json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JacksonException unreadable) {
            throw new IllegalArgumentException("no " + type.getSimpleName() + " in this JSON", unreadable);
        }
    }

    /** Writes values one by one, as one JSON array; does not close the stream. */
    void writeAll(Collection<?> values, OutputStream out) throws IOException {
        try (SequenceWriter writer = MAPPER.writer().writeValuesAsArray(out)) {
            writer.writeAll(values);
        } catch (JacksonException failed) {
            throw new IOException("the snapshot cannot be written", failed);
        }
    }

    /** Reads what {@link #writeAll} wrote, one by one; does not close the stream. @throws IOException if it is something else */
    <T> void readAll(InputStream in, Class<T> type, Consumer<T> sink) throws IOException {
        // The token after a value is the next value, and that is no mistake here.
        ObjectReader reader = MAPPER.readerFor(type).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        try (JsonParser parser = MAPPER.createParser(in)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("the snapshot does not begin with a JSON array");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                sink.accept(reader.readValue(parser));
            }
        } catch (JacksonException failed) {
            throw new IOException("the snapshot cannot be read", failed);
        }
    }
}
