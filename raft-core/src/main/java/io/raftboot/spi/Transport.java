package io.raftboot.spi;

import io.raftboot.model.Identity;
import io.raftboot.model.KnownMembers;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The network between servers. It may lose, delay, repeat and reorder messages; it must not make them up. The methods are called
 * by the raft thread, or by a thread that deals with a message in its place, one at a time, and never block.
 */
public interface Transport {

    /**
     * Begins to deliver.
     *
     * @param self who speaks
     * @param receiver where messages for this server go, on any thread
     */
    void start(Identity self, Receiver receiver);

    /** Tells whom this server may speak with from now on, where they are, and who was removed. */
    void connect(KnownMembers members);

    /**
     * Sends a message, or drops it. A message to a server that is not in the configuration is dropped; a reply still reaches
     * the server that asked.
     */
    void send(Message message);

    /** Looks whether that server is still there. If its process has certainly ended, {@link Receiver#onGone} says so. */
    void probe(NodeId server);

    /**
     * Who has that snapshot, the least busy first. Asks the members and waits for their answers; not for the raft thread.
     *
     * @return those that answered in time and have it
     */
    List<NodeId> holders(Snapshot snapshot);

    /**
     * Copies a part of a snapshot from another server. Waits for it; not for the raft thread.
     *
     * @param from the first byte
     * @param maxBytes how many bytes at most
     * @return the bytes from there on, at least one
     * @throws IOException if that server does not give them
     */
    byte[] fetch(NodeId holder, Snapshot snapshot, long from, int maxBytes) throws IOException;

    /** Ends delivery; {@link #start} may be called again. */
    void stop();

    /** The server's ear. */
    interface Receiver {

        /** Takes a message; never blocks. @return false if the server is stopped or too much is waiting, so that the message is lost */
        boolean onMessage(Message message);

        /**
         * The same from a thread that may wait for this server's disk, and whose interruption nobody asks for: if nobody else is at it, what
         * follows from the message is done before this returns, its reply sent with it. That saves waking the raft thread, and whoever
         * waits for the reply.
         */
        boolean dealWith(Message message);

        /** A request to this server got no answer. */
        void onUnreachable(NodeId peer);

        /** The process of that server has ended: nothing listens where it was. A server that is slow or cut off is not gone. */
        void onGone(NodeId server);

        /** Another server says that this one was removed from the cluster (bug R8). */
        void onRemoved();

        /**
         * The leader of a cluster wants to add this server, which waits for that.
         *
         * @param commitIndex what is committed in the cluster: without that much of the log this server must not vote
         * @return who this server is from now on, durably. Fails with {@link io.raftboot.model.RaftException.ChangeRefused} if it
         *     belongs to another cluster
         */
        CompletableFuture<Identity> onInvited(String clusterId, long commitIndex);

        /** The snapshots that other servers may download from this one. */
        SnapshotStore snapshots();
    }
}
