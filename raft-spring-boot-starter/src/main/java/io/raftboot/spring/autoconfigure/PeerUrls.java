package io.raftboot.spring.autoconfigure;

import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.util.StringUtils;

/** Makes members of {@code raft.peers}, or says what is wrong with them. */
final class PeerUrls {

    private PeerUrls() {}

    /**
     * The members.
     *
     * @param contextPath this application's own, empty for none. The servers of a cluster run the same application, so a URL
     *     without a path leads there
     * @throws RefusedStart if an id or a URL is not allowed or two members have the same URL
     */
    static List<Member> members(Map<String, String> peers, String contextPath) {
        List<Member> members = new ArrayList<>();
        Map<String, String> idByAddress = new HashMap<>();
        peers.forEach((id, text) -> {
            Member member = member(id, text, contextPath);
            members.add(member);
            String other = idByAddress.put(address(member.url()), id);
            if (other != null) {
                throw RefusedStart.property(
                        property(id),
                        text,
                        "it is the URL of raft.peers." + other + " too",
                        "Every server has a URL of its own: look for the wrong host or port.");
            }
        });
        return members;
    }

    /**
     * Refuses a peer whose URL leads back to this server: on loopback with the port this server listens on.
     *
     * @param ownPort the port the web server will listen on, 0 for any
     */
    static void refuseOwnPort(List<Member> members, NodeId self, int ownPort) {
        for (Member member : members) {
            URI url = member.url();
            if (ownPort != 0 && !member.id().equals(self) && port(url) == ownPort && isLoopback(url)) {
                throw RefusedStart.property(
                        property(member.id().value()),
                        url,
                        "this server, '" + self + "', listens on that port itself (server.port=" + ownPort + ")",
                        "Give this server another server.port, or correct raft.node-id or the URL of the peer.");
            }
        }
    }

    /** The port a URL names, or the one its scheme implies. */
    static int port(URI url) {
        if (url.getPort() != -1) {
            return url.getPort();
        }
        return "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
    }

    /** Whether the host is this machine, going by its name or number only: names are not looked up. */
    static boolean isLoopback(URI url) {
        String host = host(url);
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return true;
        }
        boolean isNumber = host.startsWith("[") || host.matches("[0-9.]+");
        try {
            return isNumber && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // not an address of any machine, so not of this one
        }
    }

    /** What an operator calls the entry of a peer. */
    static String property(String id) {
        return id.contains(".") ? "raft.peers[" + id + "]" : "raft.peers." + id;
    }

    private static Member member(String id, String text, String contextPath) {
        URI url = url(id, text);
        whatIsWrong(url).ifPresent(reason -> {
            throw refused(id, text, reason);
        });
        boolean leadsToContext = contextPath.isEmpty() || !url.getRawPath().matches("/?");
        return new Member(RaftSettings.nodeId(property(id), id), leadsToContext ? url : url.resolve(contextPath));
    }

    private static URI url(String id, String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw refused(id, text, "it is no URL (" + e.getReason() + " at position " + e.getIndex() + ")");
        }
    }

    private static RefusedStart refused(String id, String text, String reason) {
        return RefusedStart.property(
                property(id),
                text.replaceFirst("//[^/]*@", "//******@"),
                reason,
                "Write the base URL under which the other servers reach it, such as http://10.0.0.1:8080.");
    }

    private static Optional<String> whatIsWrong(URI url) {
        if (!"http".equalsIgnoreCase(url.getScheme()) && !"https".equalsIgnoreCase(url.getScheme())) {
            return Optional.of("a URL begins with http:// or https://");
        }
        if (StringUtils.hasText(url.getRawUserInfo())
                || String.valueOf(url.getRawAuthority()).contains("@")) {
            return Optional.of("a URL has no user name and no password");
        }
        if (!StringUtils.hasText(url.getHost())) {
            return Optional.of("there is no host in it");
        }
        if (url.getPort() == 0 || url.getPort() > 65535) {
            return Optional.of("a port is a number from 1 to 65535");
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            return Optional.of("a URL has no query and no fragment");
        }
        return Optional.empty();
    }

    private static String address(URI url) {
        String path = Optional.ofNullable(url.getRawPath()).orElse("").replaceAll("/+$", "");
        return host(url) + ":" + port(url) + path;
    }

    private static String host(URI url) {
        return Optional.ofNullable(url.getHost()).orElse("").toLowerCase(Locale.ROOT);
    }
}
