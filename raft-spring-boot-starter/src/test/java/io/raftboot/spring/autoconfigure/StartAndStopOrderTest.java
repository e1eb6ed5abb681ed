package io.raftboot.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.spring.FakeServer;
import io.raftboot.spring.RaftLifecycle;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** scenario B4: the server takes part only while the web server listens. */
@ExtendWith(OutputCaptureExtension.class)
class StartAndStopOrderTest {

    @Test
    void itStartsWhenTheWebServerListensAndStopsBeforeItGoesDeaf() {
        List<String> story;
        try (TestApp app = TestApp.run(Witnesses.class)) {
            story = app.server().calls;
            assertThat(story).containsExactly("web server listens", "start", "application starts");
            story.clear();
        }
        assertThat(story).containsExactly("application stops", "transfer", "stop", "web server goes deaf");
    }

    // scenario B3
    @Test
    void aPausedContextStartsAgain() {
        try (TestApp app = TestApp.run(TestApp.Base.class)) {
            ConfigurableApplicationContext context = app.context();
            context.stop();
            assertThat(context.getBean(RaftLifecycle.class).isRunning()).isFalse();
            context.start();

            assertThat(app.server().calls).containsExactly("start", "transfer", "stop", "start");
        }
    }

    // scenario B3
    @Test
    void twoServersLiveInOneProcess() throws Exception {
        try (TestApp one = TestApp.run(TestApp.Base.class);
                TestApp two = TestApp.run(TestApp.Base.class)) {
            assertThat(one.get("/raft/admin/status").statusCode()).isEqualTo(200);
            assertThat(two.get("/raft/admin/status").statusCode()).isEqualTo(200);
        }
    }

    // scenario B5
    @Test
    void anOwnUrlWithAnotherPortThanTheWebServersIsWarnedAbout(CapturedOutput output) {
        try (TestApp app = TestApp.run(TestApp.Base.class, "raft.node-id=n1", "raft.peers.n1=http://127.0.0.1:1")) {
            assertThat(output)
                    .contains(
                            "http://127.0.0.1:1 (raft.peers.n1)",
                            "listens on port " + app.context().getEnvironment().getProperty("local.server.port"));
        }
    }

    @Test
    void aClusterOfOneHasNoUrlToWarnAbout(CapturedOutput output) {
        try (TestApp app = TestApp.run(TestApp.Base.class)) {
            assertThat(app.context().isRunning()).isTrue();
            assertThat(output).doesNotContain("correct the property");
        }
    }

    /** Writes into the fake server's calls what else starts and stops. */
    @Configuration(proxyBeanMethods = false)
    static class Witnesses {

        @EventListener
        void listens(ServletWebServerInitializedEvent event) {
            event.getApplicationContext().getBean(FakeServer.class).calls.add("web server listens");
        }

        @Bean
        SmartLifecycle application(FakeServer server) {
            return new Witness(server, SmartLifecycle.DEFAULT_PHASE, "application starts", "application stops");
        }

        @Bean
        SmartLifecycle deafness(FakeServer server) {
            int phase = WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
            return new Witness(server, phase, "", "web server goes deaf");
        }
    }

    private static final class Witness implements SmartLifecycle {

        private final FakeServer server;
        private final int phase;
        private final String start;
        private final String stop;
        private volatile boolean running;

        Witness(FakeServer server, int phase, String start, String stop) {
            this.server = server;
            this.phase = phase;
            this.start = start;
            this.stop = stop;
        }

        @Override
        public void start() {
            running = true;
            if (!start.isEmpty()) {
                server.calls.add(start);
            }
        }

        @Override
        public void stop() {
            running = false;
            server.calls.add(stop);
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return phase;
        }
    }
}
