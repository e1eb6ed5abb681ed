package io.raftboot.spring;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that a test lets pass. */
final class HandTiming implements Timing {

    private record Task(long atNanos, long number, Runnable work) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::number));
    private static final long BEGIN_NANOS = Long.MAX_VALUE - 5; // as nanoTime may be: the sums overflow
    private long passedNanos;
    private long numbers;

    @Override
    public long nanoTime() {
        return BEGIN_NANOS + passedNanos;
    }

    @Override
    public void after(Duration pause, Runnable task) {
        tasks.add(new Task(passedNanos + pause.toNanos(), numbers++, task));
    }

    /** Lets time pass, and does what is due meanwhile. */
    void pass(Duration time) {
        long until = passedNanos + time.toNanos();
        while (!tasks.isEmpty() && tasks.element().atNanos() <= until) {
            Task next = tasks.remove();
            passedNanos = Math.max(passedNanos, next.atNanos());
            next.work().run();
        }
        passedNanos = until;
    }

    /** Lets time pass during which nothing can be done, as in a pause of the machine. */
    void freeze(Duration time) {
        passedNanos += time.toNanos();
    }

    /** How many tasks wait for their time. */
    int waiting() {
        return tasks.size();
    }
}
