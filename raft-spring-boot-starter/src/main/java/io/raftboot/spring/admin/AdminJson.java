package io.raftboot.spring.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.raftboot.model.NodeId;
import io.raftboot.spring.AdminAnswer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What operators send and get, by a mapper that no setting of the application reaches. */
final class AdminJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private AdminJson() {}

    /** RFC 9457. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Problem(
            String title,
            int status,
            String detail,
            @Nullable String outcome,
            @Nullable String leaderId) {}

    static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    static byte[] problem(Rejected rejected) {
        return write(new Problem(
                rejected.title(),
                rejected.status(),
                String.valueOf(rejected.getMessage()),
                rejected.outcome().orElse(null),
                rejected.leaderId().map(NodeId::value).orElse(null)));
    }

    /** @throws Rejected 400 if it is no such JSON */
    static <T> T read(String json, Class<T> type) {
        try {
            T value = MAPPER.readValue(json, type);
            if (value != null) {
                return value;
            }
        } catch (JacksonException e) {
            throw new Rejected(400, "Bad Request", "the body is not the JSON that is expected here");
        }
        throw new Rejected(400, "Bad Request", "the body is null");
    }

    static AdminAnswer answer(Object value) {
        return new AdminAnswer(200, new String(write(value), StandardCharsets.UTF_8));
    }

    static AdminAnswer answer(Rejected rejected) {
        return new AdminAnswer(rejected.status(), new String(problem(rejected), StandardCharsets.UTF_8));
    }
}
