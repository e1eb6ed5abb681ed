package io.raftboot.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.raftboot.RaftNode;
import io.raftboot.spi.StateMachine;
import io.raftboot.spring.LeaderOnlyPostProcessor;
import io.raftboot.spring.RaftEvents;
import io.raftboot.spring.RaftLeadership;
import io.raftboot.spring.RaftLifecycle;
import io.raftboot.spring.RaftTemplate;
import io.raftboot.spring.actuate.RaftEndpoint;
import io.raftboot.spring.actuate.RaftHealthIndicator;
import io.raftboot.spring.actuate.RaftMeters;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.security.web.SecurityFilterChain;
import tools.jackson.databind.json.JsonMapper;

/** scenario B1: whatever the application has or has not, it starts or says why not, and its own beans stay. */
class RaftAutoConfigurationTest {

    private static final AutoConfigurations ALL = AutoConfigurations.of(
            RaftAutoConfiguration.class,
            RaftWebAutoConfiguration.class,
            RaftSecurityAutoConfiguration.class,
            RaftActuatorAutoConfiguration.class);

    private final WebApplicationContextRunner web = new WebApplicationContextRunner().withConfiguration(ALL);

    @Test
    void aWebApplicationGetsEverything() {
        web.withUserConfiguration(FakeRaft.class)
                .withPropertyValues("management.endpoints.web.exposure.include=raft")
                .run(context -> assertThat(context)
                        .hasSingleBean(RaftNode.class)
                        .hasSingleBean(RaftTemplate.class)
                        .hasSingleBean(RaftLifecycle.class)
                        .hasSingleBean(RaftLeadership.class)
                        .hasSingleBean(RaftEvents.class)
                        .hasSingleBean(LeaderOnlyPostProcessor.class)
                        .hasSingleBean(RaftHealthIndicator.class)
                        .hasSingleBean(RaftMeters.class)
                        .hasSingleBean(RaftEndpoint.class)
                        .hasBean("raftAdminServlet")
                        .hasBean("raftPeerCallsUnobserved"));
    }

    @Test
    void switchedOffThereIsNothing() {
        web.withPropertyValues("raft.enabled=false", "raft.node-id=not allowed")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(RaftProperties.class)
                        .doesNotHaveBean(RaftNode.class)
                        .doesNotHaveBean(RaftHealthIndicator.class)
                        .doesNotHaveBean("raftAdminServlet"));
    }

    @Test
    void nothingOfTheApplicationIsDisplaced() {
        web.withUserConfiguration(FakeRaft.class)
                .run(context -> assertThat(context)
                        .doesNotHaveBean(DataSource.class)
                        .doesNotHaveBean(Executor.class)
                        .doesNotHaveBean(JsonMapper.class)
                        .doesNotHaveBean(okhttp3.OkHttpClient.class)
                        .doesNotHaveBean(MeterRegistry.class)
                        .doesNotHaveBean(SecurityFilterChain.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.springframework.boot.health",
                "org.springframework.boot.actuate",
                "io.micrometer.core",
                "io.micrometer.observation",
                "org.springframework.security",
                "org.apache.coyote"
            })
    void itStartsWithoutALibraryItCanDoWithout(String missing) {
        web.withUserConfiguration(FakeRaft.class)
                .withClassLoader(new FilteredClassLoader(missing))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(RaftNode.class)
                        .hasBean("raftAdminServlet"));
    }

    @Test
    void aReactiveApplicationIsAClusterOfOneWithoutEndpoints() {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(ALL)
                .withUserConfiguration(FakeRaft.class)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(RaftNode.class)
                        .doesNotHaveBean("raftAdminServlet"));
    }

    @Test
    void aReactiveApplicationWithPeersSaysThatTheyCannotReachIt() {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(ALL)
                .withUserConfiguration(FakeRaft.class)
                .withPropertyValues("raft.node-id=n1", "raft.peers.n1=http://127.0.0.1:8081")
                .run(context -> assertThat(Explanation.of(context.getStartupFailure()))
                        .contains("servlet", "raft.peers", "spring.main.web-application-type"));
    }

    @Test
    void anApplicationWithoutAWebServerIsAClusterOfOne() {
        new ApplicationContextRunner()
                .withConfiguration(ALL)
                .withUserConfiguration(FakeRaft.class)
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(RaftLifecycle.class));
    }

    @Test
    void withoutAStateMachineItShowsTheBeanToWrite() {
        web.withUserConfiguration(FakeRaft.class)
                .withInitializer(context -> context.addBeanFactoryPostProcessor(
                        factory -> ((org.springframework.beans.factory.support.DefaultListableBeanFactory) factory)
                                .removeBeanDefinition("stateMachine")))
                .run(context -> assertThat(Explanation.of(context.getStartupFailure()))
                        .contains("no bean of type io.raftboot.spi.StateMachine", "@Component", "raft.enabled=false"));
    }

    @Test
    void ofSeveralStateMachinesItAsksWhichOne() {
        web.withUserConfiguration(FakeRaft.class, SecondStateMachine.class)
                .run(context -> assertThat(Explanation.of(context.getStartupFailure()))
                        .contains("several beans", "FakeRaft$Nothing", "@Primary"));
    }

    @Test
    void ofSeveralStateMachinesThePrimaryOneIsTaken() {
        web.withUserConfiguration(FakeRaft.class, PrimaryStateMachine.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
    static class SecondStateMachine {

        @Bean
        StateMachine second() {
            return new FakeRaft.Nothing();
        }
    }

    @org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
    static class PrimaryStateMachine {

        @Bean
        @Primary
        StateMachine second() {
            return new FakeRaft.Nothing();
        }
    }
}
