package io.raftboot.spring.http;

import io.raftboot.model.Result;
import java.util.Optional;

/** What a forwarded call gave, as it travels; {@code value} is base64, and {@code replayed} is left out where it is false. */
record ForwardedResult(long index, long term, byte[] value, Optional<Boolean> replayed) {

    static ForwardedResult of(Result result) {
        Optional<Boolean> replayed = result.replayed() ? Optional.of(true) : Optional.empty();
        return new ForwardedResult(result.index(), result.term(), result.value(), replayed);
    }

    /** How many bytes the value has as it travels. */
    long valueBytes() {
        return (value.length + 2L) / 3 * 4;
    }

    Result toResult() {
        return new Result(index, term, value, replayed.orElse(false));
    }
}
