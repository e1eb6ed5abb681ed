package io.raftboot.spring.http;

import io.raftboot.model.Identity;
import io.raftboot.model.Message;
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
        JoinCall invitation = read(call);
        if (!invitation.clusterName().equals(now.self().clusterName())) {
            throw new Refused(412, "another cluster", "this server has another raft.cluster-name");
        }
        Identity joined = join(call.headers().clusterId(), invitation.lastLogIndex(), now);
        transport.joined(joined);
        exchange.answer(new JoinReply(self));
    }

    private JoinCall read(Received call) {
        try {
            JoinCall invitation = transport.json().read(call.content(), JoinCall.class);
            if (invitation.lastLogIndex() >= 0 && invitation.lastLogIndex() <= Message.MAX_NUMBER) {
                return invitation;
            }
        } catch (IllegalArgumentException e) {
            throw new Refused(400, "bad body", "the body is no valid " + Route.JOIN.word());
        }
        throw new Refused(400, "bad body", "no log ends there");
    }

    private Identity join(String clusterId, long commitIndex, Active now) {
        try {
            return now.receiver()
                    .onInvited(clusterId, commitIndex)
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
