package io.raftboot.spring.http;

import io.raftboot.model.Member;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a peer answers, told once per change. Any thread. */
final class Reachability {

    private static final Logger log = LoggerFactory.getLogger(HttpTransport.class);

    private final Member peer;
    private String state = "not called yet";
    private Optional<String> refusal = Optional.empty();

    Reachability(Member peer) {
        this.peer = peer;
    }

    void answers() {
        if (change("answers", Optional.empty())) {
            log.info("{} answers", peer);
        }
    }

    void doesNotAnswer(String reason) {
        if (change("silent", Optional.empty())) {
            log.info("{} does not answer: {}", peer, reason);
        }
    }

    void refuses(int status, String reason) {
        if (change("refuses with " + status, Optional.of(status + ": " + reason))) {
            log.warn("{} refuses calls with status {}: {}", peer, status, reason);
        }
    }

    /** Why the peer refuses calls of this server, if it does. */
    synchronized Optional<String> refusal() {
        return refusal;
    }

    private synchronized boolean change(String now, Optional<String> reason) {
        boolean changed = !state.equals(now);
        state = now;
        refusal = reason;
        return changed;
    }
}
