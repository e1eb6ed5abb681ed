package io.raftboot.spring.autoconfigure;

import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.spring.ServerUrls;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
            String other = idByAddress.put(ServerUrls.address(member.url()), id);
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
            if (ownPort != 0
                    && !member.id().equals(self)
                    && ServerUrls.port(url) == ownPort
                    && ServerUrls.isLoopback(url)) {
                throw RefusedStart.property(
                        property(member.id().value()),
                        url,
                        "this server, '" + self + "', listens on that port itself (server.port=" + ownPort + ")",
                        "Give this server another server.port, or correct raft.node-id or the URL of the peer.");
            }
        }
    }

    /** What an operator calls the entry of a peer. */
    static String property(String id) {
        return id.contains(".") ? "raft.peers[" + id + "]" : "raft.peers." + id;
    }

    private static Member member(String id, String text, String contextPath) {
        URI url = url(id, text);
        ServerUrls.whatIsWrong(url).ifPresent(reason -> {
            throw refused(id, text, reason);
        });
        return new Member(RaftSettings.nodeId(property(id), id), ServerUrls.within(url, contextPath));
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
}
