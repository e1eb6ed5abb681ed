package io.raftboot.spring.h2;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import org.h2.store.fs.FilePath;

/** How H2 reaches the files of a {@link LossyDisk}: only what its storage engine needs. */
final class LossyFilePath extends FilePath {

    static final String SCHEME = "lossy";

    private final LossyDisk disk;

    LossyFilePath(LossyDisk disk, String path) {
        this.disk = disk;
        this.name = path;
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FilePath getPath(String path) {
        return new LossyFilePath(disk, path.substring(SCHEME.length() + 1));
    }

    @Override
    public FilePath getParent() {
        return new LossyFilePath(disk, name.substring(0, Math.max(1, name.lastIndexOf('/'))));
    }

    @Override
    public boolean exists() {
        return disk.exists(name);
    }

    @Override
    public boolean canWrite() {
        return true;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        LossyFile file = new LossyFile(disk, name);
        disk.openInH2(file);
        return file;
    }

    @Override
    public long size() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void moveTo(FilePath newName, boolean atomicReplace) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean createFile() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<FilePath> newDirectoryStream() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FilePath toRealPath() {
        return this;
    }

    @Override
    public boolean isDirectory() {
        return disk.isDirectory(name);
    }

    @Override
    public boolean isRegularFile() {
        return disk.exists(name) && !disk.isDirectory(name);
    }

    @Override
    public boolean isAbsolute() {
        return true;
    }

    @Override
    public long lastModified() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void createDirectory() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean setReadOnly() {
        throw new UnsupportedOperationException();
    }
}
