package io.raftboot.sample.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.json.JsonParserFactory;

/**
 * Clients on all servers for as long as somebody wants, while leaders are killed and paused and links fail in one direction:
 * {@code mvn verify -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=ChaosRun
 * -Dfailsafe.failIfNoSpecifiedTests=false -Dchaos.seconds=300 -Dchaos.seed=1}. Its name keeps it out of the normal build.
 */
class ChaosRun {

    private static final int WRITERS = 4;
    private static final int READERS = 4;
    private static final int COUNTERS = 3;

    /** How many of the answers to a counter are lost, in a hundred. */
    private static final int LOST_ANSWERS = 30;

    private static final List<String> LEVELS = List.of("linearizable", "read-index", "lease");

    @TempDir
    private Path directory;

    private final Random random = new Random(Long.getLong("chaos.seed", 1));
    private final Registers registers = new Registers();
    private final AtomicInteger counted = new AtomicInteger();
    private volatile boolean isOver;

    @Test
    void readsStayLinearizableAndNothingIsCountedTwice() throws Exception {
        long end = System.nanoTime()
                + Duration.ofSeconds(Long.getLong("chaos.seconds", 60)).toNanos();
        try (ProcessCluster cluster = new ProcessCluster(directory, 3);
                Links links = cluster.behindLinks()) {
            cluster.startAll().awaitLeader(cluster.ids());
            ExecutorService threads = Executors.newFixedThreadPool(WRITERS + READERS + COUNTERS);
            List<Future<Void>> clients = begin(threads, cluster);
            int faults = 0;
            while (System.nanoTime() < end) {
                fault(cluster, links);
                faults++;
            }
            isOver = true;
            for (Future<Void> client : clients) {
                client.get(2, TimeUnit.MINUTES);
            }
            threads.shutdown();

            System.out.println(faults + " faults, " + counted + " counted, " + registers);
            assertThat(registers.violations()).isEmpty();
            assertThat(value(cluster.get("n1", "/kv/sum"))).isEqualTo(counted.get());
        }
    }

    private List<Future<Void>> begin(ExecutorService threads, ProcessCluster cluster) {
        List<Callable<Void>> clients = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            String key = "register-" + i;
            clients.add(() -> write(cluster, key));
        }
        for (int i = 0; i < READERS; i++) {
            Random choices = new Random(random.nextLong());
            clients.add(() -> read(cluster, choices));
        }
        for (int i = 0; i < COUNTERS; i++) {
            Random choices = new Random(random.nextLong());
            String client = "counter-" + i;
            clients.add(() -> count(cluster, client, choices));
        }
        return clients.stream().map(threads::submit).toList();
    }

    private void fault(ProcessCluster cluster, Links links) throws Exception {
        ProcessCluster.pause(Duration.ofMillis(500 + random.nextInt(2000)));
        String victim = random.nextInt(10) < 7 ? cluster.leaderIfKnown().orElse("n1") : oneOf(cluster.ids(), random);
        Duration length = Duration.ofMillis(300 + random.nextInt(2700));
        int kind = random.nextInt(10);
        if (kind < 2) {
            cluster.kill(victim);
            cluster.start(victim);
            ProcessCluster.pause(Duration.ofSeconds(5));
        } else if (kind < 6) {
            links.cut(victim, oneOf(cluster.ids(), random));
            ProcessCluster.pause(length);
            links.heal();
        } else {
            cluster.freeze(victim);
            ProcessCluster.pause(length);
            cluster.thaw(victim);
        }
    }

    private Void write(ProcessCluster cluster, String key) throws InterruptedException {
        while (!isOver) {
            String value = Integer.toString(registers.next(key));
            untilDone(cluster, value.hashCode(), id -> cluster.putOnce(id, key, value, key + "-" + value));
            registers.acknowledged(key);
        }
        return null;
    }

    private Void read(ProcessCluster cluster, Random choices) throws InterruptedException {
        while (!isOver) {
            String key = "register-" + choices.nextInt(WRITERS);
            String id = oneOf(cluster.ids(), choices);
            String how = "/kv/" + key + "?consistency=" + oneOf(LEVELS, choices);
            int known = registers.known(key);
            try {
                HttpResponse<String> answer = cluster.getOnce(id, how);
                if (answer.statusCode() == 200) {
                    registers.read(key, known, value(answer), id + how);
                } else {
                    assertThat(answer.statusCode()).isIn(404, 429, 503);
                    assertThat(answer.statusCode() == 404 && known > 0).isFalse();
                }
            } catch (IOException noAnswer) {
                ProcessCluster.pause();
            }
        }
        return null;
    }

    private Void count(ProcessCluster cluster, String client, Random choices) throws InterruptedException {
        for (int call = 0; !isOver; call++) {
            String requestId = client + "-" + call;
            untilDone(cluster, choices.nextInt(3), id -> {
                HttpResponse<String> answer = cluster.increment(id, "sum", requestId);
                if (choices.nextInt(100) < LOST_ANSWERS) {
                    throw new IOException("the answer is lost");
                }
                return answer;
            });
            counted.incrementAndGet();
        }
        return null;
    }

    /** Calls one server after the other, under the same id, until one says that it is done. */
    private static void untilDone(ProcessCluster cluster, int first, Call call) throws InterruptedException {
        for (int attempt = first & 3; ; attempt++) {
            try {
                int status = call.of(cluster.ids().get(attempt % 3)).statusCode();
                assertThat(status).isIn(200, 429, 503, 504);
                if (status == 200) {
                    return;
                }
            } catch (IOException noAnswer) {
                // Whether it was done is what the next attempt finds out.
            }
            ProcessCluster.pause();
        }
    }

    @FunctionalInterface
    private interface Call {
        HttpResponse<String> of(String id) throws IOException, InterruptedException;
    }

    private static <T> T oneOf(List<T> choices, Random random) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static int value(HttpResponse<String> answer) {
        Map<String, Object> json = JsonParserFactory.getJsonParser().parseMap(answer.body());
        return Integer.parseInt(String.valueOf(json.get("value")));
    }
}
