package io.raftboot.spring.admin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** One call of an operator, and its answer. */
record AdminExchange(HttpServletRequest request, HttpServletResponse response) {

    private static final String RETRY_AFTER_SECONDS = "1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** RFC 9457. */
    private record Problem(String title, int status, String detail) {}

    /** Whether the caller only wants to know what the call would lead to. @throws Rejected 400 if that cannot be told */
    boolean isDryRun() {
        String value = Optional.ofNullable(request.getParameter("dryRun")).orElse("false");
        if (!value.equals("true") && !value.equals("false")) {
            throw new Rejected(400, "Bad Request", "dryRun is true or false");
        }
        return value.equals("true");
    }

    /** A page of somewhere else changes nothing (threat S10). @throws Rejected 403 if it tries to */
    void requireOwnOrigin() {
        String own = Optional.ofNullable(request.getHeader("Host")).orElse("");
        boolean foreign = Optional.ofNullable(request.getHeader("Origin"))
                .filter(origin -> !authorityOf(origin).equalsIgnoreCase(own))
                .isPresent();
        if (foreign) {
            throw new Rejected(403, "Forbidden", "the Origin is not this server");
        }
    }

    private static String authorityOf(String origin) {
        try {
            return Optional.ofNullable(URI.create(origin).getAuthority()).orElse("none");
        } catch (IllegalArgumentException e) {
            return "none";
        }
    }

    void answer(Object body) throws IOException {
        write(200, "application/json", body);
    }

    void answer(Rejected rejected) throws IOException {
        if (rejected.status() == 503) {
            response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        write(
                rejected.status(),
                "application/problem+json",
                new Problem(rejected.title(), rejected.status(), String.valueOf(rejected.getMessage())));
    }

    /** Begins an answer that is a file of so many bytes. */
    OutputStream file(String name, long length) throws IOException {
        begin(200, "application/octet-stream", length);
        response.setHeader("Content-Disposition", "attachment; filename=\"" + name + "\"");
        return response.getOutputStream();
    }

    private void write(int code, String type, Object body) throws IOException {
        byte[] json = JSON.writeValueAsBytes(body);
        begin(code, type, json.length);
        response.getOutputStream().write(json);
    }

    private void begin(int code, String type, long length) {
        response.setStatus(code);
        response.setContentType(type);
        response.setHeader("Cache-Control", "no-store");
        response.setContentLengthLong(length);
    }
}
