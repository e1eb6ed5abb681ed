package io.raftboot.spring.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * The connections to one peer. HTTP/1.1, because it is faster here than HTTP/2 and does not put a large body before a heartbeat;
 * no redirects, no proxy, no transparent decompression. All methods may be called by any thread.
 */
final class PeerConnections {

    private static final int MAX_IDLE = LaneKind.FORWARDING.threads() + 2;
    private static final Duration KEEP_IDLE = Duration.ofMinutes(2);

    private final PeerHttpSettings settings;
    private final Dispatcher dispatcher = new Dispatcher();
    private final ConnectionPool pool = ConnectionTidying.pool(MAX_IDLE, KEEP_IDLE.toMillis());
    private final ConnectionPool downloadPool = ConnectionTidying.pool(2, KEEP_IDLE.toMillis());
    private final OkHttpClient repeating;
    private final OkHttpClient once;
    private final OkHttpClient downloading;

    /** @param base from {@link PeerClients}; what it holds is shared, connections are not */
    PeerConnections(PeerHttpSettings settings, OkHttpClient base) {
        this.settings = settings;
        repeating =
                base.newBuilder().dispatcher(dispatcher).connectionPool(pool).build();
        // A command must not be applied twice because a connection broke (bug R51); Raft's own messages may be
        // repeated.
        once = repeating.newBuilder().retryOnConnectionFailure(false).build();
        // A download that goes slowly goes on; one that stands still does not.
        downloading = repeating
                .newBuilder()
                .connectionPool(downloadPool)
                .readTimeout(settings.requestTimeout())
                .build();
    }

    /**
     * An answer as it came, its body read.
     *
     * @param broken why the body has no end, if it has none
     */
    record Raw(Response response, byte[] body, Optional<IOException> broken) {}

    /**
     * Makes a call and waits for the whole answer. If there is none within the timeout, or only a part of one, connections that may
     * be dead as well are given up, but a download that fails says nothing of those that carry heartbeats.
     *
     * @throws CallFailed if there is none, or it is larger than allowed
     */
    Raw execute(Request request, LaneKind lane, Duration timeout) throws CallFailed {
        AtomicBoolean sent = new AtomicBoolean();
        Request tagged = request.newBuilder().tag(AtomicBoolean.class, sent).build();
        OkHttpClient client = clientFor(lane);
        Call call = client.newCall(tagged);
        call.timeout().timeout(Math.max(1, timeout.toNanos()), TimeUnit.NANOSECONDS);
        try (Response response = call.execute()) {
            int maxBytes = lane == LaneKind.DOWNLOAD ? SnapshotDownloads.MAX_SIGNED_BYTES : settings.maxBodyBytes();
            Optional<IOException> broken = await(response.body().source(), maxBytes);
            broken.ifPresent(why -> client.connectionPool().evictAll());
            return new Raw(response, response.body().source().getBuffer().readByteArray(), broken);
        } catch (IOException e) {
            client.connectionPool().evictAll();
            throw new CallFailed(reasonOf(e), sent.get(), e);
        }
    }

    private OkHttpClient clientFor(LaneKind lane) {
        return switch (lane) {
            case FORWARDING, ADMINISTRATION -> once;
            case DOWNLOAD -> downloading;
            case ELECTION, REPLICATION -> repeating;
        };
    }

    private static Optional<IOException> await(BufferedSource body, int maxBytes) throws IOException {
        boolean isTooLarge;
        try {
            isTooLarge = body.request(maxBytes + 1L);
        } catch (IOException e) {
            return Optional.of(e);
        }
        if (isTooLarge) {
            throw new IOException("the answer has more than " + maxBytes + " bytes");
        }
        return Optional.empty();
    }

    /** Why there is no answer. */
    static String reasonOf(IOException e) {
        return e instanceof InterruptedIOException ? "no answer in time" : String.valueOf(e.getMessage());
    }

    /** Breaks off what is under way. */
    void close() {
        dispatcher.cancelAll();
        pool.evictAll();
        downloadPool.evictAll();
    }
}
