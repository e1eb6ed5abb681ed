package io.raftboot.simulation;

import java.util.PriorityQueue;

/** What is going to happen, in the order of virtual time; what falls on the same moment happens in the order it was filed. */
final class EventQueue {

    /** How many parts a tick of a true clock has. */
    static final long TICK = 1000;

    private record Scheduled(long at, long sequence, Runnable event) implements Comparable<Scheduled> {

        @Override
        public int compareTo(Scheduled other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<Scheduled> queue = new PriorityQueue<>();
    private long now;
    private long filed;

    /** The virtual time, in parts of a tick. */
    long now() {
        return now;
    }

    /**
     * Files an event.
     *
     * @param delay from now, in parts of a tick
     */
    void after(long delay, Runnable event) {
        queue.add(new Scheduled(now + delay, filed++, event));
    }

    /** Takes out the next event at or before a moment and moves the clock to it. @return whether there was one */
    boolean runNext(long until) {
        Scheduled next = queue.peek();
        if (next == null || next.at() > until) {
            now = Math.max(now, until);
            return false;
        }
        queue.remove();
        now = next.at();
        next.event().run();
        return true;
    }

    /** When the next event is due, or {@link Long#MAX_VALUE}. */
    long nextAt() {
        Scheduled next = queue.peek();
        return next == null ? Long.MAX_VALUE : next.at();
    }
}
