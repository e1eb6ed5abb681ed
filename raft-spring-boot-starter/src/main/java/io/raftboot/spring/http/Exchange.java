package io.raftboot.spring.http;

import io.raftboot.spring.http.Doorkeeper.Received;
import io.raftboot.spring.http.Doorkeeper.Seal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * One call from the side that is called. It writes to the response itself and never lets the container make an error page, so
 * that the application has no part in it.
 */
final class Exchange {

    private static final String JSON = "application/json";
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
     * @throws Refused 404, 405, 415, 413 or 400
     */
    Received receive(int maxBodyBytes) {
        Route route = Route.at(Optional.ofNullable(request.getPathInfo()).orElse(""))
                .orElseThrow(() -> new Refused(404, "not found", "there is no such call"));
        if (!request.getMethod().equals("POST")) {
            response.setHeader("Allow", "POST");
            throw new Refused(405, "method not allowed", "a call is a POST");
        }
        requirePlainJson();
        byte[] body = readBody(maxBodyBytes);
        try {
            CallHeaders headers = CallHeaders.read(name -> all(name));
            return new Received(route, headers, body);
        } catch (IllegalArgumentException e) {
            throw new Refused(400, "bad header", String.valueOf(e.getMessage()));
        }
    }

    /** A compressed body could be a thousand times what it looks like (threat S9); a form needs no consent of a browser (S10). */
    private void requirePlainJson() {
        String mediaType = Optional.ofNullable(request.getContentType()).orElse("");
        if (!mediaType.split(";", 2)[0].trim().equalsIgnoreCase(JSON)) {
            throw new Refused(415, "unsupported media type", "a call has the media type " + JSON);
        }
        if (!all("Content-Encoding").isEmpty()) {
            throw new Refused(415, "unsupported content encoding", "a call is not encoded");
        }
    }

    /** Looks at what is announced, and then at what comes (threat S7). */
    private byte[] readBody(int maxBytes) {
        if (request.getContentLengthLong() > maxBytes) {
            throw tooLarge(maxBytes);
        }
        try (InputStream in = request.getInputStream()) {
            byte[] body = in.readNBytes(maxBytes);
            if (body.length == maxBytes && in.read() >= 0) {
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

    private void write(int status, String mediaType, ReplyHeaders headers, byte[] body) throws IOException {
        response.setStatus(status);
        response.setContentType(mediaType);
        response.setContentLength(body.length);
        headers.write(response::setHeader);
        seal.ifPresent(known -> response.setHeader(CallHeaders.SIGNATURE, known.sign(status, headers, body)));
        response.getOutputStream().write(body);
    }
}
