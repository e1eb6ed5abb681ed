package io.raftboot.spring.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.Nulls;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.RequestId;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;

/** What the wire format could be: the same records by the same rules and the same code as {@link PeerJson}, in CBOR. */
final class PeerCbor {

    private final CBORMapper mapper = CBORMapper.builder(CBORFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
            .addModule(wireTypes())
            .build();

    private static SimpleModule wireTypes() {
        return new SimpleModule("raft")
                .addSerializer(NodeId.class, ToStringSerializer.instance)
                .addDeserializer(NodeId.class, new WordReader<>(NodeId.class, NodeId::of))
                .addSerializer(RequestId.class, ToStringSerializer.instance)
                .addDeserializer(RequestId.class, new WordReader<>(RequestId.class, RequestId::new))
                .addSerializer(Configuration.class, new ConfigurationJson.Writer())
                .addDeserializer(Configuration.class, new ConfigurationJson.Reader())
                .addSerializer(LogEntry.class, new LogEntryJson.Writer())
                .addDeserializer(LogEntry.class, new LogEntryJson.Reader());
    }

    byte[] write(Object value) {
        return mapper.writeValueAsBytes(value);
    }

    <T> T read(byte[] document, Class<T> type) {
        return mapper.readValue(document, type);
    }
}
