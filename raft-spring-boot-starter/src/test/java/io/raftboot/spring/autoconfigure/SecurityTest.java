package io.raftboot.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/** An application with Spring Security keeps it, and the starter's own paths check for themselves (spring-boot-4.md §8). */
class SecurityTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/app",
                "spring.mvc.servlet.path=/mvc",
                "management.endpoints.web.exposure.include=health,raft"
            })
    void withSpringBootsOwnChainTheApplicationStaysClosedAndTheStarterOpen(String variation) throws Exception {
        String prefix = variation.startsWith("/") ? variation : "";
        String property = variation.contains("=") ? variation : "server.servlet.context-path=" + variation;
        try (TestApp app = TestApp.withSecurity(Endpoints.class, property)) {
            assertOpenAndClosed(app, prefix);
            assertThat(app.send(app.anonymous("GET", prefix + "/actuator/health")
                                    .build())
                            .statusCode())
                    .isIn(200, 401, 404);
        }
    }

    @Test
    void withTheApplicationsOwnChainItIsTheSame() throws Exception {
        try (TestApp app = TestApp.withSecurity(OwnChain.class)) {
            assertOpenAndClosed(app, "");
        }
    }

    private static void assertOpenAndClosed(TestApp app, String prefix) throws Exception {
        assertThat(status(app, "GET", prefix + "/orders")).isIn(401, 403);
        assertThat(status(app, "GET", prefix + "/raft/orders")).isIn(401, 403);
        assertThat(status(app, "POST", prefix + "/raft/rpc/append-entries")).isEqualTo(299);
        assertThat(app.get(prefix + "/raft/admin/status").statusCode()).isEqualTo(200);
        var stranger =
                app.send(app.anonymous("GET", prefix + "/raft/admin/status").build());
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(stranger.headers().firstValue("Set-Cookie")).isEmpty();
    }

    private static int status(TestApp app, String method, String path) throws Exception {
        return app.send(app.anonymous(method, path).build()).statusCode();
    }

    /** A servlet in the place of the peers' one, which says that it was reached. */
    @Configuration(proxyBeanMethods = false)
    static class Endpoints {

        @Bean
        ServletRegistrationBean<HttpServlet> peerCalls() {
            return new ServletRegistrationBean<>(new Reached(), "/raft/rpc/*", "/raft/orders", "/orders");
        }
    }

    /** The application's own chain, with method security. */
    @Configuration(proxyBeanMethods = false)
    @EnableMethodSecurity
    static class OwnChain extends Endpoints {

        @Bean
        SecurityFilterChain everything(HttpSecurity http) {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .build();
        }
    }

    private static final class Reached extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) {
            response.setStatus(299);
        }
    }
}
