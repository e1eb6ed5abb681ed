package io.raftboot.spring.admin;

import io.raftboot.model.RaftException;
import io.raftboot.spring.Administration;
import io.raftboot.spring.LeaderCalls;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin endpoints: {@code GET /status}, {@code POST /snapshots}, {@code GET /backup}, and what the leader does: {@code /members}
 * and {@code POST /leader}. A servlet and a JSON mapper of the
 * starter's own, because naming strategies, response advice, API versions and the servlet path of the application's controllers
 * would change what programs outside rely on (spring-boot-4.md §6). It checks the bearer token by itself, with or without Spring
 * Security.
 */
public final class AdminServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final String SCHEME = "bearer ";
    private static final String ONE_MEMBER = "/members/{id}";
    private static final String CHANGE_OF_ONE = "/members/{id}/{change}";

    private static final Logger log = LoggerFactory.getLogger(AdminServlet.class);

    private final transient Map<String, Endpoint> endpoints;
    private final transient Optional<byte[]> token;

    /**
     * The endpoints of a server.
     *
     * @param server the server of this process
     * @param administration carries out what only a leader can
     * @param calls how a call reaches the leader
     * @param patience how long the leader may take
     * @param token what a caller has to present; without one nobody is let in
     */
    public AdminServlet(
            AdminServer server,
            Administration administration,
            LeaderCalls calls,
            Duration patience,
            Optional<String> token) {
        SnapshotsOnRequest snapshots = new SnapshotsOnRequest(server);
        Function<Set<String>, Endpoint> onLeader =
                methods -> new LeaderEndpoint(methods, server, administration, calls, patience);
        this.endpoints = Map.of(
                "/status",
                new StatusEndpoint(server),
                "/snapshots",
                new SnapshotEndpoint(server, snapshots),
                "/backup",
                new BackupEndpoint(server, snapshots),
                "/leader",
                onLeader.apply(Set.of("POST")),
                "/members",
                onLeader.apply(Set.of("GET", "POST", "PUT")),
                ONE_MEMBER,
                onLeader.apply(Set.of("DELETE")),
                CHANGE_OF_ONE,
                onLeader.apply(Set.of("POST")));
        this.token = token.map(value -> value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        AdminExchange exchange = new AdminExchange(request, response);
        try {
            admit(exchange);
            endpoint(exchange).serve(exchange);
        } catch (Rejected rejected) {
            exchange.answer(rejected);
        } catch (RaftException.Stopped stopped) {
            exchange.answer(Rejected.because(stopped));
        }
        audit(request, response);
    }

    private void admit(AdminExchange exchange) {
        byte[] expected = token.orElseThrow(
                () -> new Rejected(403, "Forbidden", "the admin endpoints are closed: raft.admin.token is not set"));
        if (!presentsToken(exchange.request(), expected)) {
            exchange.response().setHeader("WWW-Authenticate", "Bearer");
            throw new Rejected(401, "Unauthorized", "Authorization: Bearer <raft.admin.token> is missing or wrong");
        }
    }

    private Endpoint endpoint(AdminExchange exchange) {
        String path = Optional.ofNullable(exchange.request().getPathInfo()).orElse("");
        Endpoint endpoint = Optional.ofNullable(endpoints.get(kindOf(path)))
                .orElseThrow(() -> new Rejected(404, "Not Found", "there is no such admin endpoint"));
        String method = exchange.request().getMethod();
        if (!endpoint.methods().contains(method)) {
            String allowed = String.join(", ", new TreeSet<>(endpoint.methods()));
            exchange.response().setHeader("Allow", allowed);
            throw new Rejected(405, "Method Not Allowed", "this endpoint has only " + allowed);
        }
        if (!isRead(method)) {
            exchange.requireOwnOrigin();
        }
        return endpoint;
    }

    private static String kindOf(String path) {
        Matcher member = MembersDesk.MEMBER.matcher(path);
        if (!member.matches()) {
            return path;
        }
        return member.group(2) == null ? ONE_MEMBER : CHANGE_OF_ONE;
    }

    /** Who changed something, or tried to (threat S20). */
    private static void audit(HttpServletRequest request, HttpServletResponse response) {
        if (!isRead(request.getMethod())) {
            log.info(
                    "{} {} by {}: {}",
                    request.getMethod(),
                    request.getRequestURI(),
                    request.getRemoteAddr(),
                    response.getStatus());
        }
    }

    private static boolean isRead(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }

    private static boolean presentsToken(HttpServletRequest request, byte[] expected) {
        String header = Optional.ofNullable(request.getHeader("Authorization")).orElse("");
        if (!header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return false;
        }
        byte[] presented = header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(presented, expected);
    }
}
