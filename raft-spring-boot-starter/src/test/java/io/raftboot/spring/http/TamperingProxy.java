package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.Set;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;

/** Sits between two servers and changes what is answered. */
final class TamperingProxy {

    private static final Set<String> NOT_PASSED_ON = Set.of("host", "content-length", "connection", "accept-encoding");

    private final HttpClient client = HttpClient.newHttpClient();
    private final TestNode target;
    private final String attack;
    private Optional<MockResponse> recorded = Optional.empty();

    TamperingProxy(TestNode target, String attack) {
        this.target = target;
        this.attack = attack;
    }

    synchronized MockResponse forward(RecordedRequest request) {
        HttpResponse<byte[]> answer = pass(request);
        if (attack.equals("replayed") && answer.statusCode() == 200) {
            answer = pass(request);
        }
        MockResponse.Builder response = new MockResponse.Builder().code(answer.statusCode());
        answer.headers().map().forEach((name, values) -> {
            if (name.startsWith("raft-") || name.equals("content-range")) {
                values.forEach(value -> response.addHeader(name, value));
            }
        });
        String body = new String(answer.body(), UTF_8);
        if (answer.statusCode() != 200) {
            return response.body(body).build();
        }
        switch (attack) {
            case "forged" -> response.removeHeader("raft-signature").body(body);
            case "tampered" -> response.body(body.replace("\"term\":5", "\"term\":6"));
            case "other exchange" -> {
                MockResponse first =
                        recorded.orElseGet(() -> response.body(body).build());
                recorded = Optional.of(first);
                return first;
            }
            default -> response.body(body);
        }
        return response.build();
    }

    private static BodyPublisher bodyOf(RecordedRequest request) {
        return Optional.ofNullable(request.getBody())
                .map(body -> BodyPublishers.ofByteArray(body.toByteArray()))
                .orElseGet(BodyPublishers::noBody);
    }

    private HttpResponse<byte[]> pass(RecordedRequest request) {
        HttpRequest.Builder copy = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + target.port() + "/app" + request.getTarget()))
                .method(request.getMethod(), bodyOf(request));
        request.getHeaders().forEach(header -> {
            if (!NOT_PASSED_ON.contains(header.getFirst().toLowerCase(java.util.Locale.ROOT))) {
                copy.header(header.getFirst(), header.getSecond());
            }
        });
        try {
            return client.send(copy.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
