package io.raftboot;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Answers that one thread has found and another one hands out, so that what a caller does with its result holds up neither the
 * raft thread nor the apply thread. Used by one thread.
 */
final class Answers {

    private final Executor executor;
    private List<Runnable> gathered = new ArrayList<>();

    Answers(Executor executor) {
        this.executor = executor;
    }

    <T> void succeed(CompletableFuture<T> waiting, T result) {
        gathered.add(() -> waiting.complete(result));
    }

    void fail(CompletableFuture<?> waiting, Throwable reason) {
        gathered.add(() -> waiting.completeExceptionally(reason));
    }

    /** Has something done that must neither block nor throw. */
    void tell(Runnable listener) {
        gathered.add(listener);
    }

    /** Hands out all that has gathered, in order. */
    void flush() {
        if (gathered.isEmpty()) {
            return;
        }
        List<Runnable> batch = gathered;
        gathered = new ArrayList<>();
        executor.execute(() -> batch.forEach(Runnable::run));
    }
}
