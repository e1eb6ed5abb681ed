package io.raftboot.spring.admin;

import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.spring.ServerUrls;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A member as an operator writes it.
 *
 * @param id its name
 * @param url where it is reached
 * @param role {@code VOTER}, which it is if nothing is said, or {@code LEARNER}
 */
record MemberJson(
        @Nullable String id, @Nullable String url, @Nullable String role) {

    /** Several of them. */
    record AllJson(@Nullable List<@Nullable MemberJson> members) {}

    /**
     * Which URLs may be added.
     *
     * @param contextPath this application's own, which a URL without a path leads to
     * @param mayLeaveMachine whether calls to other machines are signed or certified, or meant to be neither
     * @param encrypted whether nobody is called in the clear
     */
    record Allowed(String contextPath, boolean mayLeaveMachine, boolean encrypted) {}

    /** @throws Rejected 400 if the role is none */
    boolean isToVote() {
        String wanted = Optional.ofNullable(role).orElse("VOTER");
        if (!wanted.equals("VOTER") && !wanted.equals("LEARNER")) {
            throw new Rejected(400, "Bad Request", "role is VOTER or LEARNER");
        }
        return wanted.equals("VOTER");
    }

    /** @throws Rejected 400 if something is missing, 422 if the id or URL is not allowed */
    Member member(Allowed allowed) {
        return new Member(nodeId(present("id", id)), url(present("url", url), allowed));
    }

    static NodeId nodeId(String id) {
        try {
            return NodeId.of(id);
        } catch (IllegalArgumentException e) {
            throw notAllowed("id: " + e.getMessage());
        }
    }

    private static String present(String name, @Nullable String value) {
        if (value == null) {
            throw new Rejected(400, "Bad Request", name + " is missing");
        }
        return value;
    }

    private static URI url(String text, Allowed allowed) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw notAllowed("url: it is no URL (" + e.getReason() + ")");
        }
        ServerUrls.whatIsWrong(url).ifPresent(reason -> {
            throw notAllowed("url: " + reason);
        });
        if (ServerUrls.isLinkLocal(url)) {
            throw notAllowed("url: a link-local address is no server's");
        }
        if (!allowed.mayLeaveMachine() && !ServerUrls.isLoopback(url)) {
            throw notAllowed("url: it is beyond loopback, and this cluster has neither raft.security.secret nor"
                    + " raft.security.ssl-bundle");
        }
        if (allowed.encrypted() && !"https".equalsIgnoreCase(url.getScheme())) {
            throw notAllowed("url: servers of this cluster call each other with https (raft.security.ssl-bundle)");
        }
        return ServerUrls.within(url, allowed.contextPath());
    }

    private static Rejected notAllowed(String reason) {
        return new Rejected(422, "Unprocessable Content", reason);
    }
}
