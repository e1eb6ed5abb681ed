package io.raftboot.sample.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.springframework.boot.json.JsonParserFactory;

/** Servers as processes of their own on loopback, each with its own data directory, killed by their ids. */
final class ProcessCluster implements AutoCloseable {

    static final String ADMIN_TOKEN = "admin-token";
    static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_RETRIES = 400;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 32_000;
    private static final int MAX_ATTEMPTS = 100;

    private final Path directory;
    private final List<String> arguments;
    private final List<String> founders;
    private final Map<String, Integer> ports = new TreeMap<>();
    private final Map<String, Process> processes = new ConcurrentHashMap<>();
    private Optional<Links> links = Optional.empty();

    /** A cluster of this size that is not started yet. */
    ProcessCluster(Path directory, int size, String... arguments) throws IOException {
        this(directory, size, size, arguments);
    }

    /** A cluster that begins with some of its servers; the others wait to be added. */
    ProcessCluster(Path directory, int founders, int size, String... arguments) throws IOException {
        this.directory = directory;
        this.arguments = List.of(arguments);
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            ServerSocket socket = reservePort();
            sockets.add(socket);
            ports.put("n" + i, socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        this.founders = ids().subList(0, founders);
    }

    /** Outside the range that outgoing connections take theirs from: a server that was down must find its port free again. */
    private static ServerSocket reservePort() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
                return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
            } catch (BindException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** From the next start on the servers call each other over links that can be cut. @return them, to be closed by the caller */
    Links behindLinks() throws IOException {
        Links made = new Links(ports);
        links = Optional.of(made);
        return made;
    }

    List<String> ids() {
        return List.copyOf(ports.keySet());
    }

    ProcessCluster startAll() throws IOException {
        for (String id : founders) {
            start(id);
        }
        return this;
    }

    /** Starts a server, and waits until it waits to be added. */
    void startJoining(String id) throws IOException {
        processes.put(id, launch(id, port(id), dataDirectory(id), id + ".log", "--raft.join=true"));
        await(
                id + " can be added",
                () -> status(id)
                        .filter(status -> "LEARNER".equals(status.get("role")))
                        .isPresent());
    }

    void start(String id) throws IOException {
        processes.put(id, launch(id, port(id), dataDirectory(id), id + ".log"));
    }

    /** Starts a process that is not part of the cluster's bookkeeping. @return it, to be waited for and stopped by the caller */
    Process launch(String id, int port, Path dataDirectory, String logFile, String... more) throws IOException {
        List<String> command = new ArrayList<>(SampleProgram.command());
        command.addAll(List.of(
                "--server.address=127.0.0.1",
                "--server.port=" + port,
                "--raft.node-id=" + id,
                "--raft.data-dir=" + dataDirectory,
                "--raft.security.secret=0123456789abcdef",
                "--raft.admin.token=" + ADMIN_TOKEN));
        founders.forEach(peer -> command.add("--raft.peers." + peer + "="
                + links.map(between -> between.url(peer)).orElseGet(() -> url(peer))));
        command.addAll(arguments);
        command.addAll(List.of(more));
        Path log = directory.resolve(logFile);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** As {@code kill -9} does; returns when the process is gone. */
    void kill(String id) throws InterruptedException {
        Process process = processes.remove(id);
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** As a machine that stands still: nothing is lost, and nothing happens. */
    void freeze(String id) throws IOException, InterruptedException {
        signal(id, "STOP");
    }

    /** Goes on where it stood still. */
    void thaw(String id) throws IOException, InterruptedException {
        signal(id, "CONT");
    }

    private void signal(String id, String name) throws IOException, InterruptedException {
        String pid =
                Long.toString(requireNonNull(processes.get(id), "not started").pid());
        int status = new ProcessBuilder("kill", "-" + name, pid).start().waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + " " + pid + " ended with " + status);
        }
    }

    /** As SIGTERM does. @return whether the process ended by itself */
    boolean terminate(String id) throws InterruptedException {
        Process process = requireNonNull(processes.remove(id), "not started");
        process.destroy();
        return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    void killAll() throws InterruptedException {
        for (String id : ids()) {
            kill(id);
        }
    }

    @Override
    public void close() throws InterruptedException {
        killAll();
    }

    int port(String id) {
        return requireNonNull(ports.get(id), id);
    }

    String url(String id) {
        return "http://127.0.0.1:" + port(id);
    }

    Path dataDirectory(String id) {
        return directory.resolve(id);
    }

    String log(String file) throws IOException {
        return Files.readString(directory.resolve(file));
    }

    HttpResponse<String> put(String id, String key, String value) throws IOException, InterruptedException {
        return send(id, "/kv/" + key, builder -> builder.PUT(HttpRequest.BodyPublishers.ofString(value, UTF_8)));
    }

    HttpResponse<String> get(String id, String path) throws IOException, InterruptedException {
        return send(id, path, HttpRequest.Builder::GET);
    }

    /** The first answer, also a 503, which is what an unhealthy server gives. */
    HttpResponse<String> getOnce(String id, String path) throws IOException, InterruptedException {
        return http.send(request(id, path).build(), HttpResponse.BodyHandlers.ofString(UTF_8));
    }

    HttpResponse<String> post(String id, String path) throws IOException, InterruptedException {
        return send(id, path, builder -> builder.POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** A call that is carried out once, however often it is made. */
    HttpResponse<String> postOnce(String id, String path, String idempotencyKey)
            throws IOException, InterruptedException {
        return send(
                id,
                path,
                builder -> builder.header("Idempotency-Key", idempotencyKey).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** What an operator asks of a server. */
    HttpResponse<String> admin(String id, String method, String path, String body)
            throws IOException, InterruptedException {
        return send(
                id,
                "/raft/admin" + path,
                builder -> builder.method(method, HttpRequest.BodyPublishers.ofString(body, UTF_8)));
    }

    /** Writes under this name for the request, if the server does so at once. */
    HttpResponse<String> putOnce(String id, String key, String value, String requestId)
            throws IOException, InterruptedException {
        HttpRequest request = request(id, "/kv/" + key)
                .header("Idempotency-Key", requestId)
                .PUT(HttpRequest.BodyPublishers.ofString(value, UTF_8))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
    }

    /** Counts one up under this name for the request, if the server does so at once. */
    HttpResponse<String> increment(String id, String key, String requestId) throws IOException, InterruptedException {
        HttpRequest request = request(id, "/kv/" + key + "/increment")
                .header("Idempotency-Key", requestId)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
    }

    /** Downloads a backup into a file. */
    void backup(String id, Path file) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(id) + "/raft/admin/backup"))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + ADMIN_TOKEN)
                .build();
        HttpResponse<Path> answer = http.send(request, HttpResponse.BodyHandlers.ofFile(file));
        if (answer.statusCode() != 200) {
            throw new IOException("no backup but status " + answer.statusCode());
        }
    }

    /** Sends again what is answered with 503, as the contract allows: it is certainly not applied, and a leader will come. */
    private HttpResponse<String> send(String id, String path, UnaryOperator<HttpRequest.Builder> request)
            throws IOException, InterruptedException {
        HttpRequest built = request.apply(request(id, path)).build();
        HttpResponse<String> answer = http.send(built, HttpResponse.BodyHandlers.ofString(UTF_8));
        for (int again = 0; answer.statusCode() == 503 && again < MAX_RETRIES; again++) {
            pause();
            answer = http.send(built, HttpResponse.BodyHandlers.ofString(UTF_8));
        }
        return answer;
    }

    private HttpRequest.Builder request(String id, String path) {
        return HttpRequest.newBuilder(URI.create(url(id) + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + ADMIN_TOKEN);
    }

    /** The node's own view, empty if it does not answer. */
    Optional<Map<String, Object>> status(String id) {
        try {
            HttpResponse<String> answer = get(id, "/raft/admin/status");
            return answer.statusCode() == 200
                    ? Optional.of(JsonParserFactory.getJsonParser().parseMap(answer.body()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server that says at this moment that it leads. */
    Optional<String> leaderIfKnown() {
        return ids().stream()
                .filter(id -> status(id)
                        .filter(view -> "LEADER".equals(view.get("role")))
                        .isPresent())
                .findFirst();
    }

    /** Waits until one of these nodes leads and a majority of all follows it. @return its id */
    String awaitLeader(List<String> candidates) {
        String[] leader = new String[1];
        await("a leader among " + candidates, () -> {
            Optional<String> found = candidates.stream()
                    .filter(id -> status(id)
                            .filter(s -> "LEADER".equals(s.get("role")))
                            .isPresent())
                    .findFirst();
            found.ifPresent(id -> leader[0] = id);
            return found.isPresent()
                    && candidates.stream()
                                    .filter(id -> status(id)
                                            .filter(s -> found.get().equals(s.get("leaderId")))
                                            .isPresent())
                                    .count()
                            > ports.size() / 2;
        });
        return leader[0];
    }

    /** Looks again and again, a bounded time, until something is so. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            pause();
        }
    }

    static void pause() {
        pause(Duration.ofMillis(50));
    }

    static void pause(Duration length) {
        CompletableFuture<Void> pause = new CompletableFuture<>();
        pause.completeOnTimeout(null, length.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    static List<String> keys(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }
}
