package io.raftboot.spring.http;

import io.raftboot.model.Member;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a peer answers, told once per change. Any thread. */
final class Reachability {

    private static final Logger log = LoggerFactory.getLogger(HttpTransport.class);

    private final Member peer;
    private String state = "not called yet";

    Reachability(Member peer) {
        this.peer = peer;
    }

    void answers() {
        if (change("answers")) {
            log.info("{} answers", peer);
        }
    }

    void doesNotAnswer(String reason) {
        if (change("silent")) {
            log.info("{} does not answer: {}", peer, reason);
        }
    }

    void refuses(int status, String reason) {
        if (change("refuses with " + status)) {
            log.warn("{} refuses calls with status {}: {}", peer, status, reason);
        }
    }

    private synchronized boolean change(String now) {
        boolean changed = !state.equals(now);
        state = now;
        return changed;
    }
}
