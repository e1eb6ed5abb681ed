package io.raftboot.spring.http;

import java.util.Optional;

/** One of the {@link CallsTogether}: {@code {"submit":{…}}} or {@code {"read":{…}}}. */
record ForwardedItem(Optional<SubmitCall> submit, Optional<ReadCall> read) {

    /** @throws IllegalArgumentException if it is none or both */
    ForwardedItem {
        if (submit.isPresent() == read.isPresent()) {
            throw new IllegalArgumentException("a command or a read");
        }
    }

    static ForwardedItem of(SubmitCall submit) {
        return new ForwardedItem(Optional.of(submit), Optional.empty());
    }

    static ForwardedItem of(ReadCall read) {
        return new ForwardedItem(Optional.empty(), Optional.of(read));
    }

    /** As it travels alone. */
    Record alone() {
        return submit.<Record>map(command -> command).or(() -> read).orElseThrow();
    }
}
