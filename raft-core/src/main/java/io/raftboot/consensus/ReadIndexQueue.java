package io.raftboot.consensus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * The linearizable reads that wait for the leader to be sure that it still leads (§8, thesis §6.4). A read is confirmed by
 * answers to messages that were sent after it arrived, and only once its index is committed.
 */
final class ReadIndexQueue {

    private record Waiting(long readId, long readIndex, long afterRound) {}

    private final Queue<Waiting> reads = new ArrayDeque<>();

    boolean isEmpty() {
        return reads.isEmpty();
    }

    int size() {
        return reads.size();
    }

    /**
     * Files a read.
     *
     * @param readIndex what must be applied before it is answered
     * @param afterRound the leader's latest round when it arrived
     */
    void add(long readId, long readIndex, long afterRound) {
        reads.add(new Waiting(readId, readIndex, afterRound));
    }

    /**
     * Takes out the reads that may be answered.
     *
     * @param confirmedRound the latest round that a majority has answered
     */
    List<Ready.ConfirmedRead> confirm(long confirmedRound, long commitIndex) {
        if (reads.isEmpty()) {
            return List.of();
        }
        List<Ready.ConfirmedRead> confirmed = new ArrayList<>();
        for (Waiting read = reads.peek();
                read != null && isConfirmed(read, confirmedRound, commitIndex);
                read = reads.peek()) {
            confirmed.add(new Ready.ConfirmedRead(read.readId(), read.readIndex()));
            reads.remove();
        }
        return confirmed;
    }

    private static boolean isConfirmed(Waiting read, long confirmedRound, long commitIndex) {
        return confirmedRound > read.afterRound() && commitIndex >= read.readIndex();
    }
}
