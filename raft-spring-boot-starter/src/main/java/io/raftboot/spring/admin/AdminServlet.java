package io.raftboot.spring.admin;

import io.raftboot.model.RaftException;
import io.raftboot.model.RaftStatus;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/**
 * The admin endpoints: {@code GET /status}. A servlet and a JSON mapper of the starter's own, because naming strategies, response
 * advice, API versions and the servlet path of the application's controllers would change what programs outside rely on
 * (spring-boot-4.md §6). It checks the bearer token by itself, with or without Spring Security.
 */
public final class AdminServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final String SCHEME = "bearer ";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final transient Supplier<RaftStatus> status;
    private final transient Optional<byte[]> token;

    /**
     * The endpoints of a server.
     *
     * @param status the server's status
     * @param token what a caller has to present; without one nobody is let in
     */
    public AdminServlet(Supplier<RaftStatus> status, Optional<String> token) {
        this.status = status;
        this.token = token.map(value -> value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (token.isEmpty()) {
            problem(response, 403, "Forbidden", "the admin endpoints are closed: raft.admin.token is not set");
        } else if (!presentsToken(request, token.get())) {
            response.setHeader("WWW-Authenticate", "Bearer");
            problem(response, 401, "Unauthorized", "Authorization: Bearer <raft.admin.token> is missing or wrong");
        } else if (!"/status".equals(request.getPathInfo())) {
            problem(response, 404, "Not Found", "there is no such admin endpoint");
        } else if (!"GET".equals(request.getMethod()) && !"HEAD".equals(request.getMethod())) {
            response.setHeader("Allow", "GET, HEAD");
            problem(response, 405, "Method Not Allowed", "the status can only be read");
        } else {
            writeStatus(response);
        }
    }

    private void writeStatus(HttpServletResponse response) throws IOException {
        RaftStatus view;
        try {
            view = status.get();
        } catch (RaftException.Stopped e) {
            response.setHeader("Retry-After", "1");
            problem(response, 503, "Service Unavailable", String.valueOf(e.getMessage()));
            return;
        }
        write(response, 200, "application/json", StatusJson.of(view));
    }

    private static boolean presentsToken(HttpServletRequest request, byte[] expected) {
        String header = Optional.ofNullable(request.getHeader("Authorization")).orElse("");
        if (!header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return false;
        }
        byte[] presented = header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(presented, expected);
    }

    private static void problem(HttpServletResponse response, int code, String title, String detail)
            throws IOException {
        write(response, code, "application/problem+json", new Problem(title, code, detail));
    }

    private static void write(HttpServletResponse response, int code, String type, Object body) throws IOException {
        byte[] json = JSON.writeValueAsBytes(body);
        response.setStatus(code);
        response.setContentType(type);
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(json.length);
        response.getOutputStream().write(json);
    }

    /** RFC 9457. */
    private record Problem(String title, int status, String detail) {}
}
