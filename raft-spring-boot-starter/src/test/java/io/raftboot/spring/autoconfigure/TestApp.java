package io.raftboot.spring.autoconfigure;

import io.raftboot.spring.FakeServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** A real application on a random port of the loopback interface, with {@link FakeRaft} in it, and a client for it. */
final class TestApp implements AutoCloseable {

    static final String TOKEN = "admin-token";

    private static final String NO_SECURITY = "spring.autoconfigure.exclude="
            + "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration,"
            + "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration,"
            + "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration,"
            + "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration";

    private final HttpClient client = HttpClient.newHttpClient();
    private final ConfigurableApplicationContext context;

    private TestApp(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Runs an application without Spring Security. */
    static TestApp run(Class<?> configuration, String... properties) {
        return withSecurity(configuration, concat(properties, NO_SECURITY));
    }

    /** Runs an application with Spring Security as Spring Boot sets it up. */
    static TestApp withSecurity(Class<?> configuration, String... properties) {
        return new TestApp(new SpringApplicationBuilder(Base.class, configuration)
                .properties("server.port=0", "server.address=127.0.0.1", "raft.admin.token=" + TOKEN)
                .properties(properties)
                .run());
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    FakeServer server() {
        return context.getBean(FakeServer.class);
    }

    /** A call with the admin token. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request("GET", path).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> sendAsync(String path) {
        return client.sendAsync(request("GET", path).build(), BodyHandlers.ofString());
    }

    /** A request with the admin token. */
    HttpRequest.Builder request(String method, String path) {
        return anonymous(method, path).header("Authorization", "Bearer " + TOKEN);
    }

    /** A request without any token. */
    HttpRequest.Builder anonymous(String method, String path) {
        String port = context.getEnvironment().getRequiredProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.noBody());
    }

    @Override
    public void close() {
        context.close();
    }

    private static String[] concat(String[] properties, String last) {
        List<String> all = new ArrayList<>(List.of(properties));
        all.add(last);
        return all.toArray(String[]::new);
    }

    /** The least application. */
    @org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(FakeRaft.class)
    static class Base {}
}
