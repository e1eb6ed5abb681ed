package io.raftboot.spring.http;

import java.io.IOException;

/** A call got no answer, or none that can be believed. */
sealed class CallFailed extends IOException permits CutShort {

    private static final long serialVersionUID = 1L;

    private final boolean sent;

    /** @param sent whether the peer may have got the call; if not, it certainly has not */
    CallFailed(String reason, boolean sent, Throwable cause) {
        super(reason, cause);
        this.sent = sent;
    }

    /** The call was not even begun. */
    static CallFailed notSent(String reason) {
        return new CallFailed(reason, false);
    }

    private CallFailed(String reason, boolean sent) {
        super(reason);
        this.sent = sent;
    }

    CallFailed(String reason) {
        super(reason);
        this.sent = true;
    }

    boolean sent() {
        return sent;
    }
}
