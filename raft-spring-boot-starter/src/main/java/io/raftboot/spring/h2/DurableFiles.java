package io.raftboot.spring.h2;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files that are there after a power cut, for nobody but their owner. A new or renamed file is durable only when its directory
 * is synced too (etcd#6368). The access rights need a POSIX file system and are left out elsewhere.
 */
final class DurableFiles {

    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    private DurableFiles() {}

    /**
     * Makes a directory and the missing ones above it, 0700, each synced into the one it is in. So is the last that is there
     * already: whoever made it may have been killed before that.
     */
    static void createDirectory(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        boolean exists = Files.isDirectory(absolute);
        if (!exists) {
            if (parent != null) {
                createDirectory(parent);
            }
            Files.createDirectory(absolute, ifPosix(absolute, DIRECTORY));
        }
        // A directory that may not be read is not one in which this server has made another.
        if (parent != null && (!exists || Files.isReadable(parent))) {
            syncDirectory(parent);
        }
    }

    /** Takes a directory's access rights from everybody but the owner. */
    static void restrict(Path directory) throws IOException {
        if (isPosix(directory) && !Files.getPosixFilePermissions(directory).equals(DIRECTORY)) {
            Files.setPosixFilePermissions(directory, DIRECTORY);
        }
    }

    /** Makes an empty file, 0600, in place of one that may be there; not durable yet. */
    static void createEmpty(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, ownerOnly(file));
    }

    /** Writes a file, 0600, so that after a power cut it has the old content or the new one. */
    static void replace(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        createEmpty(temporary);
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            write(channel, 0, ByteBuffer.wrap(content));
            channel.force(true);
        }
        rename(temporary, file);
    }

    /** Writes all of it, from that place in the file on; not durable yet. */
    static void write(FileChannel channel, long position, ByteBuffer bytes) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /** Gives a synced file its name, durably. */
    static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectory(to.toAbsolutePath().getParent());
    }

    /** Makes durable which files a directory has. Windows can neither do this nor needs it. */
    static void syncDirectory(@Nullable Path directory) throws IOException {
        if (directory == null || File.separatorChar == '\\') {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** What a new file is created with: 0600. */
    static FileAttribute<?>[] ownerOnly(Path file) {
        return ifPosix(file, FILE);
    }

    private static FileAttribute<?>[] ifPosix(Path path, Set<PosixFilePermission> permissions) {
        return isPosix(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
