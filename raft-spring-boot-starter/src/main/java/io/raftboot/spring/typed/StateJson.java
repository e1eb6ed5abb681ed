package io.raftboot.spring.typed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;

/** A state as JSON, value by value to and from a stream; neither is closed. */
record StateJson<S>(JavaType type) {

    /** The state of a state machine. @throws IllegalArgumentException if the class does not say which it is */
    static <S> StateJson<S> of(Class<?> stateMachine) {
        return new StateJson<>(TypedJson.parameter(stateMachine, TypedStateMachine.class));
    }

    void write(S state, OutputStream out) throws IOException {
        try {
            TypedJson.VALUES.writerFor(type).writeValue(out, state);
        } catch (JacksonException failed) {
            throw new IOException("the state cannot be written as JSON", failed);
        }
    }

    /** Strictly: what this version does not know of a state would be lost. */
    S read(InputStream in) throws IOException {
        S state;
        try {
            state = TypedJson.VALUES.readerFor(type).readValue(in);
        } catch (JacksonException failed) {
            throw new IOException(
                    "the snapshot does not fit " + type.toCanonical() + " (" + failed.getOriginalMessage()
                            + "): it was written with another version of that type, or is none",
                    failed);
        }
        if (state == null) {
            throw new IOException("the snapshot is null, and no " + type.toCanonical());
        }
        return state;
    }
}
