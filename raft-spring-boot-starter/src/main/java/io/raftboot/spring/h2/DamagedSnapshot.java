package io.raftboot.spring.h2;

import io.raftboot.spi.SnapshotStore;

/** The bytes of a snapshot are not as they were written. */
final class DamagedSnapshot extends SnapshotStore.Damaged {

    private static final long serialVersionUID = 1L;

    DamagedSnapshot(String message) {
        super(message);
    }

    /** Says that a snapshot is damaged, unless something holds. */
    static void unless(boolean holds, String otherwise) throws DamagedSnapshot {
        if (!holds) {
            throw new DamagedSnapshot(otherwise);
        }
    }
}
