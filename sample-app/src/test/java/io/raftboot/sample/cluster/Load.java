package io.raftboot.sample.cluster;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.boot.json.JsonParserFactory;

/**
 * Clients that count up, each under a request id of its own, until they are told to stop. An answer that leaves the outcome open,
 * or none, makes them ask again under the same id, at whichever server is in service then.
 */
final class Load implements AutoCloseable {

    private static final int ATTEMPTS = 600;

    private final ProcessCluster cluster;
    private final Supplier<List<String>> inService;
    private final ExecutorService threads;
    private final List<Future<Integer>> counts = new ArrayList<>();
    private final Pace pace = new Pace();
    private volatile boolean stopping;

    Load(ProcessCluster cluster, int clients, Supplier<List<String>> inService) {
        this.cluster = cluster;
        this.inService = inService;
        this.threads = Executors.newFixedThreadPool(clients);
        for (int client = 0; client < clients; client++) {
            int number = client;
            counts.add(threads.submit((Callable<Integer>) () -> countUp(number)));
        }
    }

    private int countUp(int client) throws IOException, InterruptedException {
        int done = 0;
        while (!stopping) {
            String requestId = "client-" + client + "-" + done;
            long begun = System.nanoTime();
            HttpResponse<String> answer = answered(requestId, client + done);
            pace.answered(begun);
            if (answer.statusCode() != 200) {
                throw new IOException(requestId + ": " + answer.statusCode() + " " + answer.body());
            }
            done++;
        }
        return done;
    }

    private HttpResponse<String> answered(String requestId, int seed) throws IOException, InterruptedException {
        IOException last = new IOException("no server is in service");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<String> servers = inService.get();
            try {
                HttpResponse<String> answer =
                        cluster.increment(servers.get((seed + attempt) % servers.size()), "count", requestId);
                if (answer.statusCode() != 504 && answer.statusCode() != 503) {
                    return answer;
                }
                last = new IOException(requestId + ": " + answer.statusCode() + " " + answer.body());
            } catch (IOException noAnswer) {
                last = noAnswer;
            }
            ProcessCluster.pause();
        }
        throw last;
    }

    /** Ends it. @return how many were counted */
    int stop() throws Exception {
        stopping = true;
        int total = 0;
        for (Future<Integer> count : counts) {
            total += count.get(60, TimeUnit.SECONDS);
        }
        System.out.println(total + " increments under load, " + pace);
        return total;
    }

    /** What the clients have counted up to, as this server has it. */
    int sum(String id) throws IOException, InterruptedException {
        HttpResponse<String> answer = cluster.get(id, "/kv/count");
        if (answer.statusCode() != 200) {
            throw new IOException("no sum but " + answer.statusCode() + " " + answer.body());
        }
        Object value = JsonParserFactory.getJsonParser().parseMap(answer.body()).get("value");
        return Integer.parseInt(String.valueOf(value));
    }

    @Override
    public void close() {
        stopping = true;
        threads.shutdown();
    }

    /** How late answers came. Said, and not judged: that depends on the machine. */
    private static final class Pace {
        private final long begun = System.nanoTime();
        private long slowest;
        private long longestGap;
        private long lastAnswer = begun;

        synchronized void answered(long requestBegun) {
            long now = System.nanoTime();
            slowest = Math.max(slowest, now - requestBegun);
            longestGap = Math.max(longestGap, now - lastAnswer);
            lastAnswer = now;
        }

        @Override
        public synchronized String toString() {
            return String.format(
                    "the slowest after %d ms, the longest time without an answer %d ms",
                    slowest / 1_000_000, longestGap / 1_000_000);
        }
    }
}
