package io.raftboot.memory;

import io.raftboot.model.LogPosition;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Snapshots that are lost with the process. The bytes that servers give each other are the state itself. */
final class MemorySnapshots implements SnapshotStore {

    private record Stored(Snapshot snapshot, byte[] bytes) {}

    private final ConcurrentSkipListMap<LogPosition, Stored> byPosition = new ConcurrentSkipListMap<>();

    /** What has arrived of the snapshot that was received last. */
    private volatile Optional<Partial> partial = Optional.empty();

    @Override
    public List<Snapshot> list() {
        return byPosition.descendingMap().values().stream()
                .map(Stored::snapshot)
                .toList();
    }

    @Override
    public Snapshot write(SnapshotMetadata metadata, SnapshotWriter content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        content.writeTo(out);
        byte[] bytes = out.toByteArray();
        Stored written = new Stored(new Snapshot(metadata, bytes.length, sha256(bytes)), bytes);
        Stored first = byPosition.putIfAbsent(metadata.lastIncluded(), written);
        return first == null ? written.snapshot() : first.snapshot();
    }

    @Override
    public void verify(Snapshot snapshot) throws IOException {
        if (!sha256(bytes(snapshot)).equals(snapshot.sha256())) {
            throw new SnapshotStore.Damaged(snapshot + " is damaged");
        }
    }

    @Override
    public InputStream open(Snapshot snapshot) throws IOException {
        return new ByteArrayInputStream(bytes(snapshot));
    }

    @Override
    public byte[] read(Snapshot snapshot, long from, int maxBytes) throws IOException {
        byte[] bytes = bytes(snapshot);
        int start = (int) Math.min(from, bytes.length);
        return Arrays.copyOfRange(bytes, start, (int) Math.min((long) start + maxBytes, bytes.length));
    }

    @Override
    public Incoming receive(Snapshot snapshot) {
        Partial begun =
                partial.filter(other -> other.announced.equals(snapshot)).orElseGet(() -> new Partial(snapshot));
        partial = Optional.of(begun);
        return begun;
    }

    @Override
    public void putAside(Snapshot snapshot) {
        byPosition.remove(snapshot.metadata().lastIncluded());
    }

    @Override
    public void keepNewest(int count, long upToIndex) {
        LogPosition last = new LogPosition(upToIndex, Long.MAX_VALUE);
        List<LogPosition> reached = List.copyOf(byPosition.headMap(last, true).descendingKeySet());
        reached.stream().skip(count).forEach(byPosition::remove);
    }

    @Override
    public String toString() {
        return "memory";
    }

    private byte[] bytes(Snapshot snapshot) throws IOException {
        Stored stored = byPosition.get(snapshot.metadata().lastIncluded());
        if (stored == null || !stored.snapshot().equals(snapshot)) {
            throw new IOException(snapshot + " is not here any more");
        }
        return stored.bytes();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private final class Partial implements Incoming {

        private final Snapshot announced;
        private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();

        Partial(Snapshot announced) {
            this.announced = announced;
        }

        @Override
        public long position() {
            return arrived.size();
        }

        @Override
        public void add(byte[] bytes) throws IOException {
            if (position() + bytes.length > announced.sizeInBytes()) {
                throw new IOException("more bytes than " + announced + " has");
            }
            arrived.write(bytes);
        }

        @Override
        public void complete() throws IOException {
            byte[] bytes = arrived.toByteArray();
            partial = Optional.empty();
            if (bytes.length != announced.sizeInBytes() || !sha256(bytes).equals(announced.sha256())) {
                throw new IOException("what has arrived is not " + announced);
            }
            byPosition.put(announced.metadata().lastIncluded(), new Stored(announced, bytes));
        }

        @Override
        public void close() {
            // What has arrived stays for the next attempt.
        }
    }
}
