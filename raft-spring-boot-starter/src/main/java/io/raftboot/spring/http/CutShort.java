package io.raftboot.spring.http;

import java.io.IOException;
import java.util.function.Function;

/** An answer broke off. What has come of it cannot be believed before the rest is there: the signature is over all of it. */
final class CutShort extends CallFailed {

    private static final long serialVersionUID = 1L;

    private final byte[] begun;
    private final transient Function<byte[], Answer> whole;

    /**
     * @param begun what has come of the body
     * @param whole makes the answer of the whole body
     */
    CutShort(String reason, IOException cause, byte[] begun, Function<byte[], Answer> whole) {
        super(reason, true, cause);
        this.begun = begun;
        this.whole = whole;
    }

    byte[] begun() {
        return begun;
    }

    /** The answer as it would have been with this body. */
    Answer with(byte[] body) {
        return whole.apply(body);
    }
}
