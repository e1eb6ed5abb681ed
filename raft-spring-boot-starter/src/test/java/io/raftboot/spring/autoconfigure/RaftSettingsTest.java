package io.raftboot.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.NodeId;
import io.raftboot.model.SessionLimits;
import io.raftboot.model.SnapshotPolicy;
import io.raftboot.spring.http.PeerHttpSettings.Believed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

class RaftSettingsTest {

    private static final String[] PEERS = {
        "raft.node-id=n1",
        "raft.peers.n1=http://127.0.0.1:8081",
        "raft.peers.n2=http://127.0.0.1:8082",
        "raft.peers.n3=http://127.0.0.1:8083",
        "server.port=8081"
    };

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(RaftAutoConfiguration.class))
            .withUserConfiguration(FakeRaft.class);
    private final WebApplicationContextRunner cluster = runner.withPropertyValues(PEERS);

    @Test
    void nothingSetIsAClusterOfOneWithTheDocumentedDefaults() {
        runner.run(context -> {
            RaftSettings settings = context.getBean(RaftSettings.class);

            assertThat(settings.config().nodeId()).isEqualTo(NodeId.of("node"));
            assertThat(settings.initialConfiguration().members().toString())
                    .isEqualTo("{node=node=http://127.0.0.1:8080}");
            assertThat(settings.clusterName()).isEqualTo("default");
            assertThat(settings.dataDirectory()).isEqualTo(Path.of("./data/node"));
            assertThat(settings.basePath()).isEqualTo("/raft");
            assertThat(settings.trust().secret()).isEmpty();
            assertThat(settings.adminToken()).isEmpty();
            assertThat(settings.config()).isEqualTo(io.raftboot.model.RaftConfig.defaults(NodeId.of("node")));
        });
    }

    @Test
    void everyPropertyArrives() {
        cluster.withPropertyValues(
                        "raft.cluster-name=stock",
                        "raft.data-dir=/var/lib/raft",
                        "raft.election-timeout=2s",
                        "raft.heartbeat-interval=50ms",
                        "raft.leadership=reluctant",
                        "raft.request-timeout=3s",
                        "raft.max-command-size=2MB",
                        "raft.max-pending-commands=7",
                        "raft.max-pending-bytes=9MB",
                        "raft.snapshot.entries=11",
                        "raft.snapshot.log-size=12MB",
                        "raft.snapshot.trailing-entries=0",
                        "raft.snapshot.max-rate=13MB",
                        "raft.membership.auto-promote=false",
                        "raft.sessions.max=14",
                        "raft.sessions.expiry=15m",
                        "raft.http.base-path=/internal/raft",
                        "raft.security.secret=0123456789abcdef",
                        "raft.admin.token=token")
                .run(context -> {
                    RaftSettings settings = context.getBean(RaftSettings.class);

                    assertThat(settings.config())
                            .isEqualTo(new io.raftboot.model.RaftConfig(
                                    NodeId.of("n1"),
                                    Duration.ofSeconds(2),
                                    Duration.ofMillis(50),
                                    LeadershipPreference.RELUCTANT,
                                    Duration.ofSeconds(3),
                                    2 << 20,
                                    7,
                                    9L << 20,
                                    new SnapshotPolicy(11, 12L << 20, 0, OptionalLong.of(13L << 20)),
                                    new SessionLimits(14, 900_000, SessionLimits.DEFAULT_RESULT_BYTES),
                                    false));
                    assertThat(settings.initialConfiguration().voters()).hasSize(3);
                    assertThat(settings.clusterName()).isEqualTo("stock");
                    assertThat(settings.dataDirectory()).isEqualTo(Path.of("/var/lib/raft"));
                    assertThat(settings.basePath()).isEqualTo("/internal/raft");
                    assertThat(settings.trust().secret()).contains("0123456789abcdef");
                    assertThat(settings.adminToken()).contains("token");
                });
    }

    @Test
    void aBackupIsRestoredByThisServerAlone() {
        runner.withPropertyValues(
                        "raft.node-id=n1", "raft.peers.n1=http://127.0.0.1:8081", "raft.restore-from=/backups/monday")
                .run(context -> assertThat(context.getBean(RaftSettings.class).restoreFrom())
                        .contains(Path.of("/backups/monday")));
        runner.withPropertyValues("raft.restore-from=")
                .run(context -> assertThat(context.getBean(RaftSettings.class).restoreFrom())
                        .isEmpty());
    }

    @Test
    void idsKeepTheirCaseTheirDotsAndTheirUnderscores() {
        runner.withPropertyValues("raft.node-id=Node_A.1", "raft.peers[Node_A.1]=http://127.0.0.1:8081")
                .run(context -> assertThat(context.getBean(RaftSettings.class)
                                .initialConfiguration()
                                .members()
                                .toString())
                        .isEqualTo("{Node_A.1=Node_A.1=http://127.0.0.1:8081}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "raft.node-id=n9 | raft.node-id | n9 | raft.peers.n9=http",
                "raft.node-id= | raft.node-id | [n1, n2, n3] | raft.node-id=n1",
                "raft.node-id=n 1 | raft.node-id | n 1 | 1 to 64 characters",
                "raft.peers[n/4]=http://127.0.0.1:8084 | raft.peers.n/4 | n/4 | 1 to 64 characters",
                "raft.peers.n2=ftp://127.0.0.1:8082 | raft.peers.n2 | ftp://127.0.0.1:8082 | http://10.0.0.1:8080",
                "raft.peers.n2=127.0.0.1 | raft.peers.n2 | 127.0.0.1 | http://10.0.0.1:8080",
                "raft.peers.n2= | raft.peers.n2 | '' | http://10.0.0.1:8080",
                "raft.peers.n2=http://a b:8082 | raft.peers.n2 | http://a b:8082 | http://10.0.0.1:8080",
                "raft.peers.n2=http:///x | raft.peers.n2 | http:///x | http://10.0.0.1:8080",
                "raft.peers.n2=http://127.0.0.1:0 | raft.peers.n2 | http://127.0.0.1:0 | 1 to 65535",
                "raft.peers.n2=http://127.0.0.1:99999 | raft.peers.n2 | http://127.0.0.1:99999 | 1 to 65535",
                "raft.peers.n2=http://h:8082?a=b | raft.peers.n2 | http://h:8082?a=b | no query",
                "raft.peers.n2=http://127.0.0.1:8083/ | raft.peers.n | 127.0.0.1:8083 | of its own",
                "raft.peers.n2=http://localhost:8081 | raft.peers.n2 | http://localhost:8081 | server.port",
                "raft.heartbeat-interval=400ms | raft.heartbeat-interval | 400ms | at most 333ms",
                "raft.heartbeat-interval=1ms | raft.heartbeat-interval | 1ms | at least 10ms",
                "raft.election-timeout=2h | raft.election-timeout | 7200000ms | at most an hour",
                "raft.request-timeout=0s | raft.request-timeout | 0ms | at least 1ms",
                "raft.request-timeout=-1s | raft.request-timeout | -1000ms | at least 1ms",
                "raft.max-command-size=0B | raft.max-command-size | 0B | such as 1MB",
                "raft.max-command-size=2GB | raft.max-command-size | 2147483648B | 1 byte to 512 MB",
                "raft.max-pending-commands=0 | raft.max-pending-commands | 0 | such as 10000",
                "raft.max-pending-bytes=1KB | raft.max-pending-bytes | 1024B | such as 64MB",
                "raft.cluster-name= | raft.cluster-name | '' | the same on all servers",
                "raft.http.base-path=raft | raft.http.base-path | raft | such as /raft",
                "raft.http.base-path=/ | raft.http.base-path | / | such as /raft",
                "raft.http.base-path=/raft/ | raft.http.base-path | /raft/ | such as /raft",
                "raft.http.base-path=/raft/** | raft.http.base-path | /raft/** | such as /raft",
                "raft.http.base-path=/../raft | raft.http.base-path | /../raft | such as /raft",
                "raft.restore-from=/monday | raft.restore-from | /monday | leave no peer but raft.peers.n1",
                "raft.join=true,raft.restore-from=a | raft.join | true | Set one of the two",
                "raft.join=true,raft.node-id= | raft.node-id | no value | raft.node-id=n4",
                "raft.snapshot.entries=0 | raft.snapshot.entries | 0 | such as 100000",
                "raft.snapshot.log-size=0B | raft.snapshot.log-size | 0B | such as 64MB",
                "raft.snapshot.trailing-entries=-1 | raft.snapshot.trailing-entries | -1 | or 0",
                "raft.snapshot.max-rate=0B | raft.snapshot.max-rate | 0B | such as 10MB",
                "raft.sessions.max=0 | raft.sessions.max | 0 | such as 100000",
                "raft.sessions.max=1000001 | raft.sessions.max | 1000001 | such as 100000",
                "raft.sessions.expiry=999ms | raft.sessions.expiry | 999ms | such as 24h",
                "raft.sessions.expiry=367d | raft.sessions.expiry | 31708800000ms | such as 24h",
                "raft.admin.token=two words | raft.admin.token | no Authorization header | ASCII",
                "raft.security.ssl-bundle=b | raft.peers.n1 | http://127.0.0.1:8081 | Write an https URL",
                "raft.join=true,raft.security.ssl-bundle=b,raft.security.mode=none | raft.security.mode | none | Remove one"
            })
    void aWrongPropertyIsNamedWithItsValueAndWhatToWriteInstead(
            String wrong, String property, String value, String instead) {
        cluster.withPropertyValues(wrong.split(","))
                .run(context ->
                        assertThat(Explanation.of(context.getStartupFailure())).contains(property, value, instead));
    }

    @Test
    void mutualTlsStandsInForTheSecret() {
        String[] elsewhere = {
            "raft.node-id=n1", "raft.peers.n1=https://10.0.0.1:8443", "raft.peers.n2=https://10.0.0.2:8443"
        };
        runner.withPropertyValues(elsewhere)
                .run(context -> assertThat(Explanation.of(context.getStartupFailure()))
                        .contains("raft.security.secret", "raft.security.ssl-bundle=<name>"));
        runner.withPropertyValues(elsewhere)
                .withPropertyValues("raft.security.ssl-bundle=peers")
                .run(context -> assertThat(Explanation.of(context.getStartupFailure()))
                        .contains("server.ssl.client-auth", "'none'", "want"));
        runner.withPropertyValues(elsewhere)
                .withPropertyValues("raft.security.ssl-bundle=peers", "server.ssl.client-auth=want")
                .run(context -> {
                    RaftSettings settings = context.getBean(RaftSettings.class);
                    assertThat(settings.trust().believed()).isEqualTo(Believed.CERTIFIED);
                    assertThat(settings.trust().mayLeaveMachine()).isTrue();
                });
    }

    @Test
    void aClusterOfOneWithTlsIsReachedWithTls() {
        runner.withPropertyValues("raft.security.ssl-bundle=peers", "server.ssl.client-auth=NEED")
                .run(context -> assertThat(context.getBean(RaftSettings.class)
                                .initialConfiguration()
                                .members()
                                .toString())
                        .contains("=https://127.0.0.1:8080"));
    }

    @Test
    void aDirectoryThatCannotBeIsRefused() {
        cluster.withPropertyValues("raft.data-dir=a\u0000b")
                .run(context -> assertThat(Explanation.of(context.getStartupFailure()))
                        .contains("raft.data-dir", "the path of a directory"));
    }

    @Test
    void idsWithDotsNeedNoBrackets() {
        runner.withPropertyValues("raft.node-id=n.1", "raft.peers.n.1=http://127.0.0.1:8081")
                .run(context -> assertThat(context.getBean(RaftSettings.class)
                                .initialConfiguration()
                                .members()
                                .toString())
                        .isEqualTo("{n.1=n.1=http://127.0.0.1:8081}"));
    }

    // A wrong type never gets as far as the settings: Spring Boot's own message names property, value and reason.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "raft.election-timeout=soon",
                "raft.leadership=eager",
                "raft.max-pending-commands=many",
                "raft.snapshot.max-rate=fast"
            })
    void aValueOfTheWrongTypeStopsTheApplication(String wrong) {
        cluster.withPropertyValues(wrong)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining(wrong.substring(wrong.indexOf('=') + 1)));
    }

    @Test
    void aServerThatJoinsBeginsWithoutAnyMembers() {
        cluster.withPropertyValues("raft.join=true")
                .run(context -> assertThat(context.getBean(RaftSettings.class).initialConfiguration())
                        .isEqualTo(io.raftboot.model.Configuration.empty()));
        cluster.withPropertyValues("raft.join=false")
                .run(context -> assertThat(context.getBean(RaftSettings.class)
                                .initialConfiguration()
                                .voters())
                        .hasSizeGreaterThan(1));
    }

    @Test
    void aPasswordInAUrlIsRefusedAndNotShown() {
        cluster.withPropertyValues("raft.peers.n2=http://bob:hunter2@127.0.0.1:8082")
                .run(context -> assertThat(Explanation.of(context.getStartupFailure()))
                        .contains("raft.peers.n2", "no password")
                        .doesNotContain("hunter2"));
    }

    @Test
    void aShortSecretIsRefusedAndNotShown() {
        cluster.withPropertyValues("raft.security.secret=fifteen-letters")
                .run(context -> assertThat(Explanation.of(context.getStartupFailure()))
                        .contains("raft.security.secret", "15", "at least 16")
                        .doesNotContain("fifteen-letters"));
    }

    @Test
    void anAdminTokenWithALineEndIsTheOneWithout() {
        runner.withPropertyValues("raft.admin.token=token\n")
                .run(context -> assertThat(context.getBean(RaftSettings.class).adminToken())
                        .contains("token"));
    }

    @Test
    void secretsAreInNoText() {
        cluster.withPropertyValues("raft.security.secret=0123456789abcdef", "raft.admin.token=open-sesame")
                .run(context -> assertThat(
                                context.getBean(RaftProperties.class) + " " + context.getBean(RaftSettings.class))
                        .contains("n1")
                        .doesNotContain("0123456789abcdef", "open-sesame"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.0.0.2:8082", "http://n2.example.org", "http://localhost.example.org:8082"})
    void peersBeyondLoopbackNeedASecret(String url) {
        cluster.withPropertyValues("raft.peers.n2=" + url)
                .run(context -> assertThat(Explanation.of(context.getStartupFailure()))
                        .contains("raft.security.secret", "raft.peers.n2", url, "raft.security.mode=none"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"raft.security.secret=0123456789abcdef", "raft.security.mode=none"})
    void withASecretOrWithoutAnyWishForOnePeersMayBeAnywhere(String security) {
        cluster.withPropertyValues("raft.peers.n2=http://10.0.0.2:8082", security)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8084", "http://127.1.2.3:8084", "http://[::1]:8084", "https://LOCALHOST"})
    void loopbackNeedsNoSecret(String url) {
        cluster.withPropertyValues("raft.peers.n4=" + url)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void peersNeedAServletWebServer() {
        assertServletIsMissed(PEERS);
        assertServletIsMissed("raft.join=true", "raft.node-id=n4");
    }

    private static void assertServletIsMissed(String... properties) {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(RaftAutoConfiguration.class))
                .withUserConfiguration(FakeRaft.class)
                .withPropertyValues(properties)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContainingAll("servlet", "raft.enabled=false"));
    }
}
