package io.raftboot.spring.autoconfigure;

import io.raftboot.spi.RaftStorage;
import io.raftboot.spring.h2.CommandTypesFile;
import io.raftboot.spring.typed.CommandTypes;

/**
 * A disk that opens only for an application that knows the commands that may be on it. They are compared once the directory is locked,
 * and before the server reads or writes anything, so that no command is in a log whose type was not remembered before.
 */
record CheckedStorage(EarlyStorage disk, CommandTypesFile file, CommandTypes types)
        implements RaftStorage.Factory, AutoCloseable {

    /** @throws io.raftboot.spring.typed.IncompatibleCommandTypes if the application does not know them */
    @Override
    public RaftStorage open() {
        RaftStorage storage = disk.open();
        boolean isCompatible = false;
        try {
            file.update(types::reconcile);
            isCompatible = true;
            return storage;
        } finally {
            if (!isCompatible) {
                storage.close();
            }
        }
    }

    @Override
    public void close() {
        disk.close();
    }
}
