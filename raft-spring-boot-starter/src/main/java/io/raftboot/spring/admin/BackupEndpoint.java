package io.raftboot.spring.admin;

import io.raftboot.model.Snapshot;
import io.raftboot.spi.SnapshotStore;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /backup}: the state as it is now, with its metadata, as one file. It is read through and compared with its checksums
 * before the first byte is sent; if it cannot be read later on, the connection breaks before Content-Length is reached.
 */
record BackupEndpoint(AdminServer server, SnapshotsOnRequest snapshots) implements Endpoint {

    /** How much of it is in memory at a time. */
    private static final int PIECE_BYTES = 1 << 20;

    private static final Logger log = LoggerFactory.getLogger(AdminServlet.class);

    @Override
    public Set<String> methods() {
        return Set.of("GET");
    }

    @Override
    public void serve(AdminExchange exchange) throws IOException {
        refuseIfDiverged();
        snapshots.take(snapshot -> {
            SnapshotStore store = server.snapshots();
            verify(store, snapshot);
            send(store, snapshot, exchange.file(fileName(snapshot), snapshot.sizeInBytes()));
        });
    }

    private void refuseIfDiverged() {
        server.status().divergedAt().ifPresent(index -> {
            throw new Rejected(
                    409,
                    "Conflict",
                    "the state of this server has not been that of the others since index " + index
                            + " at the latest; take the backup from another one");
        });
    }

    private static void verify(SnapshotStore store, Snapshot snapshot) {
        try {
            store.verify(snapshot);
        } catch (IOException e) {
            log.error("{} is no backup: {}", snapshot, e.toString());
            throw new Rejected(
                    500, "Internal Server Error", "the snapshot is damaged or cannot be read; the log says why");
        }
    }

    private static void send(SnapshotStore store, Snapshot snapshot, OutputStream out) throws IOException {
        long at = 0;
        while (at < snapshot.sizeInBytes()) {
            byte[] piece = store.read(snapshot, at, PIECE_BYTES);
            if (piece.length == 0) {
                throw new IOException(snapshot + " ends at byte " + at);
            }
            out.write(piece);
            at += piece.length;
        }
    }

    /** A cluster name may hold what a file name or a header must not. */
    private String fileName(Snapshot snapshot) {
        String cluster = server.status().identity().clusterName().replaceAll("[^A-Za-z0-9._-]", "_");
        return "raft-" + cluster + "-" + snapshot.lastIncludedIndex() + ".snapshot";
    }
}
