package io.raftboot;

import io.raftboot.model.Identity;
import io.raftboot.model.RaftStatus;
import java.util.Optional;
import java.util.function.Supplier;

/** Remembers what was made of a view: every command asks for the status, and the view changes once in a turn. Any thread. */
final class LastStatus {

    private volatile Optional<Made> last = Optional.empty();

    private record Made(View view, ReplicatedState.Applied applied, RaftStatus status) {

        // The same objects: to compare what is in them would take as long as to make another status.
        @SuppressWarnings("ReferenceEquality")
        private boolean isOf(View otherView, ReplicatedState.Applied otherApplied, Identity who) {
            return view == otherView
                    && applied == otherApplied
                    && status.identity().equals(who);
        }
    }

    /** What was made of these last, or is made now. */
    RaftStatus of(View view, ReplicatedState.Applied applied, Identity who, Supplier<RaftStatus> status) {
        Optional<Made> made = last.filter(known -> known.isOf(view, applied, who));
        if (made.isPresent()) {
            return made.get().status();
        }
        RaftStatus now = status.get();
        last = Optional.of(new Made(view, applied, now));
        return now;
    }
}
