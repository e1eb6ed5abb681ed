package io.raftboot.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** bug R23: slow requests of the application cost no leader change. */
class PeerThreadsTest {

    @Test
    void stuckRequestsOfTheApplicationLeaveThePathsOfPeersAnswering() throws Exception {
        String[] small = {"server.tomcat.threads.max=2", "server.tomcat.accept-count=1"};
        try (TestApp app = TestApp.run(Stuck.class, small)) {
            StuckServlet stuck = app.context().getBean(StuckServlet.class);
            CountDownLatch refusals = new CountDownLatch(20 - 3);
            var calls = Stream.generate(() -> app.sendAsync("/slow").thenApply(reply -> {
                        refusals.countDown();
                        return reply;
                    }))
                    .limit(20)
                    .toList();

            assertThat(refusals.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(stuck.entered.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(app.get("/raft/admin/status").statusCode()).isEqualTo(200);
            assertThat(app.get("/raft/rpc/append-entries").statusCode()).isEqualTo(200);

            stuck.release.countDown();
            List<HttpResponse<String>> replies =
                    calls.stream().map(call -> call.join()).toList();
            assertThat(replies).filteredOn(reply -> reply.statusCode() == 200).hasSize(3);
            assertThat(replies)
                    .filteredOn(reply -> reply.statusCode() == 503)
                    .hasSize(17)
                    .allSatisfy(reply -> assertThat(reply.headers().firstValue("Retry-After"))
                            .contains("1"));
        }
    }

    @Test
    void theThreadsTheApplicationAskedForAreWhatItGets() {
        try (TestApp app =
                TestApp.run(TestApp.Base.class, "server.tomcat.threads.max=7", "server.tomcat.accept-count=5")) {
            var server = ((ServletWebServerApplicationContext) app.context()).getWebServer();
            var protocol = ((TomcatWebServer) Objects.requireNonNull(server))
                    .getTomcat()
                    .getConnector()
                    .getProtocolHandler();

            assertThat(((AbstractProtocol<?>) protocol).getMaxThreads()).isEqualTo(7 + 5 + PeerThreads.RESERVE);
        }
    }

    @Test
    void whoWaitsTooLongIsRefused() throws Exception {
        PeerThreads threads = new PeerThreads("/raft", Duration.ZERO);
        Connector connector = new Connector();
        connector.setProperty("maxThreads", "1");
        connector.setProperty("acceptCount", "5");
        threads.customize(connector);
        MockHttpServletResponse second = new MockHttpServletResponse();
        MockHttpServletResponse third = new MockHttpServletResponse();

        FilterChain whileRunning =
                (request, response) -> threads.doFilter(new MockHttpServletRequest(), second, (a, b) -> {});
        threads.doFilter(new MockHttpServletRequest(), new MockHttpServletResponse(), whileRunning);
        threads.doFilter(new MockHttpServletRequest(), third, (a, b) -> {});

        assertThat(second.getStatus()).isEqualTo(503);
        assertThat(second.getContentType()).isEqualTo("application/problem+json");
        assertThat(second.getContentAsString()).contains("\"outcome\":\"not-applied\"");
        assertThat(third.getStatus()).isEqualTo(200);
    }

    @Test
    void thePoolGrowsByThoseThatWaitAndTheReserve() {
        Connector connector = new Connector();
        connector.setProperty("maxThreads", "200");
        connector.setProperty("acceptCount", "100");

        new PeerThreads("/raft", Duration.ZERO).customize(connector);

        assertThat(((AbstractProtocol<?>) connector.getProtocolHandler()).getMaxThreads())
                .isEqualTo(200 + 100 + PeerThreads.RESERVE);
    }

    @Test
    void aPoolOfTheApplicationsOwnIsLeftAlone() throws Exception {
        Connector connector = new Connector();
        connector.getProtocolHandler().setExecutor(Runnable::run);
        PeerThreads threads = new PeerThreads("/raft", Duration.ZERO);

        threads.customize(connector);

        MockHttpServletResponse response = new MockHttpServletResponse();
        threads.doFilter(new MockHttpServletRequest(), response, (a, b) -> {});
        assertThat(response.getStatus()).isEqualTo(200);
    }

    // scenario B6
    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void virtualThreadsNeedNoReserve() {
        try (TestApp app = TestApp.run(TestApp.Base.class, "spring.threads.virtual.enabled=true")) {
            assertThat(app.context().getBeanProvider(PeerThreads.class).getIfAvailable())
                    .isNull();
        }
    }

    /** An application whose requests do not end. */
    @Configuration(proxyBeanMethods = false)
    static class Stuck {

        @Bean
        StuckServlet stuckServlet() {
            return new StuckServlet();
        }

        @Bean
        ServletRegistrationBean<StuckServlet> slow(StuckServlet servlet) {
            return new ServletRegistrationBean<>(servlet, "/slow");
        }

        @Bean
        ServletRegistrationBean<HttpServlet> peerCalls() {
            ServletRegistrationBean<HttpServlet> registration =
                    new ServletRegistrationBean<>(new Answering(), "/raft/rpc/*");
            registration.setName("peerCalls");
            return registration;
        }
    }

    static final class StuckServlet extends HttpServlet {

        private static final long serialVersionUID = 1L;

        private final transient CountDownLatch entered = new CountDownLatch(2);
        private final transient CountDownLatch release = new CountDownLatch(1);

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) {
            entered.countDown();
            try {
                response.setStatus(release.await(60, TimeUnit.SECONDS) ? 200 : 500);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Answering extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) {
            response.setStatus(200);
        }
    }
}
