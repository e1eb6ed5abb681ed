package io.raftboot.spring.h2;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/** A name on a {@link LossyDisk}, computed like a name on the disk of this machine. */
record LossyPath(LossyFileSystem system, Path name) implements Path {

    private @Nullable Path same(@Nullable Path other) {
        return other == null ? null : new LossyPath(system, other);
    }

    private static Path name(Path path) {
        return ((LossyPath) path).name();
    }

    @Override
    public FileSystem getFileSystem() {
        return system;
    }

    @Override
    public boolean isAbsolute() {
        return name.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
        return same(name.getRoot());
    }

    @Override
    public @Nullable Path getFileName() {
        return same(name.getFileName());
    }

    @Override
    public @Nullable Path getParent() {
        return same(name.getParent());
    }

    @Override
    public int getNameCount() {
        return name.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return new LossyPath(system, name.getName(index));
    }

    @Override
    public Path subpath(int from, int to) {
        return new LossyPath(system, name.subpath(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return name.startsWith(name(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return name.endsWith(name(other));
    }

    @Override
    public Path normalize() {
        return new LossyPath(system, name.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return new LossyPath(system, name.resolve(name(other)));
    }

    @Override
    public Path relativize(Path other) {
        return new LossyPath(system, name.relativize(name(other)));
    }

    @Override
    public URI toUri() {
        return URI.create(LossyFilePath.SCHEME + ":" + name);
    }

    @Override
    public Path toAbsolutePath() {
        return this;
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        system.provider().checkAccess(this);
        return this;
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
        return name.compareTo(name(other));
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
