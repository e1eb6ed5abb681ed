package io.raftboot;

import io.raftboot.model.RaftException;
import io.raftboot.model.Result;

/** What a committed entry has come to, for whoever sent it. */
sealed interface Effect {

    /** It gives this, now or when the same command was applied before. */
    record Gives(Result result) implements Effect {}

    /** It is a command that changes nothing, and gives nothing. */
    enum Refusal implements Effect {
        /** Its request id stands for another command. */
        OTHER_COMMAND {
            @Override
            RaftException exception() {
                return new RaftException.RequestIdConflict();
            }
        },
        /** It was applied before, and what it gave is forgotten. */
        RESULT_FORGOTTEN {
            @Override
            RaftException exception() {
                return new RaftException.ResultForgotten();
            }
        },
        /** It may have been applied before: its id is of those that are forgotten, or was never seen and comes too late. */
        ID_FORGOTTEN {
            @Override
            RaftException exception() {
                return RaftException.OutcomeUnknown.forgotten();
            }
        };

        abstract RaftException exception();
    }
}
