package io.raftboot.spring.admin;

import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.Configuration;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.SnapshotStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What operators look at and do on the server of this process. Called by many threads. */
public interface AdminServer {

    /** The server's own view; never blocks. @throws RaftException.Stopped if there is none */
    RaftStatus status();

    /**
     * Takes a snapshot of what is applied now.
     *
     * @return the snapshot, once it is durable. Fails with {@link RaftException.Stopped} if the server does not run or has applied
     *     nothing yet, and with an {@link java.io.IOException} if the disk does not take it
     */
    CompletableFuture<Snapshot> takeSnapshot();

    /** See {@link io.raftboot.RaftNode#changeMembers}. */
    CompletableFuture<Configuration> changeMembers(MembershipChange change, boolean force, Duration patience);

    /** See {@link io.raftboot.RaftNode#foresee}. */
    CompletableFuture<ChangeOutlook> foresee(MembershipChange change);

    /** See {@link io.raftboot.RaftNode#transferLeadership}. */
    CompletableFuture<NodeId> transferLeadership(Optional<NodeId> target);

    /** The snapshots on this server's disk. @throws RaftException.Stopped if the server does not run */
    SnapshotStore snapshots();
}
