package io.raftboot.consensus;

import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.InstallSnapshotReply;
import io.raftboot.model.NodeId;

/**
 * What a leader knows of one follower, and when it may send to it. At most one message with entries is under way: what piles up
 * meanwhile is the next batch.
 */
final class Progress {

    /** How many entries a learner may lack and become a voter: as many as go in one message. */
    static final long MAX_LAG_OF_VOTER = Leader.MAX_ENTRIES_PER_MESSAGE;

    private enum State {
        /** The leader looks for the last entry both logs share, one question at a time. */
        PROBE,
        /** The logs are known to match at {@code matchIndex}; entries follow each other. */
        REPLICATE,
        /** The follower has less than it once acknowledged: its disk lost data, and nothing it says counts any more. */
        LOST
    }

    private enum Disk {
        UNKNOWN,
        ROOMY,
        /** It may not take entries: they go out one by one, with the heartbeats, so that it is noticed when there is room again. */
        FULL
    }

    private final NodeId id;
    private State state = State.PROBE;

    /** The last entry known to be in the follower's log; only a successful answer raises it. */
    private long matchIndex;

    /** The next entry to send; above {@code matchIndex}. */
    private long nextIndex;

    /** The largest round the follower has answered. */
    private long answeredRound;

    /** The leader's round when {@code matchIndex} was last raised: only later messages can tell of a loss. */
    private long matchedAtRound;

    /**
     * What the next step waits for, 0 for nothing. While replicating, the round of the message with entries that is under way;
     * while probing, the first round that asks about the entry before {@code nextIndex}: any later one asks the same.
     */
    private long awaitedRound;

    /** The leader's tick when the message under way was sent. */
    private long awaitedSince;

    /** The leader's tick when the follower last answered. */
    private long lastContact;

    /** What the follower has said of its disk. */
    private Disk disk = Disk.UNKNOWN;

    /** Where a round of catching up ends, and the tick it began at: the leader's log as it was then (thesis §4.2.1). */
    private long catchUpTarget;

    private long catchUpSince;

    /** Whether the last round took less than an election timeout. */
    private boolean lastRoundWasShort;

    /**
     * A follower of which nothing is known.
     *
     * @param nextIndex one behind the leader's last entry
     * @param now the leader's tick; a follower counts as heard at that moment, so that it has time to answer
     */
    Progress(NodeId id, long nextIndex, long now) {
        this.id = id;
        this.nextIndex = nextIndex;
        this.lastContact = now;
        this.catchUpTarget = nextIndex - 1;
        this.catchUpSince = now;
    }

    NodeId id() {
        return id;
    }

    long matchIndex() {
        return matchIndex;
    }

    long nextIndex() {
        return nextIndex;
    }

    long answeredRound() {
        return answeredRound;
    }

    long lastContact() {
        return lastContact;
    }

    /** Whether the follower lost what it had acknowledged. */
    boolean isLost() {
        return state == State.LOST;
    }

    /** Whether the follower has said that there is little room on its disk. */
    boolean isFull() {
        return disk == Disk.FULL;
    }

    /** Whether the follower has said that there is room on its disk. */
    boolean isRoomy() {
        return disk == Disk.ROOMY;
    }

    /** Whether a message with entries, or a first question, may go out now. */
    boolean canSend(long lastIndex) {
        return awaitedRound == 0
                && switch (state) {
                    case PROBE -> true;
                    case REPLICATE -> nextIndex <= lastIndex;
                    case LOST -> false;
                };
    }

    /** The entry that a heartbeat asks about: one that the follower has, or that is looked for. */
    long heartbeatIndex() {
        return state == State.PROBE ? nextIndex - 1 : matchIndex;
    }

    /** A message with this many entries went out; while probing, its entries do not count as sent. */
    void sent(long round, int entries, long now) {
        awaitedRound = round;
        awaitedSince = now;
        if (state == State.REPLICATE) {
            nextIndex += entries;
        }
    }

