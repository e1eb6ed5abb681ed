package io.raftboot.sample;

import io.raftboot.Watch;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/** The event streams that are open, and the one thread that wakes them. Callable from any thread. */
final class EventStreams implements ApplicationListener<ContextClosedEvent>, AutoCloseable {

    static final String MEDIA_TYPE = "text/event-stream;charset=UTF-8";

    /** How often a silent connection hears something: proxies often close one after a minute of silence. */
    static final Duration TICK = Duration.ofSeconds(15);

    private final ReplicatedStore store;
    private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "events");
        made.setDaemon(true);
        return made;
    });

    EventStreams(ReplicatedStore store) {
        this.store = store;
        var unused = thread.scheduleWithFixedDelay(
                () -> open.forEach(EventStream::tick), TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Answers with changes until somebody has had enough.
     *
     * @param fromRevision the first one to be told
     * @throws io.raftboot.model.RaftException if that is not possible; nothing is written then
     * @throws IOException if the caller has gone
     */
    void open(HttpServletRequest request, HttpServletResponse response, long fromRevision, String prefix)
            throws IOException {
        CompletableFuture<EventStream> begun = new CompletableFuture<>();
        Watch watch = store.watch(fromRevision, () -> {
            var unused = begun.thenAccept(this::wake);
        });
        response.setContentType(MEDIA_TYPE);
        response.setHeader("Cache-Control", "no-store");
        ServletOutputStream out = response.getOutputStream();
        AsyncContext context = AsyncRequests.begin(request, response);
        EventStream stream = new EventStream(context, out, watch, prefix, open::remove);
        open.add(stream);
        context.addListener(stream);
        out.setWriteListener(stream);
        begun.complete(stream);
    }

    /** The thread that tells of changes has others to tell, and may not write. */
    private void wake(EventStream stream) {
        try {
            thread.execute(stream::write);
        } catch (RejectedExecutionException closing) {
            // All streams are being ended.
        }
    }

    /** Before the web server waits for what is under way to end, which a stream never does by itself. */
    @Override
    public void onApplicationEvent(ContextClosedEvent closing) {
        close();
    }

    @Override
    public void close() {
        thread.shutdown();
        open.forEach(EventStream::end);
    }
}
