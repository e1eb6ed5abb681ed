package io.raftboot.benchmarks.compare;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A server of the product, in a process of its own on loopback. Its log goes beside its data. */
final class Server {

    static final String ADMIN_TOKEN = "benchmark-token";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration GLANCE = Duration.ofSeconds(2);

    private final Processes processes;
    private final int port;
    private final Path data;
    private final ProcessBuilder command;
    private Optional<Process> process = Optional.empty();

    /** A server that does not run yet. */
    Server(Processes processes, int port, Path data, List<String> command) {
        this.processes = processes;
        this.port = port;
        this.data = data;
        this.command = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        data.resolveSibling(data.getFileName() + ".log").toFile()));
    }

    void start() throws IOException {
        process = Optional.of(processes.start(command));
    }

    void kill() throws InterruptedException {
        processes.kill(process.orElseThrow());
    }

    void end() {
        process.ifPresent(processes::end);
    }

    long pid() {
        return process.orElseThrow().pid();
    }

    int port() {
        return port;
    }

    /** What the process has had of all processors since its start. */
    Duration processorTime() {
        return process.orElseThrow().info().totalCpuDuration().orElseThrow();
    }

    Path data() {
        return data;
    }

    /** Whether it can be used. @throws IllegalStateException if it has ended */
    boolean isReady() throws InterruptedException {
        if (!process.orElseThrow().isAlive()) {
            throw new IllegalStateException("a server has ended, see " + data + ".log");
        }
        return call("GET", "/actuator/health/readiness", GLANCE).isPresent();
    }

    boolean leads() throws InterruptedException {
        return status("role").filter("LEADER"::equals).isPresent();
    }

    /** How many entries it has applied; none as long as it does not say. */
    long lastApplied() throws InterruptedException {
        return status("lastApplied").map(Long::parseLong).orElse(0L);
    }

    private Optional<String> status(String field) throws InterruptedException {
        return call("GET", "/raft/admin/status", GLANCE).map(json -> Json.field(json, field));
    }

    /** Has it put load on its cluster, or take a snapshot. @return what came of it, as JSON */
    String post(String path, Duration timeout) throws InterruptedException {
        return call("POST", path, timeout).orElseThrow(() -> new IllegalStateException("no answer to " + path));
    }

    private Optional<String> call(String method, String path, Duration timeout) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, BodyPublishers.noBody())
                .header("Authorization", "Bearer " + ADMIN_TOKEN)
                .timeout(timeout)
                .build();
        try {
            HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
            return Optional.of(response)
                    .filter(answer -> answer.statusCode() == 200)
                    .map(HttpResponse::body);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
