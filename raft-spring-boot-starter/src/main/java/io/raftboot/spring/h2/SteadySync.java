package io.raftboot.spring.h2;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * Syncs a large file as it grows. On a file system with a journal the sync of one file waits for what others have left unwritten:
 * a gigabyte synced at the end would hold up the log, and every write to it, for seconds.
 */
final class SteadySync {

    /** How much may be written and not synced. */
    static final long MAX_UNSYNCED_BYTES = 4 << 20;

    private final FileChannel file;
    private long unsyncedBytes;

    SteadySync(FileChannel file) {
        this.file = file;
    }

    /** So many bytes were written to the file. */
    void wrote(long bytes) throws IOException {
        unsyncedBytes += bytes;
        if (unsyncedBytes >= MAX_UNSYNCED_BYTES) {
            file.force(false);
            unsyncedBytes = 0;
        }
    }
}
