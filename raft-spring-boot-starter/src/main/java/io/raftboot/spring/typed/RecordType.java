package io.raftboot.spring.typed;

import org.springframework.core.ResolvableType;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/**
 * A record that travels as JSON, and what it gives.
 *
 * @param reader reads what this version of the application writes
 * @param lenientReader also reads what has components that this version does not know, and leaves them out
 */
record RecordType(
        TypeName name,
        Class<?> record,
        ObjectReader reader,
        ObjectReader lenientReader,
        ObjectWriter writer,
        JavaType result) {

    /**
     * A record.
     *
     * @param marker {@link RaftCommand} or {@link RaftQuery}
     * @throws IllegalArgumentException if it does not say what it gives, or would not come back from JSON
     */
    static RecordType of(Class<?> record, Class<?> marker) {
        TypedJson.requireReadable(
                TypedJson.MAPPER, TypedJson.MAPPER.constructType(record), ResolvableType.forClass(record));
        // What follows the record is the end of the envelope.
        ObjectReader reader =
                TypedJson.MAPPER.readerFor(record).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        return new RecordType(
                TypeName.of(record),
                record,
                reader,
                reader.without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES),
                TypedJson.MAPPER.writerFor(record),
                TypedJson.parameter(record, marker));
    }

    /** Whether its handler has nothing to tell. */
    boolean givesNothing() {
        return result.hasRawClass(Void.class);
    }
}
