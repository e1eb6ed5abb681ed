package io.raftboot.benchmarks;

import io.raftboot.model.Identity;
import io.raftboot.model.PersistedState;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.SnapshotStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * A disk each of whose writes takes that much longer after its sync. The raft thread waits for it, as it would for the disk, and the
 * processor is free meanwhile.
 */
record SlowDisk(RaftStorage disk, Duration delay) implements RaftStorage {

    @Override
    public void write(WriteBatch batch) {
        disk.write(batch);
        long end = System.nanoTime() + delay.toNanos();
        for (long left = delay.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public Identity identity() {
        return disk.identity();
    }

    @Override
    public void join(String clusterId, long lastLogIndex) {
        disk.join(clusterId, lastLogIndex);
    }

    @Override
    public long joinedBehind() {
        return disk.joinedBehind();
    }

    @Override
    public Optional<PersistedState> load() {
        return disk.load();
    }

    @Override
    public long room() {
        return disk.room();
    }

    @Override
    public SnapshotStore snapshots() {
        return disk.snapshots();
    }

    @Override
    public void close() {
        disk.close();
    }

    /** Puts it in front of the starter's disk; without a delay everything stays as it is. */
    record Processor(Duration delay) implements BeanPostProcessor {

        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            if (bean instanceof RaftStorage.Factory disk && !delay.isZero()) {
                return (RaftStorage.Factory) () -> new SlowDisk(disk.open(), delay);
            }
            return bean;
        }
    }
}
