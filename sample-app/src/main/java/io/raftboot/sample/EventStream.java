package io.raftboot.sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftboot.Watch;
import io.raftboot.model.AppliedCommand;
import io.raftboot.model.RaftException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of some keys on their way to one caller, as server-sent events. It writes when the connection takes bytes and there
 * are some, and holds no thread in between. A caller that takes nothing for a while is cut off; so is one that is so slow that
 * changes are forgotten before it could be told, and it learns that when it comes back with its last event id.
 *
 * <p>Written to by the web server's threads and by the one that tells of changes, one at a time and without a lock: while Tomcat calls
 * it, Tomcat holds locks of its own.
 */
final class EventStream implements WriteListener, AsyncListener {

    /** For how many ticks a caller may take nothing. */
    static final int MAX_STALLED_TICKS = 2;

    /** How many commands it takes from the watch at a time. */
    private static final int BATCH = 16;

    /** Lines that begin with a colon are ignored by the caller and keep the connection alive. */
    private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Watch watch;
    private final String prefix;
    private final CommandCodec commands = new CommandCodec();
    private final JsonCodec json = new JsonCodec();
    private final Consumer<EventStream> whenOver;

    private final AtomicInteger occasions = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger stalledTicks = new AtomicInteger();
    private volatile boolean begun;
    private volatile boolean commentIsDue = true;
    private boolean isFlushed = true;
    private final Queue<AppliedCommand> taken = new ArrayDeque<>();

    /**
     * A stream that begins when the web server is ready to write.
     *
     * @param context the request, whose thread is given back
     * @param watch where the changes come from; closed by the stream
     * @param prefix how the keys begin
     * @param whenOver called once, when it has ended
     */
    EventStream(
            AsyncContext context, ServletOutputStream out, Watch watch, String prefix, Consumer<EventStream> whenOver) {
        this.context = context;
        this.out = out;
        this.watch = watch;
        this.prefix = prefix;
        this.whenOver = whenOver;
    }

    @Override
    public void onWritePossible() {
        begun = true;
        write();
    }

    /** Time has passed: a word to a caller that has heard nothing, and an end for one that does not listen. */
    void tick() {
        if (stalledTicks.incrementAndGet() > MAX_STALLED_TICKS) {
            LOG.debug("an event stream is cut off, its caller takes nothing");
            end();
        } else {
            commentIsDue = true;
            write();
        }
    }

    /** Writes as much as the connection takes. Whoever comes while another thread writes leaves it to that one. */
    void write() {
        if (!begun || occasions.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        while (seen != 0) {
            writeNow();
            seen = occasions.addAndGet(-seen);
        }
    }

    private void writeNow() {
        try {
            while (!over.get() && out.isReady()) {
                stalledTicks.set(0);
                Optional<byte[]> next = next();
                if (next.isPresent()) {
                    out.write(next.get());
                    isFlushed = false;
                } else if (isFlushed) {
                    return;
                } else {
                    out.flush();
                    isFlushed = true;
                }
            }
        } catch (RaftException ended) {
            LOG.debug("an event stream has ended: {}", ended.getMessage());
            end();
        } catch (IOException | RuntimeException gone) {
            onError(gone);
        }
    }

    private Optional<byte[]> next() {
        if (commentIsDue) {
            commentIsDue = false;
            return Optional.of(COMMENT);
        }
        while (true) {
            if (taken.isEmpty()) {
                taken.addAll(watch.poll(BATCH));
            }
            if (taken.isEmpty()) {
                return Optional.empty();
            }
            Optional<Change> change = Change.of(taken.remove(), commands);
            if (change.isPresent() && change.get().key().startsWith(prefix)) {
                return change.map(this::event);
            }
        }
    }

    private byte[] event(Change change) {
        String content = new String(json.encode(change.content()), UTF_8);
        return ("event: " + change.name() + "\nid: " + change.revision() + "\ndata: " + content + "\n\n")
                .getBytes(UTF_8);
    }

    /** Ends it, from whatever thread. */
    void end() {
        if (close()) {
            context.complete();
        }
    }

    private boolean close() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        watch.close();
        whenOver.accept(this);
        return true;
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("the caller of an event stream has gone", failure);
        end();
    }

    @Override
    public void onError(AsyncEvent event) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        end();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        close();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nobody starts it again.
    }
}
