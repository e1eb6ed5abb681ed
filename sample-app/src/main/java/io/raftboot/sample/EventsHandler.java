package io.raftboot.sample;

import io.raftboot.model.RaftException;
import io.raftboot.sample.Query.Get;
import java.util.concurrent.CompletionException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The changes of the store as they happen, as server-sent events. Every server tells what it has applied, the same everywhere, so a
 * caller goes on at another one with the id of the last event it got.
 */
final class EventsHandler {

    private final ReplicatedStore store;
    private final EventStreams streams;

    EventsHandler(ReplicatedStore store, EventStreams streams) {
        this.store = store;
        this.streams = streams;
    }

    /**
     * Tells of every change from now on, or after the one named by {@code Last-Event-ID}: 410 if those that came then are not
     * remembered any more, 400 if there is no such change yet.
     */
    ServerResponse listen(ServerRequest request) {
        Parameters parameters = new Parameters(request.servletRequest());
        String prefix = parameters.prefix();
        long applied = store.status().lastApplied();
        long last = parameters.lastEventId().orElse(applied);
        if (last > applied) {
            requireExisting(last);
        }
        return ServerResponse.ok().build((caller, response) -> {
            streams.open(caller, response, last + 1, prefix);
            return null;
        });
    }

    /** Nobody listens who asks for the headers alone. */
    ServerResponse headers(ServerRequest request) {
        return ServerResponse.ok()
                .header(HttpHeaders.CONTENT_TYPE, EventStreams.MEDIA_TYPE)
                .build();
    }

    /**
     * A change that this server does not know may have been told by one that is ahead. The leader knows; this is rare enough for a
     * thread to wait for its answer.
     */
    private void requireExisting(long revision) {
        long index;
        try {
            index = store.read(new Get("any"), Freshness.LINEARIZABLE).join().index();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RaftException refused ? refused : e;
        }
        if (revision > index) {
            throw Refusal.of(
                    HttpStatus.BAD_REQUEST, "there is no event " + revision + " yet, the last index is " + index);
        }
    }
}
