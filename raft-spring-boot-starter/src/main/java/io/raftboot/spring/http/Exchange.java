package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.raftboot.spring.http.Doorkeeper.Received;
import io.raftboot.spring.http.Doorkeeper.Seal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * One call from the side that is called. It writes to the response itself and never lets the container make an error page, so
 * that the application has no part in it.
 */
final class Exchange {

    private static final String JSON = "application/json";

    /** Servlet 6.1, section 3.10: what the caller has shown and the web server trusts. */
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    private static final String RETRY_AFTER_SECONDS = "1";

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final PeerJson json;
    private final Optional<String> incarnation;
    private Optional<Seal> seal = Optional.empty();

    /** @param incarnation of this server, if it is started */
    Exchange(HttpServletRequest request, HttpServletResponse response, PeerJson json, Optional<String> incarnation) {
        this.request = request;
        this.response = response;
        this.json = json;
        this.incarnation = incarnation;
    }

    HttpServletRequest request() {
        return request;
    }

    /**
     * Reads the call, from outside to inside, so that as little as possible is done for who has no business here.
     *
     * @throws Refused 404, 405, 415, 413, 401 if a signature is needed and there is none, or 400
     */
    Received receive(int maxBodyBytes, Doorkeeper doorkeeper) {
        Target target = target();
        boolean hasBody = target instanceof Route;
        if (hasBody) {
            requirePlainJson(maxBodyBytes);
        }
        doorkeeper.requireSignature(all(CallHeaders.SIGNATURE), request.getLocalAddr(), certificates());
        byte[] content = hasBody ? readBody(maxBodyBytes) : range();
        try {
            CallHeaders headers = CallHeaders.read(name -> all(name));
            return new Received(target, headers, content);
        } catch (IllegalArgumentException e) {
            throw new Refused(400, "bad header", String.valueOf(e.getMessage()));
        }
    }

    private List<X509Certificate> certificates() {
        return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] shown ? List.of(shown) : List.of();
    }

    private Target target() {
        String path = Optional.ofNullable(request.getPathInfo()).orElse("");
        Optional<Route> route = Route.at(path);
        if (route.isPresent()) {
            requireMethod(List.of(route.get().method()));
            return route.get();
        }
        String id = SnapshotTarget.idAt(path).orElseThrow(() -> new Refused(404, "not found", "there is no such call"));
        requireMethod(SnapshotTarget.METHODS);
        return new SnapshotTarget(request.getMethod(), id);
    }

    private void requireMethod(List<String> allowed) {
        if (!allowed.contains(request.getMethod())) {
            response.setHeader("Allow", String.join(", ", allowed));
            throw new Refused(405, "method not allowed", "this call is a " + allowed.get(0));
        }
    }

    /** Only what a header may hold gets this far, and a call that asks for two things asks for neither. */
    private byte[] range() {
        return String.join(",", all("Range")).getBytes(US_ASCII);
    }

    /** A compressed body could be a thousand times what it looks like (threat S9); a form needs no consent of a browser (S10). */
    private void requirePlainJson(int maxBytes) {
        String mediaType = Optional.ofNullable(request.getContentType()).orElse("");
        if (!mediaType.split(";", 2)[0].trim().equalsIgnoreCase(JSON)) {
            throw new Refused(415, "unsupported media type", "a call has the media type " + JSON);
        }
        if (!all("Content-Encoding").isEmpty()) {
            throw new Refused(415, "unsupported content encoding", "a call is not encoded");
        }
        if (request.getContentLengthLong() > maxBytes) {
            throw tooLarge(maxBytes);
        }
    }

    /** Looks at what comes, whatever was announced: memory is taken for what is there (threat S7). */
    private byte[] readBody(int maxBytes) {
        long announced = request.getContentLengthLong();
        try (InputStream in = request.getInputStream()) {
            byte[] body = in.readNBytes(announced < 0 ? maxBytes : (int) announced);
            if (body.length < announced) {
                throw new EOFException();
            }
            if (announced < 0 && body.length == maxBytes && in.read() >= 0) {
                throw tooLarge(maxBytes);
            }
            return body;
        } catch (IOException e) {
            throw new Refused(400, "bad body", "the body cannot be read");
        }
    }

    private static Refused tooLarge(int maxBytes) {
        return new Refused(413, "content too large", "a call has at most " + maxBytes + " bytes");
    }

    private List<String> all(String name) {
        return Collections.list(request.getHeaders(name));
    }

    /** The caller knows the secret: what it is answered is signed from now on. */
    void sealWith(Optional<Seal> known) {
        seal = known;
    }

    /** Carried out. */
    void answer(Object reply) throws IOException {
        write(200, JSON, new ReplyHeaders(incarnation, Optional.empty()), json.write(reply));
    }

    /** Carried out, with an answer that is no JSON. */
    void answer(int status, String mediaType, byte[] body) throws IOException {
        write(status, mediaType, new ReplyHeaders(incarnation, Optional.empty()), body);
    }

    /** What would be answered to a GET. */
    void describe(String mediaType, long length) {
        ReplyHeaders headers = new ReplyHeaders(incarnation, Optional.empty());
        begin(200, mediaType, length, headers);
        sign(200, headers, new byte[0]);
    }

    /** Begins an answer of so many bytes, which is not signed. */
    OutputStream stream(int status, String mediaType, long length) throws IOException {
        begin(status, mediaType, length, new ReplyHeaders(incarnation, Optional.empty()));
        return response.getOutputStream();
    }

    /** Adds to the answer what nobody relies on, so that it is not signed. */
    void tell(String header, String value) {
        response.setHeader(header, value);
    }

    /** Says that there is no answer, where none may be written; the caller takes it that the outcome is unknown. */
    void giveUp() {
        response.setStatus(503);
    }

    /** Not carried out. */
    void refuse(Refused refused) throws IOException {
        refuse(refused.problem(), refused.challenge());
    }

    /** Not carried out, or nobody knows. */
    void refuse(Problem problem) throws IOException {
        refuse(problem, Optional.empty());
    }

    private void refuse(Problem problem, Optional<Challenge> challenge) throws IOException {
        if (problem.status() == 503 || problem.status() == 429) {
            response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        write(problem.status(), Problem.MEDIA_TYPE, new ReplyHeaders(incarnation, challenge), json.write(problem));
    }

    /** The answer to a HEAD has no body, whatever it says of one. */
    private void write(int status, String mediaType, ReplyHeaders headers, byte[] body) throws IOException {
        byte[] sent = request.getMethod().equals("HEAD") ? new byte[0] : body;
        begin(status, mediaType, sent.length, headers);
        sign(status, headers, sent);
        response.getOutputStream().write(sent);
    }

    private void begin(int status, String mediaType, long length, ReplyHeaders headers) {
        response.setStatus(status);
        response.setContentType(mediaType);
        response.setContentLengthLong(length);
        headers.write(response::setHeader);
    }

    private void sign(int status, ReplyHeaders headers, byte[] body) {
        seal.ifPresent(known -> response.setHeader(CallHeaders.SIGNATURE, known.sign(status, headers, body)));
    }
}
