package io.raftboot.spring.h2;

import io.raftboot.model.LogPosition;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.SnapshotWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory {@code snapshots} within a server's data directory. {@code <id>.snapshot} is complete and durable; {@code
 * <id>.part} is a download, {@code <uuid>.tmp} one being taken, {@code <id>.damaged} is of no use and kept for whoever wants to look.
 */
final class FileSnapshotStore implements SnapshotStore {

    private static final Logger LOG = LoggerFactory.getLogger(FileSnapshotStore.class);

    private static final String COMPLETE = ".snapshot";
    private static final String PART = ".part";
    private static final String DAMAGED = ".damaged";
    private static final String UNFINISHED = ".tmp";

    private final Path directory;
    private final ConcurrentSkipListMap<LogPosition, Snapshot> byPosition = new ConcurrentSkipListMap<>();

    private FileSnapshotStore(Path directory) {
        this.directory = directory;
    }

    /**
     * Opens the directory, made if it is not there. What a crash has left unfinished is removed, but for downloads. A killed
     * process may have given a file its name and not have synced that, so it is done here before anybody relies on it.
     */
    static FileSnapshotStore open(Path directory) throws IOException {
        DurableFiles.createDirectory(directory);
        DurableFiles.syncDirectory(directory);
        FileSnapshotStore store = new FileSnapshotStore(directory);
        for (Path file : store.files(UNFINISHED)) {
            Files.deleteIfExists(file);
        }
        for (Path file : store.files(COMPLETE)) {
            store.find(file);
        }
        return store;
    }

    /** Whether a file is called as a complete one is. */
    static boolean isComplete(Path file) {
        return file.toString().endsWith(COMPLETE);
    }

    private List<Path> files(String suffix) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory, file -> file.toString().endsWith(suffix))) {
            files.forEach(found::add);
        }
        return found;
    }

    private void find(Path file) throws IOException {
        try {
            Snapshot snapshot = new SnapshotFile(file).announced();
            DamagedSnapshot.unless(file.endsWith(name(snapshot, COMPLETE)), "its checksum is not that of its name");
            byPosition.put(snapshot.metadata().lastIncluded(), snapshot);
        } catch (DamagedSnapshot damage) {
            LOG.error("{} is put aside: {}", file, damage.getMessage());
            putAside(file);
        }
    }

    @Override
    public List<Snapshot> list() {
        return List.copyOf(byPosition.descendingMap().values());
    }

    @Override
    public Snapshot write(SnapshotMetadata metadata, SnapshotWriter content) throws IOException {
        Snapshot existing = byPosition.get(metadata.lastIncluded());
        if (existing != null) {
            return existing;
        }
        // A name that nobody else uses: the lock of the directory may be free before a hanging write ends.
        Path unfinished = directory.resolve(UUID.randomUUID() + UNFINISHED);
        DurableFiles.createEmpty(unfinished);
        boolean finished = false;
        try (SnapshotFileWriter writer = new SnapshotFileWriter(unfinished, metadata)) {
            content.writeTo(writer);
            Snapshot snapshot = writer.finish();
            publish(unfinished, snapshot);
            finished = true;
            return snapshot;
        } finally {
            if (!finished) {
                Files.deleteIfExists(unfinished);
            }
        }
    }

    private void publish(Path synced, Snapshot snapshot) throws IOException {
        DurableFiles.rename(synced, file(snapshot, COMPLETE));
        byPosition.put(snapshot.metadata().lastIncluded(), snapshot);
    }

    @Override
    public void verify(Snapshot snapshot) throws IOException {
        try {
            complete(snapshot).verify(snapshot);
        } catch (NoSuchFileException gone) {
            throw new DamagedSnapshot("its file is gone");
        }
    }

    @Override
    public InputStream open(Snapshot snapshot) throws IOException {
        return complete(snapshot).content();
    }

    @Override
    public byte[] read(Snapshot snapshot, long from, int maxBytes) throws IOException {
        return complete(snapshot).read(from, maxBytes);
    }

    @Override
    public Incoming receive(Snapshot snapshot) throws IOException {
        Path part = file(snapshot, PART);
        for (Path other : files(PART)) {
            if (!other.equals(part)) {
                Files.delete(other);
            }
        }
        if (!Files.exists(part)) {
            DurableFiles.createEmpty(part);
        }
        return new IncomingSnapshot(snapshot, part, this::publish);
    }

    @Override
    public void putAside(Snapshot snapshot) throws IOException {
        byPosition.remove(snapshot.metadata().lastIncluded());
        Path file = file(snapshot, COMPLETE);
        if (Files.exists(file)) {
            putAside(file);
        }
    }

    private static void putAside(Path file) throws IOException {
        String name = String.valueOf(file.getFileName()).replace(COMPLETE, DAMAGED);
        DurableFiles.rename(file, file.resolveSibling(name));
    }

    @Override
    public void keepNewest(int count, long upToIndex) throws IOException {
        LogPosition last = new LogPosition(upToIndex, Long.MAX_VALUE);
        List<Snapshot> reached =
                List.copyOf(byPosition.headMap(last, true).descendingMap().values());
        for (Snapshot old : reached.stream().skip(count).toList()) {
            byPosition.remove(old.metadata().lastIncluded());
            Files.deleteIfExists(file(old, COMPLETE));
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    private SnapshotFile complete(Snapshot snapshot) {
        return new SnapshotFile(file(snapshot, COMPLETE));
    }

    private Path file(Snapshot snapshot, String suffix) {
        return directory.resolve(name(snapshot, suffix));
    }

    private static String name(Snapshot snapshot, String suffix) {
        return snapshot.id() + suffix;
    }
}
