package io.raftboot.spring.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftboot.spring.AdminAnswer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.web.util.UriComponentsBuilder;

/** One call of an operator, and its answer. */
record AdminExchange(HttpServletRequest request, HttpServletResponse response) {

    private static final String RETRY_AFTER_SECONDS = "1";
    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";

    /** Whether the caller only wants to know what the call would lead to. @throws Rejected 400 if that cannot be told */
    boolean isDryRun() {
        return flag("dryRun");
    }

    /** A parameter that is true or false, and false if it is missing. @throws Rejected 400 if it is neither, or there twice */
    boolean flag(String name) {
        List<String> values = query(name);
        if (values.isEmpty()) {
            return false;
        }
        String value = String.valueOf(values.get(0));
        if (values.size() > 1 || !(value.equals("true") || value.equals("false"))) {
            throw new Rejected(400, "Bad Request", name + " is true or false");
        }
        return value.equals("true");
    }

    /** Of the query alone: asking for a parameter would read a body that comes as a form, as curl sends it. */
    private List<String> query(String name) {
        return UriComponentsBuilder.newInstance()
                .query(request.getQueryString())
                .build()
                .getQueryParams()
                .getOrDefault(name, List.of());
    }

    /** The body as text. @throws Rejected 413 if it is too long, 415 if it was taken for a form, 400 if it cannot be read */
    String body(int maxLength) {
        try (InputStream in = request.getInputStream()) {
            byte[] bytes = in.readNBytes(maxLength + 1);
            if (bytes.length == 0 && isFormOfPut()) {
                // Spring's filter for such forms has read it before anybody else could.
                throw new Rejected(415, "Unsupported Media Type", "the Content-Type of a PUT is application/json");
            }
            if (bytes.length > maxLength) {
                throw new Rejected(413, "Content Too Large", "the body has at most " + maxLength + " bytes");
            }
            return new String(bytes, UTF_8);
        } catch (IOException e) {
            throw new Rejected(400, "Bad Request", "the body cannot be read");
        }
    }

    private boolean isFormOfPut() {
        return request.getMethod().equals("PUT")
                && Optional.ofNullable(request.getContentType())
                        .orElse("")
                        .toLowerCase(Locale.ROOT)
                        .startsWith("application/x-www-form-urlencoded");
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
        write(200, JSON, AdminJson.write(body));
    }

    void answer(AdminAnswer answer) throws IOException {
        retryLater(answer.status());
        write(
                answer.status(),
                answer.status() == 200 ? JSON : PROBLEM,
                answer.body().getBytes(UTF_8));
    }

    void answer(Rejected rejected) throws IOException {
        retryLater(rejected.status());
        write(rejected.status(), PROBLEM, AdminJson.problem(rejected));
    }

    private void retryLater(int status) {
        if (status == 503) {
            response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
    }

    /** Begins an answer that is a file of so many bytes. */
    OutputStream file(String name, long length) throws IOException {
        begin(200, "application/octet-stream", length);
        response.setHeader("Content-Disposition", "attachment; filename=\"" + name + "\"");
        return response.getOutputStream();
    }

    private void write(int code, String type, byte[] json) throws IOException {
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
