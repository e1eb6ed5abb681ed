package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What tests do with snapshots in a store. */
final class StoredSnapshots {

    private StoredSnapshots() {}

    /** A snapshot with this content, up to an index. */
    static Snapshot write(SnapshotStore store, long index, String content) {
        try {
            return store.write(
                    new SnapshotMetadata(index, 5, Configuration.empty()), out -> out.write(content.getBytes(UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits a bounded time. @return whether it came about */
    static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Downloads as the server does: on from where it is, and with the next holder if one fails. */
    static void download(TestNode node, Snapshot snapshot, List<NodeId> holders, int piece) throws IOException {
        try (SnapshotStore.Incoming incoming = node.receiver.snapshots.receive(snapshot)) {
            IOException failure = new IOException("no holder");
            for (NodeId holder : holders) {
                try {
                    while (incoming.position() < snapshot.sizeInBytes()) {
                        incoming.add(node.transport.fetch(holder, snapshot, incoming.position(), piece));
                    }
                    incoming.complete();
                    return;
                } catch (IOException e) {
                    failure = e;
                }
            }
            throw failure;
        }
    }

    /** What has arrived. */
    static String text(TestNode node, Snapshot snapshot) throws IOException {
        return new String(node.receiver.snapshots.open(snapshot).readAllBytes(), UTF_8);
    }
}
