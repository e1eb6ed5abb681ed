package io.raftboot.spring.h2;

import io.raftboot.model.Configuration;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file that {@code GET /backup} gave, every byte of which was found good: what a new cluster begins with.
 *
 * @param file where it is
 * @param snapshot what it holds
 */
record Backup(Path file, Snapshot snapshot) {

    /**
     * How far the log of a new cluster begins behind the backup. The old cluster may have gone on after the backup was taken, and
     * who has seen its revisions must not find them again with other content (etcd's {@code --bump-revision}): at a thousand
     * writes per second it would take the old one 30 years to get that far.
     */
    static final long INDEX_GAP = 1_000_000_000_000L;

    /** Reads a file through. @throws DataDirectoryException naming {@code raft.restore-from} if it is no whole backup */
    static Backup verified(Path file) {
        SnapshotFile content = new SnapshotFile(file);
        try {
            Snapshot snapshot = content.announced();
            content.verify(snapshot);
            return new Backup(file, snapshot);
        } catch (DamagedSnapshot damage) {
            throw DataDirectoryException.backup(file, "it is no whole backup (" + damage.getMessage() + ")");
        } catch (IOException e) {
            throw DataDirectoryException.backup(file, reason(file, e));
        }
    }

    private static String reason(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "the user who runs the application may not read it";
        }
        return Files.isDirectory(file) ? "it is a directory" : "it cannot be read (" + e + ")";
    }

    /** What the log of a new cluster with these servers starts behind. */
    SnapshotMetadata base(Configuration servers) {
        SnapshotMetadata old = snapshot.metadata();
        try {
            return new SnapshotMetadata(old.lastIncludedIndex() + INDEX_GAP, old.lastIncludedTerm(), servers);
        } catch (IllegalArgumentException e) {
            throw DataDirectoryException.backup(file, "its last index is too large (" + e.getMessage() + ")");
        }
    }

    /** Makes a snapshot of it, durably. */
    void copyTo(Path snapshots, SnapshotMetadata base) throws IOException {
        try (InputStream state = new SnapshotFile(file).content()) {
            FileSnapshotStore.open(snapshots).write(base, state::transferTo);
        }
    }

    /** What the directory that is made from it remembers. */
    Origin origin() {
        return new Origin(absolute(file), snapshot.sha256());
    }

    private static String absolute(Path file) {
        return file.toAbsolutePath().normalize().toString();
    }

    /**
     * The backup that a data directory was made from.
     *
     * @param file its absolute path at that time
     * @param sha256 its checksum
     */
    record Origin(String file, String sha256) {

        /** Whether it is that file; a file that cannot be read any more goes by its name. */
        boolean is(Path other) {
            try {
                return new SnapshotFile(other).announced().sha256().equals(sha256);
            } catch (IOException notReadable) {
                return absolute(other).equals(file);
            }
        }
    }
}
