package io.raftboot.sample.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.sample.readme.CounterExample.Billing;
import io.raftboot.sample.readme.CounterExample.CounterController;
import io.raftboot.sample.readme.CounterExample.Counters;
import io.raftboot.sample.readme.CounterExample.Orders;
import io.raftboot.sample.readme.CounterExample.Payments;
import io.raftboot.spring.typed.Reply;
import io.raftboot.testkit.RaftTestCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The application of the README, run as a cluster of one on a real web server and a real disk. */
class CounterExampleTest {

    /** Enough for a loaded machine; nothing that passes takes that long. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path directory;

    private static ConfigurableApplicationContext context;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        context = new SpringApplicationBuilder(Application.class)
                .properties("server.address=127.0.0.1", "server.port=0", "raft.data-dir=" + directory)
                .run();
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    private String call(String method, String path) throws IOException, InterruptedException {
        String port = context.getEnvironment().getRequiredProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(PATIENCE)
                .build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    @Test
    void aCommandIsSubmittedAndAQueryAnswered() throws IOException, InterruptedException {
        assertThat(call("GET", "/counters/visits")).isEqualTo("0");
        assertThat(call("POST", "/counters/visits")).isEqualTo("1");
        assertThat(call("POST", "/counters/visits")).isEqualTo("2");
        assertThat(call("GET", "/counters/visits")).isEqualTo("2");
    }

    @Test
    void anOrderThatIsSentAgainIsCountedOnce() {
        Orders orders = context.getBean(Orders.class);

        Reply<Long> first = orders.reserve("apples", "order-4711");
        Reply<Long> again = orders.reserve("apples", "order-4711");

        assertThat(first.value()).isEqualTo(-1L);
        assertThat(again.value()).isEqualTo(-1L);
        assertThat(again.replayed()).isTrue();
        assertThat(orders.reserve("apples", "order-4712").value()).isEqualTo(-2L);
    }

    @Test
    void theLeaderChargesWithItsToken() {
        context.getBean(Orders.class).reserve("pears", "so that this server leads");

        context.getBean(Billing.class).chargeCustomers();

        assertThat(context.getBean(Charged.class).tokens).isNotEmpty().allMatch(token -> token > 0);
    }

    @Test
    void theStateMachineRunsInATestCluster() {
        var cluster = RaftTestCluster.of(3, Counters::new);
        var codec = new Counters().codec();
        var increment = new CounterExample.Increment("a", 2);
        cluster.awaitLeader();

        byte[] reply = cluster.submit(codec.encode(increment));

        assertThat(codec.decodeReply(increment, reply)).isEqualTo(2L);
        cluster.assertEqualStates(codec.encode(new CounterExample.Current("a")));
    }

    /** Remembers what it was charged with. */
    static final class Charged implements Payments {

        private final List<Long> tokens = new CopyOnWriteArrayList<>();

        @Override
        public void charge(long token) {
            tokens.add(token);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableScheduling
    @Import({Counters.class, CounterController.class, Orders.class, Billing.class})
    static class Application {

        @Bean
        Charged payments() {
            return new Charged();
        }
    }
}
