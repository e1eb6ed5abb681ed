package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spring.http.Doorkeeper.Received;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives other servers the bytes of this server's snapshots, to a few of them at a time, so that threads stay free for heartbeats
 * (bug R23). Up to {@link #MAX_SIGNED_BYTES} are signed like every answer. More are sent as they are read and not signed: the
 * checksum of the whole was announced in a call that was.
 */
final class SnapshotDownloads {

    /** How many calls give bytes at the same time; more are refused with 503. */
    static final int MAX_CONCURRENT = 4;

    /** The most bytes that are held in memory for one call, and signed. */
    static final int MAX_SIGNED_BYTES = 1 << 20;

    /** How many other servers download from this one, plus one if it leads: who has the choice takes the least. */
    static final String LOAD = "Raft-Load";

    /** A server that fetched its last piece longer ago than this has ended its download. */
    static final Duration DOWNLOADING = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(PeerRpcServlet.class);

    private static final String BYTES = "application/octet-stream";

    private final Semaphore free = new Semaphore(MAX_CONCURRENT);
    private final BooleanSupplier leads;
    private final Map<NodeId, Long> lastPiece = new ConcurrentHashMap<>();

    /** @param leads whether this server leads, and so has enough to do */
    SnapshotDownloads(BooleanSupplier leads) {
        this.leads = leads;
    }

    /**
     * Answers a call for a snapshot.
     *
     * @throws Refused 404 if it is not there, 416 if it is shorter, 503 if too many download, or it cannot be read
     * @throws IOException if the caller has gone, or the rest of it cannot be read
     */
    void serve(Exchange exchange, SnapshotTarget target, Received call, SnapshotStore store) throws IOException {
        Snapshot snapshot = store.list().stream()
                .filter(present -> present.id().equals(target.id()))
                .findFirst()
                .orElseThrow(() -> new Refused(404, "not found", "there is no such snapshot"));
        exchange.tell("Accept-Ranges", "bytes");
        exchange.tell(LOAD, Long.toString(load(call.headers().from())));
        if (!target.isForBytes()) {
            exchange.describe(BYTES, snapshot.sizeInBytes());
            return;
        }
        if (!free.tryAcquire()) {
            throw new Refused(503, "too busy", "as many servers as may download at a time do so already");
        }
        try {
            lastPiece.put(call.headers().from(), System.nanoTime());
            give(exchange, snapshot, new String(call.content(), US_ASCII), store);
        } finally {
            free.release();
        }
    }

    private long load(NodeId caller) {
        long now = System.nanoTime();
        lastPiece.values().removeIf(then -> now - then > DOWNLOADING.toNanos());
        long others =
                lastPiece.keySet().stream().filter(id -> !id.equals(caller)).count();
        return others + (leads.getAsBoolean() ? 1 : 0);
    }

    private void give(Exchange exchange, Snapshot snapshot, String asked, SnapshotStore store) throws IOException {
        long size = snapshot.sizeInBytes();
        Optional<ByteRange> part;
        try {
            part = ByteRange.parse(asked, size);
        } catch (Refused beyond) {
            exchange.tell("Content-Range", "bytes */" + size);
            throw beyond;
        }
        ByteRange range = part.orElseGet(() -> ByteRange.whole(size));
        byte[] first = firstPiece(store, snapshot, range);
        int status = part.isPresent() ? 206 : 200;
        part.ifPresent(known -> exchange.tell("Content-Range", known.asAnswer(size)));
        if (range.length() <= MAX_SIGNED_BYTES) {
            exchange.answer(status, BYTES, first);
            return;
        }
        OutputStream out = exchange.stream(status, BYTES, range.length());
        out.write(first);
        for (long at = range.first() + first.length; at <= range.last(); at += MAX_SIGNED_BYTES) {
            out.write(piece(store, snapshot, new ByteRange(at, range.last())));
        }
    }

    /** Before anything is sent, so that the caller can be told. */
    private static byte[] firstPiece(SnapshotStore store, Snapshot snapshot, ByteRange range) {
        try {
            return piece(store, snapshot, range);
        } catch (IOException e) {
            log.warn("cannot give {} to another server: {}", snapshot, e.toString());
            throw new Refused(503, "not available", "the snapshot cannot be read");
        }
    }

    private static byte[] piece(SnapshotStore store, Snapshot snapshot, ByteRange range) throws IOException {
        int length = (int) Math.min(range.length(), MAX_SIGNED_BYTES);
        byte[] piece = store.read(snapshot, range.first(), length);
        if (piece.length != length) {
            throw new IOException(snapshot + " ends before its end");
        }
        return piece;
    }
}
