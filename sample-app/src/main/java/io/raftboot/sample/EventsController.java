package io.raftboot.sample;

import io.raftboot.model.RaftException;
import io.raftboot.sample.Query.Get;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * The changes of the store as they happen, as server-sent events. Every server tells what it has applied, the same everywhere, so a
 * caller goes on at another one with the id of the last event it got.
 */
@RestController
final class EventsController {

    private final ReplicatedStore store;
    private final EventStreams streams;

    EventsController(ReplicatedStore store, EventStreams streams) {
        this.store = store;
        this.streams = streams;
    }

    /**
     * Tells of every change from now on, or after the one named by {@code Last-Event-ID}: 410 if those that came then are not
     * remembered any more, 400 if there is no such change yet.
     */
    @GetMapping("/events")
    void events(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Parameters parameters = new Parameters(request);
        String prefix = parameters.prefix();
        long applied = store.status().lastApplied();
        long last = parameters.lastEventId().orElse(applied);
        if (last > applied) {
            requireExisting(last);
        }
        streams.open(request, response, last + 1, prefix);
    }

    /** Nobody listens who asks for the headers alone. */
    @RequestMapping(path = "/events", method = RequestMethod.HEAD)
    void headers(HttpServletResponse response) {
        response.setContentType(EventStreams.MEDIA_TYPE);
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
