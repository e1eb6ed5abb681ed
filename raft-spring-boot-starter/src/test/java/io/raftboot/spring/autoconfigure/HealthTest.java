package io.raftboot.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.raftboot.model.NodeId;
import io.raftboot.spring.Statuses;
import io.raftboot.spring.actuate.RaftHealthIndicator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** scenario B2: what Actuator shows of a server. */
class HealthTest {

    private static final String DETAILS = "management.endpoint.health.show-details=always";

    @Test
    void aKnownLeaderIsUpAndItsLossCostsReadinessButNotLiveness() throws Exception {
        try (TestApp app = TestApp.run(TestApp.Base.class, DETAILS)) {
            app.server().status = Statuses.follower();
            assertThat(app.get("/actuator/health").body())
                    .contains("\"raft\":{\"details\":{\"role\":\"FOLLOWER\",\"term\":3,\"leaderId\":\"n2\","
                            + "\"commitIndex\":42,\"lastApplied\":41},\"status\":\"UP\"}");
            assertThat(app.get("/actuator/health/readiness").statusCode()).isEqualTo(200);

            app.server().status = Statuses.leaderless();
            assertThat(app.get("/actuator/health").body()).contains("\"status\":\"OUT_OF_SERVICE\"");
            assertThat(app.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(app.get("/actuator/health/liveness").statusCode()).isEqualTo(200);

            app.server().status = Statuses.failed("the disk is gone");
            assertThat(app.get("/actuator/health/raft").body()).contains("\"status\":\"DOWN\"", "the disk is gone");
            assertThat(app.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(app.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aServerThatCatchesUpIsOutOfServiceAndSaysHowFarItIs() throws Exception {
        try (TestApp app =
                TestApp.run(TestApp.Base.class, DETAILS, "management.endpoints.web.exposure.include=health,raft")) {
            app.server().status = Statuses.catchingUp();
            String progress = "{\"snapshotIndex\":70,\"receivedBytes\":300,\"totalBytes\":1000}";

            assertThat(app.get("/actuator/health/raft").body())
                    .contains("\"status\":\"OUT_OF_SERVICE\"", "\"leaderId\":\"n2\"", "\"catchUp\":" + progress);
            assertThat(app.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(app.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            assertThat(app.get("/actuator/raft").body()).contains("\"catchUp\":" + progress);
            assertThat(app.get("/raft/admin/status").body()).contains("\"catchUp\":" + progress);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "management.health.raft.enabled=false",
                "management.health.defaults.enabled=false",
                "management.endpoint.health.probes.enabled=false",
                "management.endpoint.health.group.readiness.include=readinessState",
                "management.endpoint.health.group.readiness.include[0]=readinessState",
                "spring.main.lazy-initialization=true",
                "raft.enabled=false"
            })
    void noSwitchKeepsTheApplicationFromStarting(String property) throws Exception {
        try (TestApp app = TestApp.run(TestApp.Base.class, property, DETAILS)) {
            app.server().status = Statuses.leaderless();

            boolean ready = app.get("/actuator/health/readiness").statusCode() != 503;
            assertThat(ready).isEqualTo(!property.contains("lazy"));
        }
    }

    // bug R54
    @Test
    void aServerWhoseStateDiffersIsDownAndTheLeaderNamesIt() throws Exception {
        try (TestApp app = TestApp.run(TestApp.Base.class, DETAILS)) {
            app.server().status = Statuses.diverged();
            assertThat(app.get("/actuator/health/raft").body()).contains("\"status\":\"DOWN\"", "\"divergedAt\":17");
            assertThat(app.get("/raft/admin/status").body()).contains("\"divergedAt\":17,");

            app.server().status = Statuses.leaderOfDiverged();
            assertThat(app.get("/actuator/health/raft").body())
                    .contains("\"status\":\"UP\"", "\"diverged\":{\"n2\":17}")
                    .doesNotContain("divergedAt");
            assertThat(app.get("/raft/admin/status").body()).contains("\"reachable\":true,\"divergedAt\":17}");
        }
    }

    // scenario P9, bug R61
    @Test
    void aServerWithAFullDiskStaysUpAndSaysSo() throws Exception {
        try (TestApp app = TestApp.run(TestApp.Base.class, DETAILS)) {
            app.server().status = Statuses.full();

            assertThat(app.get("/actuator/health/raft").body()).contains("\"status\":\"UP\"", "\"diskFull\":true");
            assertThat(app.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            assertThat(app.get("/raft/admin/status").body()).endsWith("\"diskFull\":true}");
        }
    }

    // bug R44: who is wrong it cannot know, so a stray server that calls a healthy one changes nothing but the details
    @Test
    void aServerThatIsTakenForAMemberOfAnotherClusterStaysUpAndSaysByWhom() {
        SortedMap<NodeId, String> claims = new TreeMap<>(Map.of(NodeId.of("n1"), "it takes this server for its own"));
        Health health = new RaftHealthIndicator(Statuses::follower, TreeMap::new, () -> claims).health();

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails())
                .containsEntry("claimedBy", Map.of("n1", "it takes this server for its own"))
                .doesNotContainKey("refusedBy");
    }

    @Test
    void aReadinessGroupOfTheApplicationStaysAsItIs() throws Exception {
        String own = "management.endpoint.health.group.readiness.include=readinessState,raft";
        try (TestApp app = TestApp.run(TestApp.Base.class, own, DETAILS)) {
            app.server().status = Statuses.leaderless();

            assertThat(app.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
        }
    }

    @Test
    void readinessOnTheMainPortCountsTheLeaderToo() throws Exception {
        String additional = "management.endpoint.health.probes.add-additional-paths=true";
        try (TestApp app = TestApp.run(TestApp.Base.class, additional)) {
            app.server().status = Statuses.leaderless();

            assertThat(app.get("/readyz").statusCode()).isEqualTo(503);
            assertThat(app.get("/livez").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void theEndpointShowsTheStatusWithItsNulls() throws Exception {
        try (TestApp app = TestApp.run(TestApp.Base.class, "management.endpoints.web.exposure.include=raft")) {
            app.server().status = Statuses.leaderless();

            assertThat(app.get("/actuator/raft").body())
                    .startsWith("{\"nodeId\":\"n1\",\"clusterId\":\"cluster-1\"")
                    .isEqualTo(app.get("/raft/admin/status").body());
            assertThat(app.send(app.request("POST", "/actuator/raft").build()).statusCode())
                    .isEqualTo(405);
        }
    }

    @Test
    void theMetersFollowTheStatus() {
        try (TestApp app = TestApp.run(TestApp.Base.class)) {
            MeterRegistry registry = app.context().getBean(MeterRegistry.class);

            assertThat(registry.get("raft.term").gauge().value()).isEqualTo(3);
            assertThat(registry.get("raft.leader").gauge().value()).isEqualTo(1);
            assertThat(registry.get("raft.commit.index").gauge().value()).isEqualTo(42);
            assertThat(registry.get("raft.applied.index").gauge().value()).isEqualTo(41);
            assertThat(registry.get("raft.log.entries").gauge().value()).isEqualTo(40);

            assertThat(registry.get("raft.snapshot.index").gauge().value()).isEqualTo(4);
            assertThat(registry.get("raft.snapshot.download.bytes").gauge().value())
                    .isEqualTo(0);

            app.server().status = Statuses.catchingUp();
            assertThat(registry.get("raft.leader").gauge().value()).isEqualTo(0);
            assertThat(registry.get("raft.snapshot.download.bytes").gauge().value())
                    .isEqualTo(300);
            assertThat(registry.get("raft.snapshot.download.size").gauge().value())
                    .isEqualTo(1000);

            assertThat(registry.get("raft.diverged").gauge().value()).isEqualTo(0);
            app.server().status = Statuses.diverged();
            assertThat(registry.get("raft.diverged").gauge().value()).isEqualTo(1);
            assertThat(registry.get("raft.diverged.servers").gauge().value()).isEqualTo(0);
            app.server().status = Statuses.leaderOfDiverged();
            assertThat(registry.get("raft.diverged.servers").gauge().value()).isEqualTo(1);
        }
    }

    @Test
    void callsOfPeersAreNotObserved() throws Exception {
        try (TestApp app = TestApp.run(TestApp.Base.class, "server.servlet.context-path=/app")) {
            app.get("/app/raft/rpc/append-entries");
            app.get("/app/raft/admin/status");
            app.get("/app/nothing");

            MeterRegistry registry = app.context().getBean(MeterRegistry.class);
            // The reply reaches the client before the observation ends, so the count is awaited.
            org.awaitility.Awaitility.await()
                    .untilAsserted(() -> assertThat(registry.find("http.server.requests").timers().stream()
                                    .mapToLong(timer -> timer.count())
                                    .sum())
                            .isEqualTo(2));
        }
    }
}
