package io.raftboot.sample;

import io.raftboot.model.RaftException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * How many requests may wait for their answers. Each keeps its connection's buffers, some 50 KB, also if its caller has gone: the web
 * server does not notice before it answers. Without a limit, callers without patience fill the heap of a server that is slow. Any thread.
 */
final class WaitingRequests {

    /** So much of the heap, in bytes, is there for each: a fifth of it may wait. */
    private static final long HEAP_BYTES_PER_REQUEST = 256 << 10;

    private final Semaphore places;

    private WaitingRequests(int most) {
        this.places = new Semaphore(most);
    }

    /** As many as fit into the heap of this JVM: 512 for each 128 MB. */
    static WaitingRequests inThisHeap() {
        return inHeapOf(Runtime.getRuntime().maxMemory());
    }

    static WaitingRequests inHeapOf(long bytes) {
        return new WaitingRequests((int) Math.min(Integer.MAX_VALUE, bytes / HEAP_BYTES_PER_REQUEST));
    }

    /**
     * Begins what a request waits for, if there is a place; the place is free again when that has ended.
     *
     * @throws RaftException.Overloaded if there is none, before anything is done
     */
    <T> CompletableFuture<T> admit(Supplier<CompletableFuture<T>> begin) {
        if (!places.tryAcquire()) {
            throw new RaftException.Overloaded("too many requests wait for their answers");
        }
        CompletableFuture<T> answer;
        try {
            answer = begin.get();
        } catch (RuntimeException e) {
            places.release();
            throw e;
        }
        var unused = answer.whenComplete((value, failure) -> places.release());
        return answer;
    }
}
