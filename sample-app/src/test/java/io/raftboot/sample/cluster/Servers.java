package io.raftboot.sample.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.springframework.boot.json.JsonParserFactory;

/** Servers of the sample on loopback, as those see them that call them over HTTP. */
class Servers {

    static final String ADMIN_TOKEN = "admin-token";

    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_RETRIES = 400;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Map<String, Integer> ports;

    /** Servers by their ids, on these ports. */
    Servers(Map<String, Integer> ports) {
        this.ports = Map.copyOf(ports);
    }

    List<String> ids() {
        return ports.keySet().stream().sorted().toList();
    }

    /** All but this one. */
    List<String> others(String id) {
        return ids().stream().filter(other -> !other.equals(id)).toList();
    }

    Map<String, Integer> ports() {
        return ports;
    }

    int port(String id) {
        return requireNonNull(ports.get(id), id);
    }

    String url(String id) {
        return "http://127.0.0.1:" + port(id);
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
        HttpRequest request = HttpRequest.newBuilder(URI.create(url(id) + "/raft/admin/backup"))
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
        return answer(() -> get(id, "/raft/admin/status"))
                .filter(answer -> answer.statusCode() == 200)
                .map(answer -> JsonParserFactory.getJsonParser().parseMap(answer.body()));
    }

    /** The answer to a call, empty if there is none. */
    private static Optional<HttpResponse<String>> answer(Call call) {
        try {
            return Optional.of(call.make());
        } catch (IOException notNow) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @FunctionalInterface
    private interface Call {
        HttpResponse<String> make() throws IOException, InterruptedException;
    }

    /** A number of the server's own view, 0 if it does not answer. */
    long number(String id, String field) {
        return status(id)
                .map(status -> ((Number) status.getOrDefault(field, 0)).longValue())
                .orElse(0L);
    }

    String role(String id) {
        return String.valueOf(status(id).map(status -> status.get("role")).orElse("none"));
    }

    boolean hasLocally(String id, String key) {
        return answer(() -> get(id, "/kv/" + key + "?consistency=local"))
                .filter(answer -> answer.statusCode() == 200)
                .isPresent();
    }

    boolean isInService(String id) {
        return answer(() -> getOnce(id, "/actuator/health/readiness"))
                .filter(answer -> answer.statusCode() == 200)
                .isPresent();
    }

    /** What the server says of its health, empty if it does not answer. */
    String health(String id) {
        return answer(() -> getOnce(id, "/actuator/health"))
                .map(HttpResponse::body)
                .orElse("");
    }

    void awaitEqualDigests() {
        await(
                "equal digests at an equal index",
                () -> ids().stream()
                                .map(id -> status(id)
                                        .map(s -> s.get("digestIndex") + " " + s.get("applyDigest"))
                                        .orElse(id))
                                .distinct()
                                .count()
                        == 1);
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
}