    /**
     * The follower has the entries up to {@code reply.matchIndex()}.
     *
     * @param leaderRound the leader's latest round
     */
    void accepted(AppendEntriesReply reply, long leaderRound, long now) {
        disk = reply.room().isPresent() ? Disk.FULL : Disk.ROOMY;
        boolean isAboutEntries = state == State.REPLICATE && reply.round() == awaitedRound;
        matched(reply.round(), reply.matchIndex(), leaderRound, now);
        if (isAboutEntries) {
            // It may have had no room for all of them.
            nextIndex = matchIndex + 1;
        }
    }

    /**
     * The follower has what the snapshot stands for, or is on its way there.
     *
     * @param leaderRound the leader's latest round
     */
    void installed(InstallSnapshotReply reply, long leaderRound, long now) {
        if (reply.matchIndex() > 0) {
            matched(reply.round(), reply.matchIndex(), leaderRound, now);
        } else {
            heard(reply.round(), now);
        }
    }

    private void matched(long round, long followerMatchIndex, long leaderRound, long now) {
        if (isLost()) {
            return;
        }
        heard(round, now);
        if (followerMatchIndex > matchIndex) {
            matchIndex = followerMatchIndex;
            matchedAtRound = leaderRound;
        }
        if (state == State.PROBE) {
            state = State.REPLICATE;
            awaitedRound = 0;
            nextIndex = matchIndex + 1;
        } else if (round == awaitedRound) {
            awaitedRound = 0;
        }
        nextIndex = Math.max(nextIndex, matchIndex + 1);
    }

    /** The follower has answered, so it takes this server for its leader. */
    private void heard(long round, long now) {
        if (!isLost()) {
            answeredRound = Math.max(answeredRound, round);
            lastContact = now;
        }
    }

    /**
     * The follower does not have the entry before the sent ones.
     *
     * @param lastPossibleMatch the leader's last entry that may be the follower's too, by the follower's hint
     */
    void refused(AppendEntriesReply reply, long lastPossibleMatch, long now) {
        if (isLost()) {
            return;
        }
        heard(reply.round(), now);
        if (reply.conflictIndex() < matchIndex) {
            if (reply.round() > matchedAtRound) {
                state = State.LOST;
            }
        } else if (isAwaited(reply.round())) {
            state = State.PROBE;
            awaitedRound = 0;
            nextIndex = Math.max(matchIndex, Math.min(lastPossibleMatch, nextIndex - 2)) + 1;
        }
    }

    /**
     * What is under way is taken for lost: the next heartbeat asks again behind the last known match.
     *
     * @param leaderRound the leader's latest round
     */
    void unreachable(long leaderRound) {
        if (state == State.REPLICATE) {
            state = State.PROBE;
            nextIndex = matchIndex + 1;
            awaitedRound = leaderRound + 1;
        }
    }

    /** Begins the next round of catching up if the follower has what it lacked at the start of this one. */
    void goOnCatchingUp(long leaderLastIndex, long now, int limitTicks) {
        if (matchIndex >= catchUpTarget) {
            lastRoundWasShort = now - catchUpSince < limitTicks;
            catchUpTarget = leaderLastIndex;
            catchUpSince = now;
        }
    }

    /** Whether the follower is so near that as a voter it would hold nobody up: little is missing, and that comes fast. */
    boolean isCaughtUp(long leaderLastIndex, long now, int limitTicks) {
        return !isLost()
                && lastRoundWasShort
                && now - catchUpSince < limitTicks
                && now - lastContact < limitTicks
                && leaderLastIndex - matchIndex <= MAX_LAG_OF_VOTER;
    }

    /** Whether the answer to a message with entries is overdue. */
    boolean isOverdue(long now, int limitTicks) {
        return state == State.REPLICATE && awaitedRound != 0 && now - awaitedSince >= limitTicks;
    }

    private boolean isAwaited(long round) {
        return awaitedRound != 0 && (state == State.PROBE ? round >= awaitedRound : round == awaitedRound);
    }

    @Override
    public String toString() {
        return id + " " + state + " match=" + matchIndex + " next=" + nextIndex;
    }
}
