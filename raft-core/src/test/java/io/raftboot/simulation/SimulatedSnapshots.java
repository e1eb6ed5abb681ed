package io.raftboot.simulation;

import io.raftboot.model.Configuration;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.SnapshotWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The snapshot files of one server, and what of them survives a crash. They hold states and no bytes: a download is counted in
 * pieces, of which a snapshot has as many as its size says.
 */
final class SimulatedSnapshots implements SnapshotStore {

    private static final class Stored {
        private final Snapshot snapshot;
        private final Registers content;
        private boolean isDurable;
        private boolean isDamaged;

        Stored(Snapshot snapshot, Registers content) {
            this.snapshot = snapshot;
            this.content = content;
        }
    }

    /** What has arrived of a snapshot. */
    static final class Partial {
        private final Snapshot announced;
        private Optional<Registers> content = Optional.empty();
        private long pieces;

        Partial(Snapshot announced) {
            this.announced = announced;
        }

        long pieces() {
            return pieces;
        }

        /** @param whole the state that it is a piece of */
        void addPiece(Registers whole) {
            content = Optional.of(whole);
            pieces++;
        }

        /** The state, once all pieces are there. */
        Optional<Registers> complete() {
            return content.filter(whole -> pieces == announced.sizeInBytes());
        }
    }

    /** By index, the newest first. */
    private final TreeMap<Long, Stored> files = new TreeMap<>(Comparator.reverseOrder());

    private Optional<Partial> partial = Optional.empty();

    @Override
    public List<Snapshot> list() {
        return files.values().stream().map(file -> file.snapshot).toList();
    }

    /** The snapshot at an index, whatever its bytes are. */
    Optional<Snapshot> at(long index) {
        return Optional.ofNullable(files.get(index)).map(file -> file.snapshot);
    }

    /** Whether it can give this one to others. */
    boolean gives(Snapshot snapshot) {
        Stored file = files.get(snapshot.lastIncludedIndex());
        return file != null && file.snapshot.equals(snapshot) && !file.isDamaged;
    }

    /** The state in a file. */
    Registers content(Snapshot snapshot) {
        Stored file = Optional.ofNullable(files.get(snapshot.lastIncludedIndex()))
                .filter(there -> there.snapshot.equals(snapshot))
                .orElseThrow(() -> new Violation("%s is to be restored, and is not there".formatted(snapshot)));
        return file.isDamaged ? new Registers(Configuration.empty()) : file.content.copy();
    }

    /** Moves a synced file into place; only after {@link #syncDirectory} it certainly stays there. */
    void rename(Snapshot snapshot, Registers content) {
        files.put(snapshot.lastIncludedIndex(), new Stored(snapshot, content));
        partial = partial.filter(arrived -> !arrived.announced.equals(snapshot));
    }

    void syncDirectory() {
        files.values().forEach(file -> file.isDurable = true);
    }

    /** Whether a crash cannot take it away. */
    boolean isDurable(Snapshot snapshot) {
        Stored file = files.get(snapshot.lastIncludedIndex());
        return file != null && file.snapshot.equals(snapshot) && file.isDurable;
    }

    /** Begins to receive a snapshot, or goes on. */
    Partial resume(Snapshot snapshot) {
        Partial begun =
                partial.filter(other -> other.announced.equals(snapshot)).orElseGet(() -> new Partial(snapshot));
        partial = Optional.of(begun);
        return begun;
    }

    /** Power is gone: what was not synced may be lost. A server that starts again syncs the directory (ARCHITECTURE.md). */
    void crash(Dice dice) {
        files.values().removeIf(file -> !file.isDurable && dice.flip());
        partial.filter(arrived -> arrived.pieces > 0)
                .ifPresent(arrived -> arrived.pieces -= dice.below(Math.toIntExact(arrived.pieces) + 1));
        syncDirectory();
    }

    /** Whether a server with that log could start without the newest file. */
    boolean hasOlderFor(SimulatedDisk disk) {
        return files.values().stream()
                .skip(1)
                .anyMatch(file -> !file.isDamaged
                        && file.snapshot.lastIncludedIndex() >= disk.baseIndex()
                        && disk.term(file.snapshot.lastIncludedIndex()) == file.snapshot.lastIncludedTerm());
    }

    /** Whether the newest file is of no use to a server with that log until it is offered again. */
    boolean isNewestBeyond(SimulatedDisk disk) {
        return !files.isEmpty() && files.firstKey() > disk.lastIndex();
    }

    /** The newest file rots. */
    void damageNewest() {
        files.firstEntry().getValue().isDamaged = true;
    }

    @Override
    public void verify(Snapshot snapshot) throws IOException {
        if (!gives(snapshot)) {
            throw new SnapshotStore.Damaged(snapshot + " is damaged");
        }
    }

    @Override
    public void putAside(Snapshot snapshot) {
        files.remove(snapshot.lastIncludedIndex());
    }

    @Override
    public void keepNewest(int count, long upToIndex) {
        list().stream()
                .filter(file -> file.lastIncludedIndex() <= upToIndex)
                .skip(count)
                .forEach(old -> files.remove(old.lastIncludedIndex()));
    }

    @Override
    public String toString() {
        return "memory";
    }

    @Override
    public Snapshot write(SnapshotMetadata metadata, SnapshotWriter content) {
        throw new UnsupportedOperationException("there are no bytes");
    }

    @Override
    public InputStream open(Snapshot snapshot) {
        throw new UnsupportedOperationException("there are no bytes");
    }

    @Override
    public byte[] read(Snapshot snapshot, long from, int maxBytes) {
        throw new UnsupportedOperationException("there are no bytes");
    }

    @Override
    public Incoming receive(Snapshot snapshot) {
        throw new UnsupportedOperationException("there are no bytes");
    }
}
