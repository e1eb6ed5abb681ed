package io.raftboot.spring.http;

import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import io.raftboot.spring.http.Doorkeeper.Received;
import io.raftboot.spring.http.HttpTransport.Active;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Answers the leader of a cluster that wants to add this server: whether it is the one that is meant, and free. From then on it
 * belongs to that cluster and refuses every other (bug R44).
 */
final class InvitationDesk {

    private final HttpTransport transport;

    InvitationDesk(HttpTransport transport) {
        this.transport = transport;
    }

    /** @throws Refused 412 if another server is meant, or this one belongs to another cluster */
    void answer(Exchange exchange, Received call, Active now) throws IOException {
        NodeId self = now.self().nodeId();
        if (!call.headers().to().equals(self)) {
            throw new Refused(412, "another server", "this server is " + self);
        }
        requireSameName(call, now.self());
        Identity joined = join(call.headers().clusterId(), now);
        transport.joined(joined);
        exchange.answer(new JoinReply(self));
    }

    private void requireSameName(Received call, Identity self) {
        JoinCall invitation;
        try {
            invitation = transport.json().read(call.content(), JoinCall.class);
        } catch (IllegalArgumentException e) {
            throw new Refused(400, "bad body", "the body is no valid " + Route.JOIN.word());
        }
        if (!invitation.clusterName().equals(self.clusterName())) {
            throw new Refused(412, "another cluster", "this server has another raft.cluster-name");
        }
    }

    private Identity join(String clusterId, Active now) {
        try {
            return now.receiver()
                    .onInvited(clusterId)
                    .get(transport.settings().answerTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable reason = Optional.ofNullable(e.getCause()).orElse(e);
            throw new Refused(412, "another cluster", String.valueOf(reason.getMessage()));
        } catch (TimeoutException e) {
            throw new Refused(503, "no answer", "this server is too busy to answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(503, "no answer", "the web server is stopping");
        }
    }
}
