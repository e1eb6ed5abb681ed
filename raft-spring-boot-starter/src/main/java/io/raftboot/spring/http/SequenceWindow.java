package io.raftboot.spring.http;

import java.util.BitSet;

/**
 * Which sequence numbers of one caller were taken. Calls overtake each other, so the last {@value #SIZE} numbers are told
 * apart; an older one is taken for a replay.
 */
final class SequenceWindow {

    /** Far more than one server has under way to another. */
    static final int SIZE = 1024;

    private final BitSet taken = new BitSet(SIZE);
    private long highest;

    /** Takes a number. @return false if it was taken before, or may have been */
    synchronized boolean take(long sequence) {
        if (sequence <= highest - SIZE || sequence < 1) {
            return false;
        }
        if (sequence > highest) {
            forgetUpTo(sequence);
            highest = sequence;
        }
        int slot = slot(sequence);
        boolean fresh = !taken.get(slot);
        taken.set(slot);
        return fresh;
    }

    synchronized long highest() {
        return highest;
    }

    private void forgetUpTo(long sequence) {
        if (sequence - highest >= SIZE) {
            taken.clear();
            return;
        }
        for (long passed = highest + 1; passed <= sequence; passed++) {
            taken.clear(slot(passed));
        }
    }

    private static int slot(long sequence) {
        return (int) (sequence % SIZE);
    }
}
