package io.raftboot.sample.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenario C3, bugs R34 and R51, with real processes: clients that get no answer send the same call again, to another server. */
class ExactlyOnceIT {

    private static final int CLIENTS = 6;
    private static final int CALLS = 100;

    @TempDir
    private Path directory;

    @Test
    void increasesThatAreRepeatedUntilTheyAreAnsweredCountOnce() throws Exception {
        String[] compactOften = {"--raft.snapshot.entries=50", "--raft.snapshot.trailing-entries=5"};
        try (ProcessCluster cluster = new ProcessCluster(directory, 3, compactOften).startAll()) {
            cluster.awaitLeader(cluster.ids());
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            List<Future<?>> running = IntStream.range(0, CLIENTS)
                    .<Future<?>>mapToObj(client -> clients.submit(() -> increase(cluster, client)))
                    .toList();
            for (int round = 0; round < 3; round++) {
                String leader = cluster.awaitLeader(cluster.ids());
                cluster.kill(leader);
                cluster.start(leader);
            }
            cluster.killAll();
            cluster.startAll();
            for (Future<?> client : running) {
                client.get(120, TimeUnit.SECONDS);
            }
            clients.shutdown();

            String sum = "\"value\":\"" + CLIENTS * CALLS + "\"";
            assertThat(cluster.get("n1", "/kv/sum").body()).contains(sum);
            HttpResponse<String> late = cluster.postOnce("n2", "/kv/sum/increment", "client 0 call 0");
            assertThat(late.statusCode()).isEqualTo(200);
            assertThat(late.headers().allValues("Idempotency-Replayed")).containsExactly("true");
            assertThat(cluster.get("n3", "/kv/sum").body()).contains(sum);
        }
    }

    private static boolean increase(ProcessCluster cluster, int client) throws InterruptedException {
        for (int call = 0; call < CALLS; call++) {
            String key = "client " + client + " call " + call;
            int attempts = 0;
            while (!isDone(cluster, cluster.ids().get((client + attempts) % 3), key)) {
                attempts++;
                assertThat(attempts).isLessThan(2_000);
            }
        }
        return true;
    }

    private static boolean isDone(ProcessCluster cluster, String id, String key) throws InterruptedException {
        try {
            int status = cluster.postOnce(id, "/kv/sum/increment", key).statusCode();
            assertThat(status).isIn(200, 429, 503, 504);
            return status == 200;
        } catch (IOException killed) {
            ProcessCluster.pause();
            return false;
        }
    }
}
