package io.raftboot.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the editors of operators know of the properties. */
class ConfigurationMetadataTest {

    private final JsonNode metadata = read();

    @Test
    void everyPropertyHasATypeADescriptionAndItsDocumentedDefault() {
        Map<String, String> defaults = new HashMap<>();
        for (JsonNode property : metadata.get("properties")) {
            assertThat(property.path("type").asString("")).as("%s", property).isNotEmpty();
            assertThat(property.path("description").asString(""))
                    .as("%s", property)
                    .endsWith(".");
            defaults.put(
                    property.get("name").asString(),
                    property.path("defaultValue").asString(""));
        }
        assertThat(defaults)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("management.endpoint.raft.access", "read_only"),
                        Map.entry("management.endpoint.raft.cache.time-to-live", "0ms"),
                        Map.entry("management.health.raft.enabled", "true"),
                        Map.entry("raft.admin.token", ""),
                        Map.entry("raft.cluster-name", "default"),
                        Map.entry("raft.data-dir", "./data/${raft.node-id}"),
                        Map.entry("raft.election-timeout", "1s"),
                        Map.entry("raft.enabled", "true"),
                        Map.entry("raft.force-new-cluster", ""),
                        Map.entry("raft.heartbeat-interval", "100ms"),
                        Map.entry("raft.http.base-path", "/raft"),
                        Map.entry("raft.join", "false"),
                        Map.entry("raft.leadership", "normal"),
                        Map.entry("raft.max-command-size", "1MB"),
                        Map.entry("raft.max-pending-bytes", "64MB"),
                        Map.entry("raft.max-pending-commands", "10000"),
                        Map.entry("raft.membership.auto-promote", "true"),
                        Map.entry("raft.node-id", "node"),
                        Map.entry("raft.peers", ""),
                        Map.entry("raft.request-timeout", "5s"),
                        Map.entry("raft.restore-from", ""),
                        Map.entry("raft.security.mode", "signed"),
                        Map.entry("raft.security.secret", ""),
                        Map.entry("raft.security.ssl-bundle", ""),
                        Map.entry("raft.sessions.expiry", "24h"),
                        Map.entry("raft.sessions.max", "100000"),
                        Map.entry("raft.snapshot.entries", "100000"),
                        Map.entry("raft.snapshot.log-size", "64MB"),
                        Map.entry("raft.snapshot.max-rate", ""),
                        Map.entry("raft.snapshot.trailing-entries", "5000")));
    }

    @Test
    void valuesAreHintedAt() {
        assertThat(metadata.get("hints").findValuesAsString("name"))
                .contains(
                        "raft.leadership", "raft.security.mode", "raft.data-dir", "raft.node-id", "raft.restore-from");
    }

    private static JsonNode read() {
        ClassLoader loader = RaftProperties.class.getClassLoader();
        String name = "META-INF/spring-configuration-metadata.json";
        try {
            // Other starters have a file of that name too.
            for (var url :
                    java.util.Collections.list(Objects.requireNonNull(loader).getResources(name))) {
                try (InputStream in = url.openStream()) {
                    JsonNode node = JsonMapper.shared().readTree(in);
                    if (node.toString().contains("\"raft.node-id\"")) {
                        return node;
                    }
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        throw new AssertionError("no metadata of the starter");
    }
}
