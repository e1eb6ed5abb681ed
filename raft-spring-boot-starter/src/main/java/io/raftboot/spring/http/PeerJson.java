package io.raftboot.spring.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.Nulls;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.RequestId;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/**
 * The wire format: records as they are, with the names of the paper. No setting of the application reaches it, and nothing is
 * taken that could be meant in two ways (threat S8).
 *
 * <p>Unknown fields are ignored. Every field is required unless its type is an {@link java.util.Optional}, which is then empty:
 * a field that a later version adds to a record is optional, or an earlier one could not talk to it.
 */
final class PeerJson {

    private static final int MAX_DEPTH = 32;
    private static final int MAX_NUMBER_LENGTH = 32;
    private static final int MAX_NAME_LENGTH = 256;

    private final JsonMapper mapper;

    /** @param maxBytes the largest document, in bytes */
    PeerJson(int maxBytes) {
        JsonFactory factory = JsonFactory.builder()
                .recyclerPool(JsonRecyclerPools.threadLocalPool())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(maxBytes)
                        .maxStringLength(maxBytes)
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .maxNameLength(MAX_NAME_LENGTH)
                        .build())
                .build();
        mapper = JsonMapper.builder(factory)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
                .changeDefaultPropertyInclusion(
                        inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
                .addModule(wireTypes())
                .build();
    }

    private static SimpleModule wireTypes() {
        return new SimpleModule("raft")
                .addSerializer(NodeId.class, ToStringSerializer.instance)
                .addDeserializer(NodeId.class, new WordReader<>(NodeId.class, NodeId::of))
                .addSerializer(RequestId.class, ToStringSerializer.instance)
                .addDeserializer(RequestId.class, new WordReader<>(RequestId.class, RequestId::new))
                .addSerializer(byte[].class, new BytesJson.Writer())
                .addDeserializer(byte[].class, new BytesJson.Reader())
                .addSerializer(Configuration.class, new ConfigurationJson.Writer())
                .addDeserializer(Configuration.class, new ConfigurationJson.Reader())
                .addSerializer(LogEntry.class, new LogEntryJson.Writer())
                .addDeserializer(LogEntry.class, new LogEntryJson.Reader());
    }

    byte[] write(Object value) {
        return mapper.writeValueAsBytes(value);
    }

    /** @throws IllegalArgumentException if the document does not say what it should */
    <T> T read(byte[] document, Class<T> type) {
        try {
            return Optional.ofNullable(mapper.readValue(document, type))
                    .orElseThrow(() -> new IllegalArgumentException("null"));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no valid " + type.getSimpleName(), e);
        }
    }
}
