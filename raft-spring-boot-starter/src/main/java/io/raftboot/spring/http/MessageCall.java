package io.raftboot.spring.http;

import io.raftboot.model.Message;
import io.raftboot.spi.Transport;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request to a peer, and what becomes of it: a reply for the raft thread, or word that there was none. */
record MessageCall(Peer peer, Message.Request request, PeerJson json, Duration timeout, Transport.Receiver receiver)
        implements Lane.Task {

    private static final Logger log = LoggerFactory.getLogger(HttpTransport.class);

    @Override
    public void run() {
        Route route = Route.of(request);
        try {
            receive(route, peer.call(route, json.write(request), timeout));
        } catch (CallFailed e) {
            peer.reachability().doesNotAnswer(String.valueOf(e.getMessage()));
            receiver.onUnreachable(peer.id());
        } catch (RuntimeException e) {
            log.error("calling {} failed", peer.id(), e);
            receiver.onUnreachable(peer.id());
        }
    }

    private void receive(Route route, Answer answer) throws CallFailed {
        if (!answer.isOk()) {
            peer.refused(answer);
            if (answer.trusted() && isRemoved(answer)) {
                receiver.onRemoved();
            }
            receiver.onUnreachable(peer.id());
            return;
        }
        Message.Reply reply = readReply(route, answer);
        peer.reachability().answers();
        receiver.dealWith(reply);
    }

    /** Without a secret the answer may be somebody else's who has that port now. */
    private boolean isRemoved(Answer answer) {
        return answer.status() == 410
                && answer.problem(json)
                        .filter(problem -> problem.isBecause(Problem.REMOVED))
                        .isPresent();
    }

    private Message.Reply readReply(Route route, Answer answer) throws CallFailed {
        try {
            Message.Reply reply = (Message.Reply) json.read(answer.body(), route.reply());
            if (reply.from().equals(request.to())
                    && reply.to().equals(request.from())
                    && reply.round() == request.round()) {
                return reply;
            }
        } catch (IllegalArgumentException e) {
            throw new CallFailed("the answer is no valid reply", true, e);
        }
        throw new CallFailed("the answer belongs to another call");
    }

    @Override
    public void dropped() {
        receiver.onUnreachable(peer.id());
    }
}
