package io.raftboot.spring.autoconfigure;

import io.raftboot.spi.RaftStorage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A disk that is opened, and so its log read, while the application still starts: the server takes part only when the web server
 * listens, and a long log takes as long as that. What has come of it, storage or exception, goes to the first one who opens the
 * disk; whoever opens it later opens it anew.
 */
final class EarlyStorage implements RaftStorage.Factory, AutoCloseable {

    private final RaftStorage.Factory disk;
    private final AtomicReference<Optional<CompletableFuture<RaftStorage>>> opened;

    private EarlyStorage(RaftStorage.Factory disk, Optional<CompletableFuture<RaftStorage>> opened) {
        this.disk = disk;
        this.opened = new AtomicReference<>(opened);
    }

    /** A disk that is opened from now on. */
    static EarlyStorage opening(RaftStorage.Factory disk, Executor thread) {
        return new EarlyStorage(disk, Optional.of(CompletableFuture.supplyAsync(disk::open, thread)));
    }

    /** A disk that is opened when somebody asks for it, and not before. */
    static EarlyStorage waiting(RaftStorage.Factory disk) {
        return new EarlyStorage(disk, Optional.empty());
    }

    @Override
    public RaftStorage open() {
        return take().map(EarlyStorage::awaited).orElseGet(disk::open);
    }

    private Optional<CompletableFuture<RaftStorage>> take() {
        return opened.getAndSet(Optional.empty());
    }

    private static RaftStorage awaited(CompletableFuture<RaftStorage> storage) {
        try {
            return storage.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw e;
        }
    }

    /** Gives back what nobody has asked for, because the application did not come so far; its directory is free then. */
    @Override
    public void close() {
        take().ifPresent(storage -> {
            try {
                storage.join().close();
            } catch (CompletionException e) {
                // It did not open, so there is nothing to give back; the application has a reason of its own not to
                // start.
            }
        });
    }
}
