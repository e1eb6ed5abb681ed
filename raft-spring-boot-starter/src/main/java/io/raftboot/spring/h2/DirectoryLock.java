package io.raftboot.spring.h2;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a second server away from a data directory. Held until it is closed or the process ends, however it ends.
 *
 * <p>Within one process the lock of the operating system does not help: closing any other channel of the file would drop it.
 * So the file of a directory that this process holds is not even opened.
 */
final class DirectoryLock implements AutoCloseable {

    private static final Set<Path> HELD_BY_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    /** In a process with several class loaders: to close one of these would drop the lock that another has. */
    private static final Set<FileChannel> NEVER_CLOSED = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param directory an existing directory, as its real path
     * @throws DataDirectoryException if it is taken
     */
    static DirectoryLock take(Path directory) throws IOException {
        if (!HELD_BY_THIS_PROCESS.add(directory)) {
            throw inUse(directory, "by another server in this process");
        }
        boolean taken = false;
        try {
            FileChannel channel = openLocked(directory);
            taken = true;
            return new DirectoryLock(directory, channel);
        } finally {
            if (!taken) {
                HELD_BY_THIS_PROCESS.remove(directory);
            }
        }
    }

    private static FileChannel openLocked(Path directory) throws IOException {
        Path file = directory.resolve("raft.lock");
        FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), DurableFiles.ownerOnly(file));
        if (!isLocked(channel, directory)) {
            channel.close();
            throw inUse(directory, "by another process");
        }
        return channel;
    }

    private static boolean isLocked(FileChannel channel, Path directory) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldByThisClassLoadedOnceMore) {
            NEVER_CLOSED.add(channel);
            throw inUse(directory, "by another server in this process");
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static DataDirectoryException inUse(Path directory, String by) {
        return new DataDirectoryException(
                "raft.data-dir " + directory + " is in use " + by + ".",
                "Stop the other server, or give this one a raft.data-dir of its own.");
    }

    /** Lets others have the directory. */
    @Override
    public void close() throws IOException {
        channel.close();
        HELD_BY_THIS_PROCESS.remove(directory);
    }
}
