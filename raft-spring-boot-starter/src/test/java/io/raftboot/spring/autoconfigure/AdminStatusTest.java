package io.raftboot.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.spring.Statuses;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/** The admin status in applications that do their worst to it. */
class AdminStatusTest {

    private static final String HEAD = "{\"nodeId\":\"n1\",\"clusterId\":\"cluster-1\",\"clusterName\":\"default\","
            + "\"incarnation\":\"life-1\",";
    private static final String NUMBERS =
            "\"commitIndex\":42,\"lastApplied\":41,\"firstLogIndex\":5,\"lastLogIndex\":44,"
                    + "\"lastLogTerm\":2,\"snapshotIndex\":4,\"applyDigest\":\"9f00\",\"digestIndex\":40,\"joint\":false,";
    private static final String LEADER = HEAD + "\"role\":\"LEADER\",\"term\":3,\"leaderId\":\"n1\"," + NUMBERS
            + "\"failure\":null,\"members\":["
            + "{\"id\":\"n1\",\"url\":\"http://n1:8080\",\"role\":\"VOTER\",\"matchIndex\":42,\"lag\":0,"
            + "\"lastContactMillis\":0,\"reachable\":true,\"divergedAt\":null},"
            + "{\"id\":\"n2\",\"url\":\"http://n2:8080\",\"role\":\"VOTER\",\"matchIndex\":40,\"lag\":2,"
            + "\"lastContactMillis\":7,\"reachable\":true,\"divergedAt\":null}],\"catchUp\":null,\"divergedAt\":null,\"diskFull\":false}";
    private static final String UNKNOWN =
            "\"matchIndex\":null,\"lag\":null,\"lastContactMillis\":null,\"reachable\":null,\"divergedAt\":null";
    private static final String LEADERLESS = HEAD + "\"role\":\"PRE_CANDIDATE\",\"term\":3,\"leaderId\":null," + NUMBERS
            + "\"failure\":null,\"members\":["
            + "{\"id\":\"n1\",\"url\":\"http://n1:8080\",\"role\":\"VOTER\"," + UNKNOWN + "},"
            + "{\"id\":\"n2\",\"url\":\"http://n2:8080\",\"role\":\"VOTER\"," + UNKNOWN
            + "}],\"catchUp\":null,\"divergedAt\":null,\"diskFull\":false}";

    // scenarios B5, B7
    @ParameterizedTest
    @CsvSource({
        "raft.enabled=true, /raft/admin/status",
        "server.servlet.context-path=/app, /app/raft/admin/status",
        "spring.mvc.servlet.path=/mvc, /raft/admin/status",
        "spring.jackson.property-naming-strategy=SNAKE_CASE, /raft/admin/status",
        "spring.jackson.default-property-inclusion=non_null, /raft/admin/status",
        "spring.mvc.apiversion.use.header=X-Version;spring.mvc.apiversion.required=true, /raft/admin/status",
        "spring.mvc.apiversion.use.path-segment=0, /raft/admin/status",
        "server.servlet.context-path=/app;spring.mvc.servlet.path=/mvc, /app/raft/admin/status",
        "raft.http.base-path=/internal/raft, /internal/raft/admin/status"
    })
    void noSettingOfTheApplicationChangesTheStatus(String properties, String path) throws Exception {
        try (TestApp app = TestApp.run(Wrapping.class, properties.split(";"))) {
            assertThat(app.get(path).body()).isEqualTo(LEADER);
            assertThat(app.get(path).headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("application/json");

            app.server().status = Statuses.leaderless();
            assertThat(app.get(path).body()).isEqualTo(LEADERLESS);
        }
    }

    // threat: strangers
    @Test
    void onlyTheTokenOpensIt() throws Exception {
        try (TestApp app = TestApp.run(Wrapping.class)) {
            String path = "/raft/admin/status";
            var missing = app.send(app.anonymous("GET", path).build());
            var wrong = app.send(app.anonymous("GET", path)
                    .header("Authorization", "Bearer admin-tokem")
                    .build());
            var otherScheme = app.send(app.anonymous("GET", path)
                    .header("Authorization", "Basic admin-token")
                    .build());

            assertThat(missing.statusCode()).isEqualTo(401);
            assertThat(missing.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            assertThat(missing.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("application/problem+json");
            assertThat(missing.body()).contains("\"status\":401").doesNotContain("nodeId");
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(otherScheme.statusCode()).isEqualTo(401);
            assertThat(app.get(path).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void withoutATokenNobodyIsLetIn(String token) throws Exception {
        try (TestApp app = TestApp.run(Wrapping.class, "raft.admin.token=" + token)) {
            assertThat(app.get("/raft/admin/status").statusCode()).isEqualTo(403);
            assertThat(app.send(app.anonymous("GET", "/raft/admin/status")
                                    .header("Authorization", "Bearer ")
                                    .build())
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        try (TestApp app = TestApp.run(Wrapping.class)) {
            var post = app.send(app.request("POST", "/raft/admin/status").build());

            assertThat(app.get("/raft/admin/nothing").statusCode()).isEqualTo(404);
            assertThat(app.get("/raft/admin/").statusCode()).isEqualTo(404);
            assertThat(post.statusCode()).isEqualTo(405);
            assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
            assertThat(app.send(app.request("HEAD", "/raft/admin/status").build())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(app.send(app.anonymous("POST", "/raft/admin/status").build())
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    /** Wraps whatever a controller returns. */
    @RestControllerAdvice
    static class Wrapping implements ResponseBodyAdvice<Object> {

        @Override
        public boolean supports(MethodParameter type, Class<? extends HttpMessageConverter<?>> converter) {
            return true;
        }

        @Override
        public Object beforeBodyWrite(
                @Nullable Object body,
                MethodParameter type,
                MediaType mediaType,
                Class<? extends HttpMessageConverter<?>> converter,
                ServerHttpRequest request,
                ServerHttpResponse response) {
            return "{\"wrapped\":\"" + body + "\"}";
        }
    }
}
