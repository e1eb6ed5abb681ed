package io.raftboot.spring.autoconfigure;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationPredicate;
import io.raftboot.spring.RaftTemplate;
import io.raftboot.spring.actuate.RaftEndpoint;
import io.raftboot.spring.actuate.RaftHealthIndicator;
import io.raftboot.spring.actuate.RaftMeters;
import io.raftboot.spring.actuate.RaftReadiness;
import io.raftboot.spring.http.HttpTransport;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/** Health, endpoint, meters and observations, each where the application has the library for it. */
@AutoConfiguration(
        after = RaftAutoConfiguration.class,
        afterName =
                "org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration")
@ConditionalOnBean({RaftSettings.class, RaftTemplate.class})
public final class RaftActuatorAutoConfiguration {

    /** The health component {@code raft}, part of readiness and never of liveness. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({HealthIndicator.class, HealthContributorAutoConfiguration.class})
    static class HealthConfiguration {

        // The switch stands on the methods: on the class it would be looked at before, and fail without, the library.
        @Bean
        @ConditionalOnEnabledHealthIndicator("raft")
        @ConditionalOnMissingBean(name = "raftHealthIndicator")
        RaftHealthIndicator raftHealthIndicator(RaftTemplate template, ObjectProvider<HttpTransport> transport) {
            HttpTransport ours = transport.getIfAvailable();
            return ours == null
                    ? new RaftHealthIndicator(
                            template::status, Collections::emptySortedMap, Collections::emptySortedMap)
                    : new RaftHealthIndicator(template::status, ours::refusals, ours::claims);
        }

        /** Comes after Spring Boot's own, which makes the readiness group; leaves a group alone that the application has defined. */
        @Bean
        @ConditionalOnEnabledHealthIndicator("raft")
        @Order(Ordered.LOWEST_PRECEDENCE)
        @ConditionalOnMissingBean(name = "raftReadiness")
        HealthEndpointGroupsPostProcessor raftReadiness(Environment environment) {
            boolean defined = Binder.get(environment)
                    .bind("management.endpoint.health.group.readiness.include", Bindable.setOf(String.class))
                    .isBound();
            return defined ? groups -> groups : new RaftReadiness();
        }
    }

    /** {@code /actuator/raft}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
    static class EndpointConfiguration {

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnAvailableEndpoint
        RaftEndpoint raftEndpoint(RaftTemplate template) {
            return new RaftEndpoint(template::status);
        }
    }

    /** Gauges over the status. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class MetersConfiguration {

        @Bean
        @ConditionalOnMissingBean
        RaftMeters raftMeters(RaftTemplate template) {
            return new RaftMeters(template::status);
        }
    }

    /** Keeps the heartbeats out of request metrics and traces. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnClass(ObservationPredicate.class)
    static class ObservationConfiguration {

        @Bean
        @ConditionalOnMissingBean(name = "raftPeerCallsUnobserved")
        ObservationPredicate raftPeerCallsUnobserved(RaftSettings settings) {
            String peerPath = settings.basePath() + "/rpc/";
            return (name, context) -> !(context instanceof ServerRequestObservationContext exchange
                    && isBelow(peerPath, exchange.getCarrier()));
        }

        private static boolean isBelow(String path, @Nullable HttpServletRequest request) {
            return request != null && request.getRequestURI().startsWith(request.getContextPath() + path);
        }
    }
}
