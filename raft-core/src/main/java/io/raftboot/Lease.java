package io.raftboot;

import io.raftboot.consensus.Consensus;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Until when a leader may act without asking the others (thesis §6.4.1). A majority that has answered a message votes for nobody
 * else within an election timeout of having got it, so the lease is counted from when that message was <em>sent</em>, on this
 * server's own clock that never goes back: an answer that was read after a pause is as old as its question. Nobody has to turn for the
 * lease to end, so that a raft thread that hangs, or a process that was stopped, does not lead beyond it.
 *
 * <p>Renewed by the raft thread, asked by any.
 */
final class Lease {

    /** The part of the election timeout a lease lasts at most: clocks may differ by a tenth and more. */
    static final double SHARE = 0.8;

    /** A held-up follower delivers so many ticks too early, and its clock may run faster by a tenth. */
    private static final double SHARE_OF_LOYALTY = 0.9;

    /** How many moments of sending are remembered; between two of them there is a hundredth of an election timeout. */
    static final int MAX_MARKS = 200;

    private record Mark(long round, long nanos) {}

    /** Who leads in this term until then, unless something happens. */
    private record Held(long term, long untilNanos) {}

    private final long lengthNanos;
    private final long spacingNanos;
    private final Deque<Mark> marks = new ArrayDeque<>();
    private volatile Optional<Held> held = Optional.empty();

    Lease(RaftConfig config) {
        long timeout = config.electionTimeout().toNanos();
        long loyalty = timeout
                - config.heartbeatInterval().toNanos()
                - config.tickInterval().toNanos();
        this.lengthNanos = (long) Math.min(SHARE * timeout, SHARE_OF_LOYALTY * loyalty);
        this.spacingNanos = timeout / 100;
    }

    /** How long it lasts from when its messages were sent, in nanoseconds. */
    long lengthNanos() {
        return lengthNanos;
    }

    /** Looks at a server before it sends anything. */
    void renew(Consensus consensus, long nowNanos) {
        if (consensus.role() != RaftRole.LEADER) {
            end();
            return;
        }
        forgetUpTo(consensus.answeredRound());
        long term = consensus.currentTerm();
        Optional<Held> before = held.filter(last -> last.term() == term);
        // Who is told to take over needs no voter's loyalty; if it does not, there is another term before there is a
        // lease again.
        held = consensus.transferTarget().isPresent()
                ? Optional.empty()
                : answeredMark(consensus.answeredRound())
                        .map(mark -> new Held(term, mark.nanos() + lengthNanos))
                        .or(() -> before);
        mark(consensus.lastRound() + 1, nowNanos);
    }

    /** What is sent from now on has this number or a larger one. */
    private void mark(long round, long nowNanos) {
        boolean isSoon = !marks.isEmpty() && nowNanos - marks.getLast().nanos() < spacingNanos;
        if (!isSoon && marks.size() < MAX_MARKS) {
            marks.addLast(new Mark(round, nowNanos));
        }
    }

    /** Of the marks that were passed only the last one matters. */
    private void forgetUpTo(long answeredRound) {
        while (marks.size() > 1 && second().round() <= answeredRound) {
            marks.removeFirst();
        }
    }

    private Mark second() {
        Iterator<Mark> inOrder = marks.iterator();
        inOrder.next();
        return inOrder.next();
    }

    private Optional<Mark> answeredMark(long answeredRound) {
        return marks.stream().findFirst().filter(mark -> mark.round() <= answeredRound);
    }

    /** How many moments of sending are remembered. */
    int marks() {
        return marks.size();
    }

    /** This server leads no longer. */
    void end() {
        held = Optional.empty();
        marks.clear();
    }

    /** The term this server leads in at this moment; any thread. */
    OptionalLong term(long nowNanos) {
        Optional<Held> now = held.filter(lease -> nowNanos - lease.untilNanos() < 0);
        return now.isPresent() ? OptionalLong.of(now.get().term()) : OptionalLong.empty();
    }
}
