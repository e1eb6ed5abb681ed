package io.raftboot.spring.http;

import java.util.List;

/** Commands and reads that are passed on in one call, each with an outcome of its own, in {@link AnswersTogether}. */
record CallsTogether(List<ForwardedItem> calls) {

    /** The most calls that travel together. */
    static final int MAX_CALLS = 256;

    /** The header by which an answer says that its server takes such calls. Nothing but speed depends on it, so it is not signed. */
    static final String HEADER = "Raft-Forward";

    static final String HEADER_VALUE = "together";

    /** @throws IllegalArgumentException if there are none or too many */
    CallsTogether {
        if (calls.isEmpty() || calls.size() > MAX_CALLS) {
            throw new IllegalArgumentException(calls.size() + " calls at a time");
        }
    }
}
