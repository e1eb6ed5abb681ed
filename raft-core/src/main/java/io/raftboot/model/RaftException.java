package io.raftboot.model;

import java.util.Locale;
import java.util.Optional;

/**
 * A command or a read that got no result. Every kind says whether the command may have been applied, because that decides
 * whether the caller may send it again.
 */
public abstract sealed class RaftException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What became of the command. */
    public enum Outcome {
        /** It is certainly not applied and never will be: send it again if you like. */
        NOT_APPLIED,
        /** It may have been applied, or may be later. Only a command with a request id is safe to send again. */
        UNKNOWN,
        /** It was applied: there is no need to send it again. */
        APPLIED;

        /** As it stands in answers over HTTP: {@code not-applied}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Outcome outcome;

    private RaftException(Outcome outcome, String message) {
        super(message);
        this.outcome = outcome;
    }

    /** Whether the command may have been applied. */
    public Outcome outcome() {
        return outcome;
    }

    /** This server does not lead, or is handing leadership over. The command is certainly not applied. */
    public static final class NotLeader extends RaftException {
        private static final long serialVersionUID = 1L;
        private final transient Optional<NodeId> leaderId;

        /** @param leaderId who leads, as far as this server knows */
        public NotLeader(Optional<NodeId> leaderId) {
            super(
                    Outcome.NOT_APPLIED,
                    leaderId.map(id -> "the leader is " + id).orElse("no leader is known at the moment"));
            this.leaderId = leaderId;
        }

        /** Who leads, as far as the refusing server knows. */
        public Optional<NodeId> leaderId() {
            return leaderId;
        }
    }

    /**
     * The server is not started, stopping, or has failed, or its state is not that of the others, so that it answers no reads.
     * The command is certainly not applied.
     */
    public static final class Stopped extends RaftException {
        private static final long serialVersionUID = 1L;

        /** @param reason what happened, for the caller */
        public Stopped(String reason) {
            super(Outcome.NOT_APPLIED, reason);
        }
    }

    /** Too much is waiting already, or the disk is full. The command is certainly not applied; send it again a little later. */
    public static final class Overloaded extends RaftException {
        private static final long serialVersionUID = 1L;
        private final boolean diskFull;

        /**
         * Too much is waiting.
         *
         * @param reason what happened, for the caller
         */
        public Overloaded(String reason) {
            this(reason, false);
        }

        private Overloaded(String reason, boolean diskFull) {
            super(Outcome.NOT_APPLIED, reason);
            this.diskFull = diskFull;
        }

        /**
         * There is no room for commands on the disks.
         *
         * @param reason what happened, for the caller
         */
        public static Overloaded diskFull(String reason) {
            return new Overloaded(reason, true);
        }

        /** Whether room on a disk is what it lacks: then it passes when somebody makes room, and not by itself. */
        public boolean isDiskFull() {
            return diskFull;
        }
    }

    /** The command is larger than a command may be. It is certainly not applied. */
    public static final class CommandTooLarge extends RaftException {
        private static final long serialVersionUID = 1L;

        /**
         * @param sizeInBytes the size of the command
         * @param limitInBytes the largest a command may be
         */
        public CommandTooLarge(long sizeInBytes, long limitInBytes) {
            super(
                    Outcome.NOT_APPLIED,
                    "the command has " + sizeInBytes + " bytes, and " + limitInBytes + " are allowed");
        }
    }

    /**
     * Another command was sent under this request id before. This one is certainly not applied, and never will be under this id.
     */
    public static final class RequestIdConflict extends RaftException {
        private static final long serialVersionUID = 1L;

        /** The caller knows which id it gave. */
        public RequestIdConflict() {
            super(Outcome.NOT_APPLIED, "the request id was used for another command before");
        }
    }

    /**
     * The command was applied when it was first sent under its request id, and is not applied again; what it gave is forgotten, because
     * those after it gave more than is remembered ({@link SessionLimits#maxResultBytes}).
     */
    public static final class ResultForgotten extends RaftException {
        private static final long serialVersionUID = 1L;

        /** The caller knows which id it gave. */
        public ResultForgotten() {
            super(
                    Outcome.APPLIED,
                    "the command was applied when it was first sent under its request id, and what it gave is forgotten");
        }
    }

    /** Leadership was lost or time ran out when the command may have gone into the log: it may or may not be applied. */
    public static final class OutcomeUnknown extends RaftException {
        private static final long serialVersionUID = 1L;
        private final boolean forgotten;

        /** @param reason what happened, for the caller */
        public OutcomeUnknown(String reason) {
            this(reason, false);
        }

        private OutcomeUnknown(String reason, boolean forgotten) {
            super(Outcome.UNKNOWN, reason);
            this.forgotten = forgotten;
        }

        /** The command was not applied now, because it may have been before: its request id is older than those that are remembered. */
        public static OutcomeUnknown forgotten() {
            return new OutcomeUnknown(
                    "the request id is older than those that are remembered: the command may have been applied before, and is not applied again",
                    true);
        }

        /** Whether it is forgotten what became of the command: to send it again is of no use. */
        public boolean isForgotten() {
            return forgotten;
        }
    }

    /** A change of the members, or of the leader, that is not possible now, or not at all. Nothing was changed. */
    public static final class ChangeRefused extends RaftException {
        private static final long serialVersionUID = 1L;

        /** @param reason why, and what to do about it, for the operator */
        public ChangeRefused(String reason) {
            super(Outcome.NOT_APPLIED, reason);
        }
    }

    /** The change is about a server that is no member. Nothing was changed. */
    public static final class UnknownMember extends RaftException {
        private static final long serialVersionUID = 1L;

        /** @param id the server that nobody knows */
        public UnknownMember(NodeId id) {
            super(Outcome.NOT_APPLIED, "there is no member " + id);
        }
    }

    /**
     * Commands that somebody wants to see are not in this server's memory any more: it keeps the last ones only, and after a
     * restart or a snapshot those that came since. Whoever watches reads the state as it is now, and watches from there on.
     */
    public static final class HistoryGone extends RaftException {
        private static final long serialVersionUID = 1L;
        private final long firstIndex;

        /**
         * @param fromIndex the first index that was asked for
         * @param firstIndex the first one that is still there
         */
        public HistoryGone(long fromIndex, long firstIndex) {
            super(
                    Outcome.NOT_APPLIED,
                    "this server remembers the commands from index " + firstIndex + " on, and not those from "
                            + fromIndex);
            this.firstIndex = firstIndex;
        }

        /** The first index that can be asked for; a moment later it may be gone too. */
        public long firstIndex() {
            return firstIndex;
        }
    }
}
